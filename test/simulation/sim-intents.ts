/** The table of what operators want done, as the tool `journal undo` fills it and the owners of areas carry it out. */
import type { AreaId, CharacterId, Holder } from "../../src/engine/ids.ts";
import { notUndoable, partiesOf } from "../../src/engine/undo.ts";
import type { JournalEntry, MemoryStore } from "../../src/persistence/memory-store.ts";
import { undoKey, type Intent, type IntentOutcome } from "../../src/runtime/intents.ts";
import { pick } from "./random.ts";
import { CONTENT } from "./tiny-world.ts";

interface Row extends Intent {
  outcome: IntentOutcome | null;
}

/** How many of the newest entries an operator chooses from. */
const RECENT = 8;

export class SimIntents {
  readonly rows: Row[] = [];
  readonly #store: MemoryStore;
  readonly #violation: (what: string) => void;
  /** Entries that had been undone by the time a process read what is wanted. */
  readonly #knownDone = new Set<string>();

  constructor(store: MemoryStore, violation: (what: string) => void) {
    this.#store = store;
    this.#violation = violation;
  }

  /** An operator wants an entry taken back. Answers what was asked for, in words. */
  ask(a: number, b: number): string {
    const entries = [...this.#store.journal.values()].filter(({ unit }) => unit.actor !== null && notUndoable(unit.events) === undefined);
    const entry = pick(entries.slice(-RECENT), a);
    const area = entry === undefined ? undefined : this.#areaOf(entry);
    if (entry === undefined || area === undefined) return "an operator finds nothing to take back";
    const force = b < 0.4;
    this.rows.push({ id: `intent${this.rows.length + 1}`, area, entry: String(entry.id), events: structuredClone(entry.unit.events), force, doneBefore: false, outcome: null });
    return `an operator wants entry ${entry.id} ("${entry.unit.command}" of ${entry.unit.actor}) taken back by ${area}${force ? ", whatever has become of it" : ""}`;
  }

  /** Where it happened, if things lay or were sold there; otherwise where one of those is who took part. */
  #areaOf({ unit: { events, area } }: JournalEntry): AreaId | undefined {
    const isPlace = (holder: Holder): boolean => holder.startsWith("room:") || holder.startsWith("npc:");
    const tookPlace = events.some((event) => {
      if (event.type === "item-moved") return isPlace(event.from) || isPlace(event.to);
      if (event.type === "item-created") return isPlace(event.item.at);
      if (event.type === "item-destroyed") return isPlace(event.from);
      return event.type === "item-quantity-changed" && isPlace(event.at);
    });
    if (tookPlace) return area;
    const [party] = partiesOf(events);
    return party === undefined ? undefined : this.#areaWith(party);
  }

  #areaWith(id: CharacterId): AreaId | undefined {
    const room = this.#store.characters.get(id)?.character.room;
    return room === undefined ? undefined : CONTENT.rooms.get(room)?.area;
  }

  waiting(areas: readonly AreaId[]): Intent[] {
    const waiting = this.rows.filter(({ outcome, area }) => outcome === null && areas.includes(area));
    for (const { id, entry } of waiting) if (this.#isUndone(entry)) this.#knownDone.add(id);
    return waiting.map((row) => ({ ...row, doneBefore: this.#isUndone(row.entry) }));
  }

  /** The owner says what became of it. */
  finish(id: string, outcome: IntentOutcome): void {
    const row = this.rows.find((one) => one.id === id)!;
    row.outcome ??= outcome;
    const isUndone = this.#isUndone(row.entry);
    if (outcome.kind !== "refused" && !isUndone) this.#violation(`an operator was told that entry ${row.entry} is taken back (${outcome.kind}), and the journal does not know`);
    if (outcome.kind === "refused" && this.#knownDone.has(id)) this.#violation(`an operator was told that entry ${row.entry} is not taken back, and it is: ${outcome.said.join(" ")}`);
  }

  #isUndone(entry: string): boolean {
    return this.#store.journal.has(`w:${undoKey(entry)}`);
  }
}
