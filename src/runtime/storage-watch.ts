/** Whether the database can be reached, found out by asking and by what commits run into; tells those who care, once each way. */
import { STORAGE_PING_MS, STORAGE_PING_TIMEOUT_MS } from "../limits.ts";
import type { Clock } from "./ports.ts";

export interface StorageWatchDeps {
  readonly clock: Clock;
  /** Rejects when the database does not answer within the time. */
  readonly ping: (timeoutMs: number) => Promise<void>;
  readonly onChange: (down: boolean) => void;
  readonly log: { warn(fields: object, message: string): void; info(fields: object, message: string): void };
}

export class StorageWatch {
  readonly #deps: StorageWatchDeps;
  #downSinceMs: number | null = null;
  #cancel: (() => void) | null = null;
  #stopped = false;

  constructor(deps: StorageWatchDeps) {
    this.#deps = deps;
  }

  get down(): boolean {
    return this.#downSinceMs !== null;
  }

  /** Milliseconds since the outage was noticed; 0 when there is none. */
  downForMs(): number {
    return this.#downSinceMs === null ? 0 : this.#deps.clock.nowMs() - this.#downSinceMs;
  }

  start(): void {
    this.#arm();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  /** A commit could not be sent. */
  failed(cause: unknown): void {
    if (this.#downSinceMs !== null || this.#stopped) return;
    this.#downSinceMs = this.#deps.clock.nowMs();
    this.#deps.log.warn({ err: cause }, "the database cannot be reached; what would change the world waits");
    this.#deps.onChange(true);
  }

  #arm(): void {
    if (this.#stopped) return;
    this.#cancel = this.#deps.clock.after(STORAGE_PING_MS, () => {
      void this.#check().then(() => this.#arm());
    });
  }

  /** Never rejects. */
  async #check(): Promise<void> {
    try {
      await this.#deps.ping(STORAGE_PING_TIMEOUT_MS);
    } catch (error) {
      this.failed(error);
      return;
    }
    if (this.#downSinceMs === null || this.#stopped) return;
    const downMs = this.downForMs();
    this.#downSinceMs = null;
    this.#deps.log.info({ downMs }, "the database is back");
    this.#deps.onChange(false);
  }
}
