/**
 * Takes back what one entry of the journal did to things and coins: decides the events that do so from where everything is
 * now. Nothing is taken from whoever had no part in it, and nothing is given back that could not be taken.
 */
import type { DurableEvent } from "./events.ts";
import { splitHolder, type CharacterId, type Holder, type ItemId, type KindId } from "./ids.ts";
import type { Item } from "./world.ts";

/** What is where now, of all whose things the entry touched. */
export interface UndoView {
  item(id: ItemId): Readonly<Item> | undefined;
  /** Undefined: nobody of that id is at hand. */
  coins(id: CharacterId): number | undefined;
  /** A new thing as its kind makes it; undefined: the world has no such kind any more. */
  asMade(kind: KindId): Omit<Item, "id" | "at" | "slot" | "quantity" | "spawn"> | undefined;
}

export interface UndoPlan {
  readonly events: readonly DurableEvent[];
  /** What is done, in sentences with ids as `{char:…}`. */
  readonly done: readonly string[];
  /** What has moved on since; without force nothing is done then. */
  readonly problems: readonly string[];
}

type Of<T extends DurableEvent["type"]> = Extract<DurableEvent, { type: T }>;

/** `entry` names the things made anew, so that the same undo always makes the same. */
export function planUndo(entry: string, events: readonly DurableEvent[], view: UndoView): UndoPlan {
  const plan = new Plan(entry, events, view);
  const backwards = [...events].reverse();
  // What was received is taken first, and of that the coins: only what is there can be given back, and goods only for their price.
  for (const event of backwards) if (event.type === "coins-changed") plan.take(event);
  for (const event of backwards) if (event.type !== "coins-changed") plan.take(event);
  for (const event of backwards) plan.giveBack(event);
  return plan;
}

/** Everybody whose hands or purse the events touched, in the order of their first mention. */
export function partiesOf(events: readonly DurableEvent[]): CharacterId[] {
  const parties = new Set<CharacterId>();
  const add = (holder: Holder): void => {
    const { kind, id } = splitHolder(holder);
    if (kind === "char") parties.add(id as CharacterId);
  };
  for (const event of events) {
    if (event.type === "coins-changed") parties.add(event.character);
    else if (event.type === "item-created") add(event.item.at);
    else if (event.type === "item-destroyed") add(event.from);
    else if (event.type === "item-quantity-changed" || event.type === "item-changed") add(event.at);
    else if (event.type === "item-moved") {
      add(event.from);
      add(event.to);
    }
  }
  return [...parties];
}

const UNDOABLE: ReadonlySet<DurableEvent["type"]> = new Set(["item-created", "item-moved", "item-quantity-changed", "item-changed", "item-destroyed", "coins-changed"]);

/** Why an entry is none that could be undone: it changed more than things and coins. Undefined: it can be. */
export function notUndoable(events: readonly DurableEvent[]): string | undefined {
  const other = events.find(({ type }) => !UNDOABLE.has(type));
  if (other !== undefined) return `it also did something else (${other.type})`;
  return events.length === 0 ? "it changed nothing" : undefined;
}

class Plan implements UndoPlan {
  readonly events: DurableEvent[] = [];
  readonly done: string[] = [];
  readonly problems: string[] = [];
  readonly #entry: string;
  readonly #all: readonly DurableEvent[];
  readonly #view: UndoView;
  /** How things are after the events so far. */
  readonly #items = new Map<ItemId, Item | null>();
  /** Of each kind: how many could not be taken of what should have been. */
  readonly #missing = new Map<KindId, number>();
  #missingCoins = 0;
  #lostThings = false;
  #made = 0;

  constructor(entry: string, all: readonly DurableEvent[], view: UndoView) {
    this.#entry = entry;
    this.#all = all;
    this.#view = view;
  }

  take(event: DurableEvent): void {
    if (event.type === "item-created") this.#takeFrom(event.item.id, event.item.at, event.item.quantity, event.item.kind);
    else if (event.type === "item-quantity-changed" && event.to > event.from) this.#takeFrom(event.item, event.at, event.to - event.from, this.#kindOf(event.item));
    else if (event.type === "coins-changed" && event.delta > 0) this.#takeCoins(event);
    else if (event.type === "item-moved" && event.from !== event.to) this.#moveBack(event);
  }

  giveBack(event: DurableEvent): void {
    if (event.type === "item-destroyed") this.#give(event.from, event.quantity, event.kind);
    else if (event.type === "item-quantity-changed" && event.to < event.from) this.#give(event.at, event.from - event.to, this.#kindOf(event.item), event.item);
    else if (event.type === "coins-changed" && event.delta < 0) this.#giveCoins(event);
  }

  #moveBack({ item: id, from, to }: Of<"item-moved">): void {
    const item = this.#item(id);
    if (item === undefined || item.at !== to) {
      this.#lostThings = true;
      this.problems.push(item === undefined ? `The thing ${id} is gone, or out of reach.` : `The thing ${id} (${item.kind}) is at {${item.at}} now, not at {${to}}.`);
      return;
    }
    if (this.#priceIsGone()) {
      this.problems.push(`${item.quantity} ${item.kind} (${id}) would go back from {${to}} only for the price.`);
      return;
    }
    this.#emit({ type: "item-moved", item: id, from: to, to: from, slot: null });
    this.done.push(`${item.quantity} ${item.kind} (${id}) went back from {${to}} to {${from}}.`);
  }

  #takeFrom(id: ItemId, at: Holder, quantity: number, kind: KindId | undefined): void {
    const item = this.#item(id);
    const there = item === undefined || item.at !== at ? 0 : Math.min(quantity, item.quantity);
    if (kind !== undefined && there < quantity) this.#missing.set(kind, (this.#missing.get(kind) ?? 0) + quantity - there);
    if (there < quantity) this.problems.push(`Of ${quantity} ${kind ?? "things"} (${id}) at {${at}}, ${there} are there now.`);
    if (item === undefined || there === 0) return;
    if (there === item.quantity) this.#emit({ type: "item-destroyed", item: id, kind: item.kind, quantity: there, from: at, cause: "admin" });
    else this.#emit({ type: "item-quantity-changed", item: id, at, from: item.quantity, to: item.quantity - there, cause: "admin" });
    this.done.push(`${there} ${item.kind} (${id}) were taken from {${at}}.`);
  }

  #takeCoins({ character, delta }: Of<"coins-changed">): void {
    const there = Math.min(delta, Math.max(0, this.#view.coins(character) ?? 0));
    if (there < delta) {
      this.#missingCoins += delta - there;
      this.problems.push(`Of ${delta} coins, {char:${character}} has ${there} now.`);
    }
    if (there === 0) return;
    this.#emit({ type: "coins-changed", character, delta: -there, cause: "admin" });
    this.done.push(`${there} coins were taken from {char:${character}}.`);
  }

  /** What could not be taken is not given back either, and a price not while the goods are missing. */
  #giveCoins({ character, delta }: Of<"coins-changed">): void {
    const missingGoods = this.#lostThings || [...this.#missing.values()].some((count) => count > 0);
    const bought = !this.#all.some((event) => event.type === "coins-changed" && event.delta > 0);
    const back = bought && missingGoods ? 0 : Math.max(0, -delta - this.#missingCoins);
    this.#missingCoins = Math.max(0, this.#missingCoins + delta);
    if (back === 0) return;
    if (this.#view.coins(character) === undefined) {
      this.problems.push(`{char:${character}} is not at hand to be given ${back} coins.`);
      return;
    }
    this.#emit({ type: "coins-changed", character, delta: back, cause: "admin" });
    this.done.push(`${back} coins went back to {char:${character}}.`);
  }

  #give(at: Holder, quantity: number, kind: KindId | undefined, into?: ItemId): void {
    if (kind === undefined) {
      this.problems.push(`Nobody knows any more what the ${quantity} things at {${at}} were.`);
      return;
    }
    const missing = Math.min(quantity, this.#missing.get(kind) ?? 0);
    this.#missing.set(kind, (this.#missing.get(kind) ?? 0) - missing);
    const back = quantity - missing;
    if (back === 0 || this.#priceIsGone()) return;
    const stack = into === undefined ? undefined : this.#item(into);
    const made = this.#view.asMade(kind);
    if (stack !== undefined && stack.at === at) this.#emit({ type: "item-quantity-changed", item: stack.id, at, from: stack.quantity, to: stack.quantity + back, cause: "admin" });
    else if (made !== undefined) {
      this.#made += 1;
      const item: Item = { ...made, id: `undo-${this.#entry}-${this.#made}` as ItemId, at, slot: null, quantity: back, spawn: null };
      this.#emit({ type: "item-created", item, cause: "admin" });
    } else {
      this.problems.push(`The world has no ${kind} any more; ${back} cannot be made for {${at}}.`);
      return;
    }
    this.done.push(`${back} ${kind} went back to {${at}}.`);
  }

  /** For goods sold whose price could not be taken back, nothing is handed out. */
  #priceIsGone(): boolean {
    return this.#missingCoins > 0 && this.#all.some((event) => event.type === "coins-changed" && event.cause === "sell");
  }

  #kindOf(id: ItemId): KindId | undefined {
    const known = this.#view.item(id)?.kind;
    if (known !== undefined) return known;
    for (const event of this.#all) {
      if (event.type === "item-created") return event.item.kind;
      if (event.type === "item-destroyed") return event.kind;
    }
    return undefined;
  }

  #item(id: ItemId): Item | undefined {
    if (!this.#items.has(id)) {
      const item = this.#view.item(id);
      this.#items.set(id, item === undefined ? null : { ...item });
    }
    return this.#items.get(id) ?? undefined;
  }

  #emit(event: DurableEvent): void {
    this.events.push(event);
    if (event.type === "item-created") this.#items.set(event.item.id, { ...event.item });
    else if (event.type === "item-destroyed") this.#items.set(event.item, null);
    else if (event.type === "item-moved") Object.assign(this.#item(event.item)!, { at: event.to, slot: null });
    else if (event.type === "item-quantity-changed") this.#item(event.item)!.quantity = event.to;
  }
}
