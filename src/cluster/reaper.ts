/**
 * Clears the listing of processes that are no longer alive by the database: Colyseus only finds out when somebody runs
 * into one, and makes whoever does wait for seconds. Also puts back what others have cleared of this process by mistake.
 */
import { AppError } from "../protocol/codes.ts";
import type { ListingDriver } from "./driver.ts";
import type { SteadyPresence } from "./presence.ts";
import type { RemoteListing } from "./remote-listing.ts";

/** Where Colyseus keeps how many rooms and players each process has. */
const PROCESSES = "roomcount";

export interface ReaperOptions {
  readonly remote: RemoteListing;
  readonly driver: ListingDriver;
  readonly presence: SteadyPresence;
  readonly processId: () => string;
  /** Colyseus' ids of the living processes, by the database. May reject: then nobody is judged. */
  readonly aliveIds: () => Promise<ReadonlySet<string>>;
  readonly log: { info(fields: object, message: string): void };
  readonly onReaped?: (rows: number) => void;
}

export class Reaper {
  readonly #options: ReaperOptions;
  /** Not alive in the last round: a process is listed a moment before it has its lease, so one round proves nothing. */
  #suspects = new Set<string>();

  constructor(options: ReaperOptions) {
    this.#options = options;
  }

  /** While the database is away nobody is known to be dead: nothing happens. Rejects with whatever else `aliveIds` rejects with. */
  async round(): Promise<void> {
    const { remote, driver, presence, processId, aliveIds } = this.#options;
    if (!remote.up) return;
    await driver.heal();
    const listed = new Set([...await remote.owners(), ...Object.keys(await presence.hgetall(PROCESSES))]);
    // Asked after the listing was read: whoever was in it and is not in this is not new.
    const alive = await aliveIds().catch(unlessAway);
    if (alive === undefined) return;
    const dead = new Set([...listed].filter((id) => id !== processId() && !alive.has(id)));
    await this.forget([...dead].filter((id) => this.#suspects.has(id)));
    this.#suspects = dead;
  }

  /** Clears what processes have left that are known to be gone. Never rejects. */
  async forget(processIds: readonly string[]): Promise<void> {
    const { remote, presence, log, onReaped } = this.#options;
    const gone = new Set(processIds);
    if (gone.size === 0) return;
    const rows = await remote.removeOf((owner) => gone.has(owner));
    for (const id of gone) await presence.hdel(PROCESSES, id);
    onReaped?.(rows);
    log.info({ processes: [...gone], rows }, "cleared the listing of processes that are gone");
  }
}

function unlessAway(error: unknown): undefined {
  if (!(error instanceof AppError) || error.code !== "E_STORAGE") throw error;
}
