/**
 * Group commit: whatever waits is written by one statement in one round trip, while at most one other batch is under
 * way. A batch is written whole or not at all; when it is refused its commands are tried one by one, so that only the
 * guilty one suffers.
 */
import { ChurnSet } from "../churn.ts";
import { COMMIT_GATHER_ENOUGH, COMMIT_TIMEOUT_MS, MAX_BATCH, MAX_COMMIT_QUEUE, RESOLVE_WAIT_MAX_MS, RESOLVE_WAIT_MS } from "../limits.ts";
import { AppError } from "../protocol/codes.ts";
import type { Clock, Committer, CommitOutcome, CommitUnit } from "../runtime/ports.ts";
import { outsideWork } from "../telemetry/tracing.ts";
import { pause } from "../timers.ts";
import { COMMIT, COMMIT_NAME, commitValues, encode, requestKey, type Entry } from "./batch.ts";
import type { Database, StorageLog } from "./database.ts";
import { Contradiction, fold, rowKeys } from "./fold.ts";
import { Gather } from "./gather.ts";
import { newId } from "./new-id.ts";
import { SQLSTATE, StorageError } from "./storage-error.ts";

export interface CommitterOptions {
  readonly db: Pick<Database, "sql" | "commitsInFlight">;
  readonly clock: Clock;
  readonly log: StorageLog;
  /** Told of each batch that was written: how many commands, and how long from sending to the answer. */
  readonly onBatch?: (commands: number, durationMs: number) => void;
  /** Told of each unit when it has its outcome, and how long after it was handed over. */
  readonly onOutcome?: (kind: CommitOutcome["kind"], durationMs: number) => void;
  /** Commands in a batch; MAX_BATCH where it is not given. */
  readonly maxBatch?: number;
}

interface Pending extends Entry {
  readonly keys: readonly string[];
  readonly settle: (outcome: CommitOutcome) => void;
}

/** Repeats of a command that lost a deadlock or waited for a lock, before it counts as unavailable. */
const TRANSIENT_TRIES = 3;
/** How far the queue is looked through for commands that nothing before them holds up. */
const LOOK_AHEAD = 4 * MAX_BATCH;

/**
 * Commands that touch the same thing, or come from the same character, are written in the order of the calls; the
 * others may overtake each other.
 */
export class GroupCommitter implements Committer {
  readonly #options: CommitterOptions;
  readonly #queue = new ChurnSet<Pending>();
  /** What is under way or in doubt touches these. */
  readonly #busy = new ChurnSet<string>();
  /** Sent, and the answer got lost. */
  readonly #doubtful: Pending[] = [];
  readonly #open = new ChurnSet<Promise<CommitOutcome>>();
  readonly #gather = new Gather();
  #inFlight = 0;
  #scheduled = false;
  #resolving = false;
  #stopped = false;

  constructor(options: CommitterOptions) {
    this.#options = options;
  }

  /** For metrics: commands that wait, batches under way, commands whose outcome is being looked up. */
  get load(): { readonly waiting: number; readonly inFlight: number; readonly inDoubt: number } {
    return { waiting: this.#queue.size, inFlight: this.#inFlight, inDoubt: this.#doubtful.length };
  }

  commit(unit: CommitUnit): Promise<CommitOutcome> {
    if (this.#stopped) return Promise.resolve({ kind: "unavailable", cause: new AppError("E_DRAINING") });
    if (this.#open.size >= MAX_COMMIT_QUEUE) return Promise.resolve({ kind: "unavailable", cause: new AppError("E_BUSY") });
    let entry: Entry;
    try {
      const folded: Entry = { unit, rows: fold(unit.events), commitId: newId() };
      // Now, while the database has the batches before it to do.
      entry = { ...folded, encoded: encode(folded) };
    } catch (error) {
      const detail = error instanceof Contradiction ? error.message : String(error);
      this.#options.log.error({ error, command: unit.command }, "a command decided what cannot be");
      return Promise.resolve({ kind: "mismatch", detail });
    }
    const { promise, resolve } = Promise.withResolvers<CommitOutcome>();
    this.#open.add(promise);
    const arrivedMs = performance.now();
    const pending: Pending = {
      ...entry, keys: rowKeys(entry.rows, unit.actor),
      settle: (outcome) => {
        this.#open.delete(promise);
        this.#options.onOutcome?.(outcome.kind, performance.now() - arrivedMs);
        resolve(outcome);
      },
    };
    this.#queue.add(pending);
    this.#gather.arrived(this.#options.clock.nowMs());
    this.#schedule();
    return promise;
  }

  async flush(): Promise<void> {
    await Promise.all(this.#open);
  }

  /** Takes no more commands; resolves when those taken have their outcome. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.flush();
  }

  /** After what else this turn of the event loop brings, so that commands that arrive together ride together. */
  #schedule(): void {
    if (this.#scheduled || this.#queue.size === 0) return;
    this.#scheduled = true;
    // A batch is nobody's alone, whoever's command came first.
    outsideWork(setImmediate, () => {
      const waitMs = this.#gather.waitMs(this.#options.clock.nowMs());
      if (waitMs <= 0 || this.#queue.size >= COMMIT_GATHER_ENOUGH) this.#dispatch();
      else this.#options.clock.after(waitMs, () => this.#dispatch());
    });
  }

  #dispatch(): void {
    this.#scheduled = false;
    this.#fill();
  }

  /** As many batches as may be under way. */
  #fill(): void {
    while (this.#inFlight < this.#options.db.commitsInFlight) {
      const batch = this.#takeBatch();
      if (batch.length === 0) return;
      this.#inFlight += 1;
      this.#gather.sent(this.#options.clock.nowMs());
      void this.#carry(batch);
    }
  }

  #takeBatch(): Pending[] {
    const batch: Pending[] = [];
    const passedOver = new Set<string>();
    let looked = 0;
    for (const pending of this.#queue) {
      if (batch.length >= (this.#options.maxBatch ?? MAX_BATCH) || looked >= LOOK_AHEAD) break;
      looked += 1;
      if (pending.keys.some((key) => this.#busy.has(key) || passedOver.has(key))) {
        for (const key of pending.keys) passedOver.add(key);
        continue;
      }
      for (const key of pending.keys) this.#busy.add(key);
      this.#queue.delete(pending);
      batch.push(pending);
    }
    return batch;
  }

  /** Never rejects: `#send` answers every failure of the database, and anything else is a bug that must not hang commands. */
  async #carry(batch: readonly Pending[]): Promise<void> {
    const answer = await this.#send(batch);
    if ("entries" in answer) {
      for (const { keys } of batch) for (const key of keys) this.#busy.delete(key);
      this.#inFlight -= 1;
      const tell = (): void => batch.forEach(({ settle }, index) => settle({ kind: "committed", entry: answer.entries[index]! }));
      if (this.#queue.size < COMMIT_GATHER_ENOUGH) tell();
      else {
        // Where many wait, the database gets the next batch first (a pool hands out its connection a tick later), and what
        // the answers set off here runs beside it.
        this.#fill();
        setImmediate(tell);
      }
    } else {
      await this.#failed(batch, answer.error);
      this.#inFlight -= 1;
    }
    this.#schedule();
  }

  async #failed(batch: readonly Pending[], error: StorageError): Promise<void> {
    if (error.outcome === "not-sent") this.#unavailable(batch, error);
    else if (error.outcome === "unknown") this.#doubt(batch, error);
    else if (batch.length > 1) for (const pending of batch) await this.#writeAlone(pending);
    else await this.#refused(batch[0]!, error);
  }

  async #writeAlone(pending: Pending): Promise<void> {
    const answer = await this.#send([pending]);
    if ("entries" in answer) this.#finish(pending, { kind: "committed", entry: answer.entries[0]! });
    else await this.#failed([pending], answer.error);
  }

  async #refused(pending: Pending, first: StorageError): Promise<void> {
    let error = first;
    for (let tries = 1; ; tries += 1) {
      const outcome = await this.#outcomeOf(pending, error);
      if (outcome !== "again") return outcome === undefined ? this.#doubt([pending], error) : this.#finish(pending, outcome);
      if (tries >= TRANSIENT_TRIES) return this.#finish(pending, { kind: "unavailable", cause: error });
      const answer = await this.#send([pending]);
      if ("entries" in answer) return this.#finish(pending, { kind: "committed", entry: answer.entries[0]! });
      if (answer.error.outcome === "unknown") return this.#doubt([pending], answer.error);
      if (answer.error.outcome === "not-sent") return this.#finish(pending, { kind: "unavailable", cause: answer.error });
      error = answer.error;
    }
  }

  /**
   * What a refusal of one command means. "again": it lost against another and may be tried again. Undefined: it was
   * committed before, but by whom cannot be read now.
   */
  async #outcomeOf(pending: Pending, error: StorageError): Promise<CommitOutcome | "again" | undefined> {
    const state = error.sqlState ?? "";
    if (state === SQLSTATE.fenced) return { kind: "fenced" };
    if (state === SQLSTATE.repeated || (state === SQLSTATE.uniqueViolation && error.constraint === "journal_key_pkey")) return this.#lookUp(pending);
    if (state === SQLSTATE.deadlock || state === SQLSTATE.serializationFailure || state === SQLSTATE.lockNotAvailable) return "again";
    // 22 and 23: the data is not as the tables want it; nothing that waiting would mend.
    if (state === SQLSTATE.mismatch || state.startsWith("22") || state.startsWith("23")) return { kind: "mismatch", detail: error.detail };
    return { kind: "unavailable", cause: error };
  }

  /** Whose is the entry in the journal: this attempt's, or an earlier one's of the same request? */
  async #lookUp(pending: Pending): Promise<CommitOutcome | undefined> {
    const request = pending.unit.request !== null && "seq" in pending.unit.request ? pending.unit.request : { seq: -1, step: -1 };
    try {
      const [found] = await this.#options.db.sql.query<{ entry: string | null; commit_id: string | null; reply: Extract<CommitOutcome, { kind: "duplicate" }>["reply"] }>(
        `select coalesce(k.entry, j.id)::text as entry, coalesce(k.commit_id, j.commit_id) as commit_id, r.reply from (select 1) as one
         left join journal_key k on k.key = $1
         left join journal j on j.actor = $2 and j.seq = $3 and j.step = $4
         left join request_reply r on r.character_id = $2 and r.seq = $3 and r.step = $4`,
        [requestKey(pending), pending.unit.actor, request.seq, request.step],
        { timeoutMs: COMMIT_TIMEOUT_MS, urgent: true },
      );
      if (found?.entry != null && found.commit_id === pending.commitId) return { kind: "committed", entry: found.entry };
      return { kind: "duplicate", reply: found?.reply ?? null };
    } catch (error) {
      this.#options.log.warn({ error }, "the outcome of a command cannot be read yet");
      return undefined;
    }
  }

  async #send(batch: readonly Pending[]): Promise<{ entries: string[] } | { error: StorageError }> {
    const startedMs = performance.now();
    try {
      const [row] = await this.#options.db.sql.query<{ entries: string }>(
        COMMIT, commitValues(batch), { timeoutMs: COMMIT_TIMEOUT_MS, urgent: true, name: COMMIT_NAME },
      );
      this.#options.onBatch?.(batch.length, performance.now() - startedMs);
      return { entries: (row?.entries ?? "").split(",") };
    } catch (error) {
      if (error instanceof StorageError) return { error };
      // Not of the database's making (a unit that JSON cannot hold): nothing was sent.
      return { error: new StorageError("not-sent", error) };
    }
  }

  #finish(pending: Pending, outcome: CommitOutcome): void {
    for (const key of pending.keys) this.#busy.delete(key);
    pending.settle(outcome);
  }

  /** The database cannot be reached: what waits behind the batch need not find out for itself. */
  #unavailable(batch: readonly Pending[], error: StorageError): void {
    for (const pending of batch) this.#finish(pending, { kind: "unavailable", cause: error });
    for (const pending of this.#queue) pending.settle({ kind: "unavailable", cause: error });
    this.#queue.clear();
  }

  #doubt(batch: readonly Pending[], error: StorageError): void {
    this.#options.log.warn({ error, commands: batch.length }, "the answer to a commit got lost; finding out");
    this.#doubtful.push(...batch);
    if (this.#resolving) return;
    this.#resolving = true;
    void this.#resolve();
  }

  /**
   * Finds out what became of commands whose answer got lost, by committing them once more: the
   * character's row (or the entry in `journal_key`) makes the second attempt wait for the first, if that still runs, and
   * then fail on what it wrote, if it did.
   * Reading alone could not tell "not written" from "not written yet".
   */
  async #resolve(): Promise<void> {
    let waitMs = RESOLVE_WAIT_MS;
    while (this.#doubtful.length > 0) {
      await pause(this.#options.clock, waitMs);
      const pending = this.#doubtful[0]!;
      const answer = await this.#send([pending]);
      const outcome = "entries" in answer ? ({ kind: "committed", entry: answer.entries[0]! } as const) : await this.#resolved(pending, answer.error);
      if (outcome === undefined) {
        waitMs = Math.min(waitMs * 2, RESOLVE_WAIT_MAX_MS);
        continue;
      }
      this.#doubtful.shift();
      this.#finish(pending, outcome);
      this.#schedule();
      waitMs = 0;
    }
    this.#resolving = false;
  }

  /** Undefined while it is still not known: whatever does not say "this unit, for certain" leaves the doubt. */
  async #resolved(pending: Pending, error: StorageError): Promise<CommitOutcome | undefined> {
    if (error.outcome !== "refused") return undefined;
    const outcome = await this.#outcomeOf(pending, error);
    return outcome === "again" || outcome?.kind === "unavailable" ? undefined : outcome;
  }
}
