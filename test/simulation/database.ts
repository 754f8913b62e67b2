/**
 * The database of a simulated world: the rows and rules of `MemoryStore`, reached over a network whose every message
 * is a step. Commits come through the real `GroupCommitter`, whose statements are understood here.
 */
import { COMMIT } from "../../src/persistence/batch.ts";
import type { JournalEntry, MemoryStore } from "../../src/persistence/memory-store.ts";
import type { Sql, SqlValue } from "../../src/persistence/sql.ts";
import { SQLSTATE, StorageError } from "../../src/persistence/storage-error.ts";
import { decodeCommit } from "../support/commit-values.ts";
import type { Loss, Owner, Scheduler } from "./scheduler.ts";

/** What happened at each await point, for the record. */
export class Tally {
  readonly faults = new Map<string, number>();
  readonly steps = new Map<string, number>();
  /** Entries of the journals, by their first word ("get"; "accept": a trade carried out; "(undo": taken back), and the letters in them. */
  readonly committed = new Map<string, number>();
  acknowledged = 0;
  takeovers = 0;
  /** A process died between a commit's sending and its answer. */
  killsInCommit = 0;
  resent = 0;

  fault(what: string): void {
    this.faults.set(what, (this.faults.get(what) ?? 0) + 1);
  }

  commits(journal: Iterable<JournalEntry>): void {
    const add = (what: string): void => void this.committed.set(what, (this.committed.get(what) ?? 0) + 1);
    for (const { unit } of journal) {
      add("entries");
      add(unit.command.split(" ")[0]!);
      for (const { type } of unit.events) if (type === "letter-posted" || type === "letter-taken") add(type);
    }
  }

  add(other: Tally): void {
    for (const counts of ["faults", "steps", "committed"] as const) for (const [what, count] of other[counts]) this[counts].set(what, (this[counts].get(what) ?? 0) + count);
    this.acknowledged += other.acknowledged;
    this.takeovers += other.takeovers;
    this.killsInCommit += other.killsInCommit;
    this.resent += other.resent;
  }
}

/** What a violated invariant is reported with. */
export class Violation extends Error {}

export class SimDatabase {
  readonly store: MemoryStore;
  readonly #scheduler: Scheduler;
  /** Nobody can reach it. */
  down = false;
  /** Commits sent whose answer has not come, by process. */
  readonly unanswered = new Map<Owner, number>();

  constructor(store: MemoryStore, scheduler: Scheduler) {
    this.store = store;
    this.#scheduler = scheduler;
  }

  /** Something asked over the network: it is sent, done at once when it arrives, and answered. */
  ask<T>(from: Owner, point: string, work: () => T): Promise<T> {
    const { network } = this.#scheduler;
    const counts = point === "commit";
    return new Promise<T>((resolve, reject) => {
      let told = false;
      const answer = (how: () => void): void => {
        if (told) return;
        told = true;
        if (counts) this.unanswered.set(from, (this.unanswered.get(from) ?? 1) - 1);
        how();
      };
      const cut = (): void => {
        this.#scheduler.add(from, `${point}: cut`, () => answer(() => reject(new StorageError("unknown", new Error("the connection was cut")))));
      };
      if (this.down) {
        this.#scheduler.add(from, `${point}: no connection`, () => reject(new StorageError("not-sent", new Error("the database is away"))));
        return;
      }
      if (counts) this.unanswered.set(from, (this.unanswered.get(from) ?? 0) + 1);
      const arrive = (): void => {
        if (this.down) return cut();
        let done: () => void;
        try {
          const result = work();
          done = () => resolve(result);
        } catch (error) {
          if (error instanceof Violation || !(error instanceof Error)) throw error;
          done = () => reject(error);
        }
        this.#scheduler.add(from, `${point}: answer`, () => answer(done), { lose: cut });
      };
      this.#scheduler.add(network, `${point}: sending`, arrive, {
        lose: (how: Loss) => {
          cut();
          if (how === "late") this.#scheduler.add(network, `${point}: arriving late`, () => { if (!this.down) this.#late(work); });
        },
      });
    });
  }

  /** Nobody waits for what becomes of it. */
  #late(work: () => unknown): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
    }
  }

  /** The database as one process's committer reaches it. */
  sqlOf(from: Owner): Sql {
    return {
      query: <Row extends object>(text: string, values: readonly SqlValue[] = []) => {
        if (text === COMMIT) return this.ask(from, "commit", () => [{ entries: this.#commit(values) }] as unknown as Row[]);
        if (text.includes("request_reply")) return this.ask(from, "looking up a commit", () => [this.#lookUp(values)] as unknown as Row[]);
        throw new Violation(`a statement that the simulation does not know: ${text}`);
      },
      transaction: () => Promise.reject(new Violation("no transactions in a simulation")),
    };
  }

  /** All units of a batch or none, as `waystone_commit_v3` does it. */
  #commit(batch: readonly SqlValue[]): string {
    const entries = decodeCommit(batch);
    for (const entry of entries) {
      const no = this.store.refusal(entry);
      if (no?.kind === "fenced") throw refused(SQLSTATE.fenced, "fenced");
      if (no?.kind === "duplicate") throw refused(SQLSTATE.repeated, "repeat");
      if (no?.kind === "mismatch") throw refused(SQLSTATE.mismatch, no.detail);
    }
    return entries.map((entry) => String(this.store.write(entry).id)).join(",");
  }

  #lookUp([key, actor, seq, step]: readonly SqlValue[]): { entry: string | null; commit_id: string | null; reply: unknown } {
    const entry = this.store.journal.get(String(key));
    const kept = this.store.characters.get(actor as never)?.replies.find((reply) => reply.seq === seq && reply.step === step);
    return { entry: entry === undefined ? null : String(entry.id), commit_id: entry?.commitId ?? null, reply: kept?.reply ?? null };
  }
}

function refused(code: string, message: string): StorageError {
  return new StorageError("refused", Object.assign(new Error(message), { code }));
}
