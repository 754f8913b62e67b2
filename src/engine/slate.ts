/**
 * One decision in the making: the surroundings, and the slate on which it is written what shall happen. What the
 * world does by itself writes on a plain slate; a character's command on a `Turn`, which knows who acts.
 */
import { MAX_COINS, MAX_STACK } from "../limits.ts";
import { assert } from "./assert.ts";
import { COIN_KIND, type ItemKind } from "./content.ts";
import { conflict, writesOf, type Accepted, type Audience, type ConflictKey, type Message, type MessageType, type Params } from "./decision.ts";
import { isDurable, type DomainEvent } from "./events.ts";
import type { CharacterId, Holder, ItemId, KindId, RoomId } from "./ids.ts";
import { Surroundings, type View } from "./surroundings.ts";
import type { Item } from "./world.ts";

export type { View } from "./surroundings.ts";

export class Slate extends Surroundings {
  readonly #events: DomainEvent[] = [];
  readonly #messages: Message[] = [];

  // ---- what shall happen

  event(event: DomainEvent): void {
    this.#events.push(event);
  }

  /** Events so far; a command that does several things at once looks here for what it has already done. */
  get events(): readonly DomainEvent[] {
    return this.#events;
  }

  /** A new item, made by this decision. */
  create(kind: KindId, quantity: number, at: Holder, cause: Extract<DomainEvent, { type: "item-created" }>["cause"], more: Partial<Item> = {}): Item {
    const def = this.ctx.content.items.get(kind);
    assert(def !== undefined, `no item kind ${kind}`);
    const item: Item = {
      id: more.id ?? this.ctx.ids.item(), at, slot: null, quantity, ...asMade(def),
      open: def.container === null || def.container.initially === "open", locked: def.container?.initially === "locked", spawn: null, ...more,
    };
    this.event({ type: "item-created", item, cause });
    return item;
  }

  /** New things of a kind: they join a stack that is there, otherwise each is an item of its own (or one stack). */
  make(kind: KindId, quantity: number, at: Holder, cause: Extract<DomainEvent, { type: "item-created" }>["cause"]): void {
    const def = this.ctx.content.items.get(kind);
    assert(def !== undefined, `no item kind ${kind}`);
    const stack = this.#stackFor(asMade(def), at, quantity);
    if (stack !== undefined) this.#addTo(stack, quantity, cause);
    else if (def.stackable) this.create(kind, quantity, at, cause);
    else for (let made = 0; made < quantity; made++) this.create(kind, 1, at, cause);
  }

  /** How many places things of a kind would take there if they were made now. */
  placesFor(def: ItemKind, quantity: number, at: Holder): number {
    if (!def.stackable) return quantity;
    return this.#stackFor(asMade(def), at, quantity) === undefined ? 1 : 0;
  }

  /**
   * Moves an item, or `quantity` of a stack, to another holder; joins it with a stack of the same kind there.
   * A spawn whose item goes away is told when to make the next.
   */
  move(item: View<Item>, to: Holder, quantity = item.quantity): void {
    const stack = this.#stackFor(item, to, quantity);
    if (quantity < item.quantity) {
      this.event({ type: "item-quantity-changed", item: item.id, at: item.at, from: item.quantity, to: item.quantity - quantity, cause: "split" });
      if (stack === undefined) this.create(item.kind, quantity, to, "split", { charges: item.charges, open: item.open, locked: item.locked, lit: item.lit });
      else this.#addTo(stack, quantity, "split");
      return;
    }
    if (stack === undefined) this.event({ type: "item-moved", item: item.id, from: item.at, to, slot: null });
    else {
      this.#addTo(stack, quantity, "merge");
      this.event({ type: "item-destroyed", item: item.id, kind: item.kind, quantity, from: item.at, cause: "merge" });
    }
    this.#emptySpawn(item);
  }

  /** Whether an item (or `quantity` of its stack) moved there would join a stack and so take no place of its own. */
  joins(item: View<Item>, to: Holder, quantity = item.quantity): boolean {
    return this.#stackFor(item, to, quantity) !== undefined;
  }

  /** Ends an item or `quantity` of its stack. What it contains must have been dealt with before. */
  destroy(item: View<Item>, cause: Extract<DomainEvent, { type: "item-destroyed" }>["cause"], quantity = item.quantity): void {
    if (quantity < item.quantity) {
      this.event({ type: "item-quantity-changed", item: item.id, at: item.at, from: item.quantity, to: item.quantity - quantity, cause });
      return;
    }
    this.event({ type: "item-destroyed", item: item.id, kind: item.kind, quantity, from: item.at, cause });
    this.#emptySpawn(item);
  }

  /** A stack at a holder, as the events so far leave it, that these things can join. */
  #stackFor(things: Pick<Item, "kind" | "charges" | "lit"> & { readonly id?: ItemId }, at: Holder, quantity: number): View<Item> | undefined {
    const kind = this.ctx.content.items.get(things.kind);
    if (kind === undefined || !kind.stackable || kind.container !== null) return undefined;
    const limit = things.kind === COIN_KIND ? MAX_COINS : MAX_STACK;
    const there = [...this.contents(at).filter((other) => !this.#isGone(other.id)), ...this.#arrivedAt(at)];
    return there.find((other) => other.kind === things.kind && other.id !== things.id && other.slot === null && other.lit === things.lit
      && other.charges === things.charges && this.#quantityOf(other) + quantity <= limit);
  }

  #addTo(stack: View<Item>, quantity: number, cause: Extract<DomainEvent, { type: "item-created" }>["cause"]): void {
    this.reads(conflict.item(stack.id));
    const from = this.#quantityOf(stack);
    this.event({ type: "item-quantity-changed", item: stack.id, at: stack.at, from, to: from + quantity, cause });
  }

  /** What the events so far put at a holder and left there. */
  #arrivedAt(at: Holder): View<Item>[] {
    const arrived = new Map<ItemId, View<Item>>();
    for (const event of this.#events) {
      if (event.type === "item-created" && event.item.at === at) arrived.set(event.item.id, event.item);
      if (event.type === "item-destroyed" || event.type === "item-moved") arrived.delete(event.item);
      const item = event.type === "item-moved" && event.to === at ? this.area.items.get(event.item) : undefined;
      if (item !== undefined && event.type === "item-moved") arrived.set(item.id, { ...item, at, slot: event.slot });
    }
    return [...arrived.values()];
  }

  #quantityOf(stack: View<Item>): number {
    let quantity = stack.quantity;
    for (const event of this.#events) if (event.type === "item-quantity-changed" && event.item === stack.id) quantity = event.to;
    return quantity;
  }

  #isGone(id: ItemId): boolean {
    return this.#events.some((event) => (event.type === "item-destroyed" || event.type === "item-moved") && event.item === id);
  }

  /**
   * A spawn whose thing goes away, in a container perhaps, is told when to make the next. One that is waiting for its
   * time already keeps to it, or things that are always taken would never come again.
   */
  #emptySpawn(item: View<Item>): void {
    for (const inner of this.inside(item)) this.#emptySpawn(inner);
    if (item.spawn === null) return;
    const def = this.ctx.content.spawns.get(item.spawn);
    const state = this.area.spawns.get(item.spawn);
    if (def === undefined || state === undefined || def.respawnS === null) return;
    this.reads(conflict.spawn(state.id));
    if (state.dueAtMs !== null || this.#events.some((event) => event.type === "spawn-changed" && event.spawn === state.id)) return;
    this.event({ type: "spawn-changed", spawn: item.spawn, generation: state.generation, dueAtMs: this.ctx.nowMs + def.respawnS * 1000 });
  }

  // ---- what is said about it

  say(audience: Audience, type: MessageType, key: string, params: Params = {}, sender?: string, by?: CharacterId): void {
    this.#messages.push({ audience, type, key, params, ...(sender === undefined ? {} : { sender }), ...(by === undefined ? {} : { by }) });
  }

  /** To everybody in a room, whoever acts included when it is there. */
  toRoom(room: RoomId, key: string, params: Params = {}, type: MessageType = "action", sender?: string): void {
    this.say({ to: "room", room, except: [] }, type, key, params, sender);
  }

  /** To one character here. */
  toCharacter(id: CharacterId, key: string, params: Params = {}, type: MessageType = "action", sender?: string): void {
    this.say({ to: "character", id }, type, key, params, sender);
  }

  /** Closes the slate. */
  accept(deterministicId: string | null = null): Accepted {
    const writes = new Set<ConflictKey>();
    let durable = false;
    for (const event of this.#events) {
      if (isDurable(event)) durable = true;
      for (const key of writesOf(event)) writes.add(key);
    }
    return {
      kind: "accepted", events: this.#events, messages: this.#messages, reads: durable ? this.keysRead : new Set(), writes,
      handoff: null, followUps: [], quits: false, deterministicId,
    };
  }
}

/** What tells a newly made thing from one that was used: stacks hold only what is alike. */
const asMade = (def: ItemKind): Pick<Item, "kind" | "charges" | "lit"> => ({ kind: def.id, charges: def.drink === null || def.fixed ? null : def.drink.charges, lit: false });
