/**
 * Sends errors to Sentry, where `SENTRY_DSN` says so and its SDK is installed (an installation without what is for development
 * has none). The SDK only sends: it catches nothing by itself, instruments nothing, and makes no traces.
 */
import { MAX_SENTRY_WAITING, SENTRY_EVERY_MS, SENTRY_FLUSH_MS, SENTRY_LOADS_AFTER_MS } from "../limits.ts";
import type { Log } from "../log.ts";
import { timeout } from "../timers.ts";
import type { ErrorGroup } from "./error-table.ts";
import type { Scrubber } from "./scrub.ts";

export interface SentryOptions {
  readonly dsn: string;
  readonly environment: string;
  readonly release: string;
  readonly scrubber: Scrubber;
  readonly nowMs: () => number;
  readonly log: Pick<Log, "warn">;
  /** Where the SDK is; for tests. */
  readonly sdk?: string;
}

export interface SentryReporter {
  report(group: ErrorGroup, error: unknown): void;
  /** Sends what waits; resolves within SENTRY_FLUSH_MS. */
  stop(): Promise<void>;
}

type Sdk = typeof import("@sentry/node");

/** Null, with a warning in the log, when the SDK is not there. It is read later, or with the first error. */
export function openSentry(options: SentryOptions): SentryReporter | null {
  const { sdk = "@sentry/node", log } = options;
  try {
    import.meta.resolve(sdk);
  } catch {
    log.warn("SENTRY_DSN is set, but @sentry/node is not installed: errors are not sent there. Run npm install @sentry/node.");
    return null;
  }
  return new Sentry(options, sdk);
}

class Sentry implements SentryReporter {
  readonly #options: SentryOptions;
  readonly #module: string;
  readonly #sentMs = new Map<string, number>();
  #waiting: { group: ErrorGroup; error: unknown }[] = [];
  #loading: Promise<void> | null = null;
  #sdk: Sdk | null = null;
  readonly #cancel: () => void;

  constructor(options: SentryOptions, module: string) {
    this.#options = options;
    this.#module = module;
    this.#cancel = timeout(() => this.#load(), SENTRY_LOADS_AFTER_MS, (error) => options.log.warn({ err: error }, "Sentry's SDK cannot be read"));
  }

  report(group: ErrorGroup, error: unknown): void {
    const nowMs = this.#options.nowMs();
    if (nowMs - (this.#sentMs.get(group.id) ?? -Infinity) < SENTRY_EVERY_MS) return;
    // What is older than that no longer holds anything back.
    if (this.#sentMs.size >= MAX_SENTRY_WAITING) for (const [id, atMs] of this.#sentMs) if (nowMs - atMs >= SENTRY_EVERY_MS) this.#sentMs.delete(id);
    if (this.#sentMs.size >= MAX_SENTRY_WAITING) return;
    this.#sentMs.set(group.id, nowMs);
    if (this.#sdk !== null) this.#send(this.#sdk, group, error);
    else {
      this.#waiting.push({ group, error });
      void this.#load();
    }
  }

  #load(): Promise<void> {
    this.#loading ??= this.#init().catch((error: unknown) => this.#options.log.warn({ err: error }, "Sentry's SDK cannot be read"));
    return this.#loading;
  }

  async #init(): Promise<void> {
    this.#cancel();
    const { dsn, environment, release, scrubber } = this.#options;
    const sdk = (await import(this.#module)) as Sdk;
    sdk.init({
      dsn, environment, release,
      defaultIntegrations: false, integrations: [sdk.linkedErrorsIntegration(), sdk.contextLinesIntegration()],
      skipOpenTelemetrySetup: true, registerEsmLoaderHooks: false, sendDefaultPii: false, maxBreadcrumbs: 0, sendClientReports: false,
      beforeSend: (event) => scrubber.value(event) as typeof event,
    });
    this.#sdk = sdk;
    for (const { group, error } of this.#waiting.splice(0)) this.#send(sdk, group, error);
  }

  #send(sdk: Sdk, { id, type, code, count, where, request }: ErrorGroup, error: unknown): void {
    sdk.captureException(error, {
      fingerprint: [id],
      tags: { type, ...(code === null ? {} : { code }) },
      extra: { count, where, ...(request === null ? {} : { request }) },
    });
  }

  async stop(): Promise<void> {
    this.#cancel();
    await this.#loading;
    await this.#sdk?.flush(SENTRY_FLUSH_MS);
  }
}
