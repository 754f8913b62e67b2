/**
 * Finds the process that serves an area, or chooses one that shall. What it remembers is a hint: the process asked says
 * when it has the area no longer, and the rows decide.
 */
import type { AreaId } from "../engine/ids.ts";
import { MAX_OWNERS_KNOWN, MAX_PLACE_TRIES, OWNER_KNOWN_MS, PEER_SEAT_TIMEOUT_MS, PLACE_RETRY_MS, REFUSED_AGAIN_MS } from "../limits.ts";
import { AppError } from "../protocol/codes.ts";
import type { Clock } from "../runtime/ports.ts";
import type { OwnerRecord, ProcessRecord } from "./lease-postgres.ts";
import { PeerUnreachable } from "./peers.ts";
import { choose } from "./placement.ts";
import type { Processes } from "./processes.ts";

export type Place = { readonly kind: "here" } | { readonly kind: "there"; readonly process: ProcessRecord };

export interface DirectoryDeps {
  /** The id of this process. */
  readonly self: string;
  readonly version: string | null;
  readonly clock: Clock;
  readonly processes: Processes;
  /** Served by this process. */
  readonly isHere: (area: AreaId) => boolean;
  readonly draining: () => boolean;
  /** By the rows; rejects with `StorageError`. */
  readonly ownerOf: (area: AreaId) => Promise<OwnerRecord | undefined>;
  /** Reads anew who is alive; rejects with `StorageError`. */
  readonly refresh: () => Promise<void>;
  /** Takes a process for dead that does not listen. */
  readonly fence: (process: string) => Promise<boolean>;
  /** Asks a process whether it is there; rejects with `PeerUnreachable`. */
  readonly knock: (process: ProcessRecord) => Promise<void>;
  /** Areas that one can walk to from this one. */
  readonly neighboursOf: (area: AreaId) => readonly AreaId[];
}

export class Directory {
  readonly #deps: DirectoryDeps;
  readonly #known = new Map<AreaId, { process: string; untilMs: number }>();
  #placedLately = new Map<string, number>();
  readonly #fencing = new Map<string, Promise<void>>();

  constructor(deps: DirectoryDeps) {
    this.#deps = deps;
    // What was placed has its players in the counts by the next beat.
    deps.processes.onChange(() => { this.#placedLately = new Map(); });
  }

  /**
   * Does something where the area is served: `use` gets the place, and may be called again with another when the first
   * turns out not to have it. Rejects with what `use` rejects with, `E_STORAGE`, or `E_BUSY` when no process can be
   * found that has the area or can take it. Somebody who waits for it is told no before a process that does not answer is
   * asked for longer than for one call; with `patient` nobody waits.
   */
  async at<T>(area: AreaId, use: (place: Place) => Promise<T>, { patient = false } = {}): Promise<T> {
    const inVain = new Set<string>();
    const silent = new Set<string>();
    const startedMs = this.#deps.clock.nowMs();
    for (let tries = 0; tries < MAX_PLACE_TRIES; tries += 1) {
      if (tries > 1) await this.#pause();
      const place = await this.#find(area, inVain);
      if (!patient && place.kind === "there" && silent.has(place.process.id) && this.#deps.clock.nowMs() - startedMs >= PEER_SEAT_TIMEOUT_MS) break;
      try {
        return await use(place);
      } catch (error) {
        this.#known.delete(area);
        if (error instanceof PeerUnreachable && place.kind === "there") {
          if (error.how === "silent") silent.add(place.process.id);
          await this.#suspect(place.process, error, inVain);
        } else if (!isElsewhere(error)) throw error;
        else if (place.kind === "there") inVain.add(place.process.id);
      }
    }
    throw new AppError("E_BUSY", "The way is blocked for a moment.", { retryAfterMs: 1000 });
  }

  /** An area was handed to another process. */
  moved(area: AreaId, process: string): void {
    this.#remember(area, process);
  }

  async #find(area: AreaId, inVain: ReadonlySet<string>): Promise<Place> {
    const { self, processes, isHere, clock } = this.#deps;
    if (isHere(area)) return { kind: "here" };
    const known = this.#known.get(area);
    const hint = known !== undefined && known.untilMs > clock.nowMs() ? processes.get(known.process) : undefined;
    if (hint !== undefined && hint.id !== self) return { kind: "there", process: hint };
    const owner = await this.#ownerOf(area, known?.process);
    if (owner !== undefined && owner.process !== self) {
      const process = processes.get(owner.process) ?? await this.#lookAgain(owner.process);
      if (process !== undefined && !(process.draining && inVain.has(process.id))) {
        this.#remember(area, process.id);
        return { kind: "there", process };
      }
    }
    return this.#choose(area, inVain);
  }

  /** By the rows; while they cannot be read, who had it last: nobody can have taken it meanwhile. */
  async #ownerOf(area: AreaId, last: string | undefined): Promise<{ readonly process: string } | undefined> {
    try {
      return await this.#deps.ownerOf(area);
    } catch (error) {
      if (last === undefined || !(error instanceof AppError) || error.code !== "E_STORAGE") throw error;
      return { process: last };
    }
  }

  #choose(area: AreaId, inVain: ReadonlySet<string>): Place {
    const { self, version, processes, draining, neighboursOf } = this.#deps;
    const neighbours = new Set(neighboursOf(area).flatMap((id) => (this.#deps.isHere(id) ? self : this.#known.get(id)?.process) ?? []));
    const without = draining() ? new Set([...inVain, self]) : inVain;
    const chosen = choose(processes.list(), { version, without, neighbours, placedLately: this.#placedLately });
    if (chosen === undefined || chosen.id === self) return { kind: "here" };
    this.#placedLately.set(chosen.id, (this.#placedLately.get(chosen.id) ?? 0) + 1);
    this.#remember(area, chosen.id);
    return { kind: "there", process: processes.get(chosen.id)! };
  }

  /** It came up since the last beat. */
  async #lookAgain(process: string): Promise<ProcessRecord | undefined> {
    await this.#deps.refresh();
    return this.#deps.processes.get(process);
  }

  /**
   * A process that did not answer. Where its port refuses connections, twice, nothing listens: it is dead, or closes.
   * Its lease need not be waited for, since every commit checks the epoch.
   */
  async #suspect(process: ProcessRecord, error: PeerUnreachable, inVain: Set<string>): Promise<void> {
    inVain.add(process.id);
    if (error.how !== "refused") return;
    let fencing = this.#fencing.get(process.id);
    if (fencing === undefined) {
      fencing = this.#fenceDead(process).finally(() => this.#fencing.delete(process.id));
      this.#fencing.set(process.id, fencing);
    }
    await fencing;
  }

  async #fenceDead(process: ProcessRecord): Promise<void> {
    await new Promise<void>((resolve) => this.#deps.clock.after(REFUSED_AGAIN_MS, resolve));
    try {
      await this.#deps.knock(process);
    } catch (error) {
      if (!(error instanceof PeerUnreachable) || error.how !== "refused") return;
      await this.#deps.fence(process.id);
      this.#deps.processes.forget(process.id);
    }
  }

  #remember(area: AreaId, process: string): void {
    this.#known.delete(area);
    this.#known.set(area, { process, untilMs: this.#deps.clock.nowMs() + OWNER_KNOWN_MS });
    if (this.#known.size > MAX_OWNERS_KNOWN) this.#known.delete(this.#known.keys().next().value!);
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => void this.#deps.clock.after(PLACE_RETRY_MS, resolve));
  }
}

/** The process asked does not have the area, or will not have it in a moment. */
const isElsewhere = (error: unknown): boolean => error instanceof AppError && (error.code === "E_MOVED" || error.code === "E_DRAINING");
