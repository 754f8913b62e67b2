/** The journal read from its beginning: where everything must be by now, and whether each entry follows from those before. */
import type { DurableEvent } from "../../src/engine/events.ts";
import { COIN_KIND } from "../../src/engine/content.ts";
import { fold } from "../../src/persistence/fold.ts";
import type { Violation } from "./evidence.ts";

export interface JournalEntry {
  readonly id: string;
  readonly area: string | null;
  readonly epoch: number | null;
  readonly actor: string | null;
  readonly seq: number | null;
  readonly step: number | null;
  readonly events: readonly DurableEvent[];
}

export interface ReplayedItem {
  readonly kind: string;
  location: string;
  quantity: number;
  slot: string | null;
  charges: number | null;
  open: boolean;
  locked: boolean;
  lit: boolean;
}

/** Piles of coins that come to be for these reasons are new money; for any other, they were in a purse or a pile before. */
const MINTS_PILES: ReadonlySet<string> = new Set(["spawn", "quest", "start", "admin"]);
/** Purses that change for these reasons: money is made or ends. */
const MINTS_COINS: ReadonlySet<string> = new Set(["start", "quest", "sell", "buy", "postage", "admin"]);

export class Replay {
  readonly items = new Map<string, ReplayedItem>();
  readonly purses = new Map<string, number>();
  readonly rooms = new Map<string, string>();
  readonly quests = new Map<string, { readonly state: string; readonly step: number; readonly count: number }>();
  /** Letters on their way, and for whom. */
  readonly letters = new Map<string, string>();
  readonly epochs = new Map<string, number>();
  /** Units of each kind made minus ended. */
  readonly units = new Map<string, number>();
  /** Coins made minus ended. */
  minted = 0;
  /** By `character seq`, the steps written. */
  readonly requests = new Map<string, number[]>();
  readonly violations: Violation[] = [];
  entries = 0;
  readonly #ended = new Set<string>();

  take(entry: JournalEntry): void {
    this.entries += 1;
    this.#takeOwner(entry);
    if (entry.actor !== null && entry.seq !== null && entry.step !== null) this.#takeRequest(entry.actor, entry.seq, entry.step);
    let coins = 0;
    for (const event of entry.events) coins += this.#takeEvent(event, entry.id);
    if (coins !== 0) this.#blame("coins in an entry", coins > 0 ? "doubled" : "lost", `entry ${entry.id} moves coins and ends with ${coins} more`);
    try {
      fold(entry.events);
    } catch (error) {
      this.#blame("journal follows", "wrong", `entry ${entry.id}: ${String(error)}`);
    }
  }

  #takeOwner({ id, area, epoch }: JournalEntry): void {
    if (area === null || epoch === null) return;
    const before = this.epochs.get(area) ?? 0;
    if (epoch < before) this.#blame("epochs", "wrong", `entry ${id} of ${area} has epoch ${epoch} after ${before}: a former owner has written`);
    else this.epochs.set(area, epoch);
  }

  #takeRequest(actor: string, seq: number, step: number): void {
    const key = `${actor} ${seq}`;
    const steps = this.requests.get(key);
    if (steps === undefined) this.requests.set(key, [step]);
    else if (steps.includes(step)) this.#blame("each request once", "doubled", `step ${step} of request ${seq} of ${actor} was carried out twice`);
    else steps.push(step);
  }

  /** Answers by how much the event leaves more coins than there were, made and ended ones apart. */
  #takeEvent(event: DurableEvent, entry: string): number {
    switch (event.type) {
      case "item-created": {
        const { id, kind, at, quantity, slot, charges, open, locked, lit } = event.item;
        if (this.items.has(id) || this.#ended.has(id)) this.#blame("items follow", "doubled", `entry ${entry} makes ${id} again`);
        this.items.set(id, { kind, location: at, quantity, slot, charges, open, locked, lit });
        return this.#count(kind, quantity, event.cause);
      }
      case "item-moved": {
        const item = this.#known(event.item, event.from, entry);
        if (item === undefined) return 0;
        item.location = event.to;
        item.slot = event.slot;
        return 0;
      }
      case "item-quantity-changed": {
        const item = this.#known(event.item, event.at, entry);
        if (item === undefined) return 0;
        if (item.quantity !== event.from) this.#blame("items follow", "wrong", `entry ${entry} counts ${event.from} of ${event.item}, there were ${item.quantity}`);
        item.quantity = event.to;
        return this.#count(item.kind, event.to - event.from, event.cause);
      }
      case "item-changed": {
        const item = this.#known(event.item, event.at, entry);
        if (item !== undefined) Object.assign(item, event.to);
        return 0;
      }
      case "item-destroyed": {
        const item = this.#known(event.item, event.from, entry);
        if (item === undefined) return 0;
        if (item.quantity !== event.quantity) this.#blame("items follow", "wrong", `entry ${entry} ends ${event.quantity} of ${event.item}, there were ${item.quantity}`);
        this.items.delete(event.item);
        this.#ended.add(event.item);
        return this.#count(event.kind, -event.quantity, event.cause);
      }
      case "coins-changed": {
        this.purses.set(event.character, (this.purses.get(event.character) ?? 0) + event.delta);
        if (!MINTS_COINS.has(event.cause)) return event.delta;
        this.minted += event.delta;
        return 0;
      }
      case "character-moved": {
        const before = this.rooms.get(event.character);
        if (before !== undefined && before !== event.from) this.#blame("characters follow", "wrong", `entry ${entry} takes ${event.character} from ${event.from}, it was in ${before}`);
        this.rooms.set(event.character, event.to);
        return 0;
      }
      case "quest-changed": {
        const key = `${event.character}/${event.quest}`;
        const before = this.quests.get(key);
        if (JSON.stringify(sorted(before ?? null)) !== JSON.stringify(sorted(event.from))) this.#blame("quests follow", "wrong", `entry ${entry}: ${key} does not go on from where it was`);
        this.quests.set(key, event.to);
        return 0;
      }
      case "item-received": {
        const item = this.#known(event.item.id, event.item.at, entry);
        if (item === undefined) return 0;
        item.location = event.to;
        item.slot = null;
        return 0;
      }
      case "letter-posted": {
        this.letters.set(event.letter.id, event.letter.to);
        return 0;
      }
      case "letter-taken": {
        if (this.letters.get(event.letter) !== event.by) this.#blame("letters follow", "doubled", `entry ${entry} opens ${event.letter}, which is not there for ${event.by}`);
        this.letters.delete(event.letter);
        return 0;
      }
      // They carry nothing that could be lost or doubled.
      default: return 0;
    }
  }

  #known(id: string, at: string, entry: string): ReplayedItem | undefined {
    const item = this.items.get(id);
    if (item === undefined) this.#blame("items follow", this.#ended.has(id) ? "doubled" : "lost", `entry ${entry} has ${id}, which ${this.#ended.has(id) ? "had ended" : "nothing has made"}`);
    else if (item.location !== at) this.#blame("items follow", "wrong", `entry ${entry} finds ${id} at ${at}, it was at ${item.location}`);
    return item;
  }

  #count(kind: string, more: number, cause: string): number {
    this.units.set(kind, (this.units.get(kind) ?? 0) + more);
    if (kind !== COIN_KIND) return 0;
    if (!MINTS_PILES.has(cause)) return more;
    this.minted += more;
    return 0;
  }

  #blame(check: string, harm: Violation["harm"], detail: string): void {
    this.violations.push({ check, harm, detail });
  }
}

/** The same object with its keys in order, all the way down, so that equal ones read alike. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, inner]) => [name, sorted(inner)]));
}

export const same = (a: unknown, b: unknown): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
