/**
 * Broken variants of the server, made around it or over it by the tests and nowhere else: each takes away one thing that
 * the promise rests on. If the simulation did not catch them, it would prove nothing.
 */
import type { DurableEvent } from "../../src/engine/events.ts";
import type { AreaId, LetterId } from "../../src/engine/ids.ts";
import type { WaitingLetter } from "../../src/engine/post.ts";
import { MemoryStore, type JournalEntry, type StoredEntry } from "../../src/persistence/memory-store.ts";
import { fold, type RowChanges } from "../../src/persistence/fold.ts";
import type { CommitOutcome, CommitUnit } from "../../src/runtime/ports.ts";
import { AreaHost } from "../../src/runtime/area-host.ts";
import { CommandTask } from "../../src/runtime/command-task.ts";
import { Replies } from "../../src/runtime/replies.ts";
import type { SimProcess } from "./sim-process.ts";
import type { Mutant, Simulation } from "./simulation.ts";

class NoFence extends MemoryStore {
  protected override owns(): boolean {
    return true;
  }
}

class NoCompare extends MemoryStore {
  protected override mismatch(): string | undefined {
    return undefined;
  }

  protected override writeRows(unit: CommitUnit, rows: RowChanges): void {
    // A row that is not there is not changed, as an UPDATE that finds none.
    for (const [id, change] of rows.items) if (change.type === "change" && !this.items.has(id)) rows.items.delete(id);
    super.writeRows(unit, rows);
  }
}

/** Several payments of one command are not added up. */
class LastPaymentWins extends MemoryStore {
  protected override writeRows(unit: CommitUnit, rows: RowChanges): void {
    for (const event of unit.events) {
      const change = event.type === "coins-changed" ? rows.characters.get(event.character) : undefined;
      if (change !== undefined && event.type === "coins-changed") change.coins = event.delta;
    }
    super.writeRows(unit, rows);
  }
}

class NoReplies extends MemoryStore {
  protected override keepReply(unit: CommitUnit): void {
    super.keepReply({ ...unit, reply: null });
  }
}

/** The epoch stays as it is when an area changes hands. */
class StaleTakeover extends MemoryStore {
  override acquire(process: string, area: AreaId): ReturnType<MemoryStore["acquire"]> {
    const before = this.owners.get(area)?.epoch;
    const answer = super.acquire(process, area);
    if (!("epoch" in answer) || before === undefined || before === 0) return answer;
    this.owners.set(area, { process, epoch: before });
    return { epoch: before };
  }

  override fence(process: string): void {
    const epochs = new Map([...this.owners].map(([area, { epoch }]) => [area, epoch]));
    super.fence(process);
    for (const [area, owner] of this.owners) owner.epoch = epochs.get(area)!;
    const known = this.processes.get(process);
    if (known !== undefined) known.fenced = true;
  }

  protected override owns({ area, epoch }: CommitUnit): boolean {
    return this.owners.get(area)?.epoch === epoch;
  }
}

/** A journal that takes the same request again and again. */
class NoUniqueRequests extends MemoryStore {
  #copies = 0;

  override refusal(entry: StoredEntry): ReturnType<MemoryStore["refusal"]> {
    if (entry.unit.request === null || !("seq" in entry.unit.request)) return super.refusal(entry);
    return this.owns(entry.unit) ? undefined : { kind: "fenced" };
  }

  override write(entry: StoredEntry): JournalEntry {
    const written = super.write(entry);
    if (entry.unit.request === null || !("seq" in entry.unit.request)) return written;
    this.journal.delete(written.key);
    const copy = { ...written, key: `${written.key} ${(this.#copies += 1)}` };
    this.journal.set(copy.key, copy);
    return copy;
  }
}

/** Says "committed" at once; what becomes of it nobody hears. */
const answersFirst: Mutant["around"] = () => ({
  committer: (inner) => ({
    flush: () => inner.flush(),
    commit: (unit) => {
      void inner.commit(unit);
      return Promise.resolve<CommitOutcome>({ kind: "committed", entry: "0" });
    },
  }),
});

/** Memory changes at once; the reply waits until it is written. */
const appliesFirst: Mutant["around"] = () => {
  const open = new Set<Promise<unknown>>();
  return {
    committer: (inner) => ({
      flush: () => inner.flush(),
      commit: (unit) => {
        const written = inner.commit(unit).finally(() => open.delete(written));
        open.add(written);
        return Promise.resolve<CommitOutcome>({ kind: "committed", entry: "0" });
      },
    }),
    deliver: (conn, reply) => void Promise.allSettled([...open]).then(() => conn.reply(reply)),
  };
};

const isOfItems = (event: DurableEvent): boolean => event.type.startsWith("item-");
/** As a periodic save would have it. */
const WRITTEN_BEHIND_MS = 5_000;

/** The journal and the purses are written at once, items some seconds later, by a process that may be dead by then. */
function itemsBehind(simulation: Simulation): NonNullable<ReturnType<NonNullable<Mutant["around"]>>> {
  const { store, scheduler } = simulation;
  const writers = new Map<string, DurableEvent[]>();
  const write = store.write.bind(store);
  store.write = (entry) => {
    const owner = simulation.processes.find(({ name }) => name === store.owners.get(entry.unit.area)?.process);
    const items = entry.unit.events.filter(isOfItems);
    if (owner === undefined || items.length === 0) return write(entry);
    if (!writers.has(owner.name)) {
      writers.set(owner.name, []);
      scheduler.add(owner, "items: written behind", () => {
        const events = writers.get(owner.name) ?? [];
        writers.delete(owner.name);
        for (const event of events) writeRow(store, event);
      }, { afterMs: WRITTEN_BEHIND_MS });
    }
    writers.get(owner.name)!.push(...items);
    return write({ ...entry, rows: fold(entry.unit.events.filter((event) => !isOfItems(event))) });
  };
  return {};
}

function writeRow(store: MemoryStore, event: DurableEvent): void {
  if (event.type === "item-created") store.putItem(event.item);
  if (event.type === "item-destroyed") store.items.delete(event.item);
  const item = "item" in event && typeof event.item === "string" ? store.items.get(event.item) : undefined;
  if (item === undefined) return;
  if (event.type === "item-moved") Object.assign(item, { at: event.to, slot: event.slot, spawn: null });
  if (event.type === "item-quantity-changed") item.quantity = event.to;
}

/** Decisions are made as ever, but what they have read keeps nobody waiting. */
function readsForgotten(): () => void {
  const decide = CommandTask.prototype.decide;
  CommandTask.prototype.decide = function (this: CommandTask): ReturnType<typeof decide> {
    const decision = decide.call(this);
    return typeof decision !== "string" && decision.kind === "accepted" ? { ...decision, reads: new Set() } : decision;
  };
  return () => void (CommandTask.prototype.decide = decide);
}

/** Every request is new. */
function numbersForgotten(): () => void {
  const lookup = Replies.prototype.lookup;
  Replies.prototype.lookup = () => "new";
  return () => void (Replies.prototype.lookup = lookup);
}

/** A commit whose answer is lost is taken for one that was not written. */
function doubtIsNo(simulation: Simulation): NonNullable<ReturnType<NonNullable<Mutant["around"]>>> {
  const { db } = simulation;
  const ask = db.ask.bind(db);
  db.ask = (from, point, work) => ask(from, point, work).catch((error: unknown) => {
    if (point === "commit" && error instanceof Error && "outcome" in error && error.outcome === "unknown") Object.assign(error, { outcome: "not-sent" });
    throw error;
  });
  return {};
}

/** A process that slept past its lease goes on as if nothing had been. */
const trustsItsLease: Mutant["around"] = () => ({
  ownership: (inner) => ({ alive: true, acquire: (area) => inner.acquire(area), release: (area, epoch) => inner.release(area, epoch) }),
});

function losesNothing(): () => void {
  const lost = AreaHost.prototype.lost;
  AreaHost.prototype.lost = () => undefined;
  return () => void (AreaHost.prototype.lost = lost);
}

/**
 * The outbox says not "read the letters of X again" but what they bring, and whoever is told hands that out: the news of a
 * letter is the letter. An area takes from what it was told; what it has handed out, it forgets.
 */
function newsIsTheLetter({ store }: Simulation): NonNullable<ReturnType<NonNullable<Mutant["around"]>>> {
  const contents = new Map<LetterId, WaitingLetter>();
  const told = new Map<SimProcess, Map<LetterId, WaitingLetter>>();
  const inboxOf = (process: SimProcess): Map<LetterId, WaitingLetter> => {
    const known = told.get(process) ?? new Map<LetterId, WaitingLetter>();
    told.set(process, known);
    return known;
  };
  const write = store.write.bind(store);
  store.write = (entry) => {
    const written = write(entry);
    for (const event of entry.unit.events) {
      if (event.type === "letter-posted") contents.set(event.letter.id, store.lettersTo(event.letter.to).find(({ id }) => id === event.letter.id)!);
      if (event.type === "letter-taken") for (const [{ name }, inbox] of told) if (name === store.owners.get(entry.unit.area)?.process) inbox.delete(event.letter);
    }
    return written;
  };
  return {
    outbox: (inner, process) => ({
      waiting: async () => {
        const rows = await inner.waiting();
        for (const { id } of rows) inboxOf(process).set(id as LetterId, contents.get(id as LetterId)!);
        return rows;
      },
      done: (rows) => inner.done(rows),
    }),
    store: (inner, process) => ({ ...inner, letters: (to) => Promise.resolve([...inboxOf(process).values()].filter((letter) => letter.to === to)) }),
  };
}

/** The first ten are those that the promise was made with. */
export const MUTANTS: Readonly<Record<string, Mutant>> = {
  "no fence": { store: (nowMs) => new NoFence(nowMs) },
  "no compare-and-set": { store: (nowMs) => new NoCompare(nowMs) },
  "answer before commit": { around: answersFirst },
  "replies not stored": { store: (nowMs) => new NoReplies(nowMs) },
  "wallets not aggregated": { store: (nowMs) => new LastPaymentWins(nowMs) },
  "stale takeover": { store: (nowMs) => new StaleTakeover(nowMs) },
  "apply before commit": { around: appliesFirst },
  "items written behind every 5 s": { around: itemsBehind },
  "reads not recorded": { patch: readsForgotten },
  "outbox with contents": { around: newsIsTheLetter },
  "a request number carried out again": { store: (nowMs) => new NoUniqueRequests(nowMs), patch: numbersForgotten },
  "an unknown outcome taken for a no": { around: doubtIsNo },
  "answers from the past after a long sleep": { around: trustsItsLease, patch: losesNothing },
};
