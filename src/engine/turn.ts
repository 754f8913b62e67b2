/**
 * One decision in the making: what a command may look at, and the slate on which it writes what shall happen.
 * It reads the area and never changes it; whatever a durable decision depends on is noted as read, so that
 * the pump can tell whether another command in flight would make it wrong.
 */
import { COIN_KIND, type DoorDef, type ExitDef, type ItemKind, type NpcKind, type RoomDef } from "./content.ts";
import type { EngineContext } from "./context.ts";
import { conflict, writesOf, type Accepted, type Audience, type ConflictKey, type Message, type MessageType, type Noun, type Params, type Refused } from "./decision.ts";
import { isDurable, type DomainEvent } from "./events.ts";
import { carriedBy, inRoom, inside, type AreaId, type CharacterId, type DoorId, type Holder, type ItemId, type KindId, type RoomId } from "./ids.ts";
import { assert } from "./assert.ts";
import type { Character, Item, Npc, ReadonlyArea } from "./world.ts";
import { matches, type Target } from "./parse/target.ts";
import { characterNoun, itemNoun, kindNoun, npcNoun, SOMEONE, SOMETHING } from "./nouns.ts";

/** Something that happened which a quest may be waiting for. */
export type Signal =
  | { readonly type: "visited"; readonly room: RoomId }
  | { readonly type: "obtained"; readonly kind: KindId }
  | { readonly type: "delivered"; readonly kind: KindId; readonly npc: Npc["kind"]; readonly count: number }
  | { readonly type: "talked"; readonly npc: Npc["kind"]; readonly text: string }
  | { readonly type: "used"; readonly kind: KindId; readonly room: RoomId };

/** Somebody or something that a word may name. */
export type Found =
  | { readonly type: "item"; readonly item: Item }
  | { readonly type: "character"; readonly character: Character }
  | { readonly type: "npc"; readonly npc: Npc };

type View<T> = Readonly<T>;

export class Turn {
  readonly area: ReadonlyArea;
  readonly ctx: EngineContext;
  readonly actor: View<Character>;
  /** What happened so far that quests listen to; `advanceQuests` works them off. */
  readonly signals: Signal[] = [];
  readonly #events: DomainEvent[] = [];
  readonly #messages: Message[] = [];
  readonly #reads = new Set<ConflictKey>();
  readonly #followUps: { character: CharacterId; line: string }[] = [];
  #handoff: Accepted["handoff"] = null;
  #quits = false;

  constructor(area: ReadonlyArea, actor: View<Character>, ctx: EngineContext) {
    this.area = area;
    this.actor = actor;
    this.ctx = ctx;
  }

  // ---- what is around

  /** The definition of the actor's room. */
  get room(): RoomDef {
    return this.roomDef(this.actor.room);
  }

  roomDef(id: RoomId): RoomDef {
    const def = this.ctx.content.rooms.get(id);
    assert(def !== undefined, `no room ${id}`);
    return def;
  }

  kindOf(item: View<Item>): ItemKind {
    const kind = this.ctx.content.items.get(item.kind);
    assert(kind !== undefined, `no item kind ${item.kind}`);
    return kind;
  }

  npcKind(npc: View<Npc>): NpcKind {
    const kind = this.ctx.content.npcs.get(npc.kind);
    assert(kind !== undefined, `no NPC kind ${npc.kind}`);
    return kind;
  }

  doorDef(id: DoorId): DoorDef {
    const def = this.ctx.content.doors.get(id);
    assert(def !== undefined, `no door ${id}`);
    return def;
  }

  /** What a holder holds, in the order it came. Does not count as read: call `readsContents` where the set itself matters. */
  contents(holder: Holder): View<Item>[] {
    const found: View<Item>[] = [];
    for (const id of this.area.contents.get(holder) ?? []) {
      const item = this.area.items.get(id);
      if (item !== undefined) found.push(item);
    }
    return found;
  }

  onGround(room: RoomId = this.actor.room): View<Item>[] {
    return this.contents(inRoom(room));
  }

  /** Carried but not worn. */
  carried(of: CharacterId = this.actor.id): View<Item>[] {
    return this.contents(carriedBy(of)).filter((item) => item.slot === null);
  }

  worn(of: CharacterId = this.actor.id): View<Item>[] {
    return this.contents(carriedBy(of)).filter((item) => item.slot !== null);
  }

  inside(item: View<Item>): View<Item>[] {
    return this.contents(inside(item.id));
  }

  /** Other characters in the room (link-dead ones too). */
  others(room: RoomId = this.actor.room): View<Character>[] {
    const found: View<Character>[] = [];
    for (const id of this.area.rooms.get(room)?.characters ?? []) {
      const character = this.area.characters.get(id);
      if (character !== undefined && id !== this.actor.id) found.push(character as View<Character>);
    }
    return found;
  }

  npcs(room: RoomId = this.actor.room): View<Npc>[] {
    const found: View<Npc>[] = [];
    for (const id of this.area.rooms.get(room)?.npcs ?? []) {
      const npc = this.area.npcs.get(id);
      if (npc !== undefined && npc.goneUntilMs === null) found.push(npc as View<Npc>);
    }
    return found;
  }

  /** Can one see in this room? Indoor dark rooms need a lit light lying there or carried by anybody in it. */
  isLit(room: RoomId = this.actor.room): boolean {
    if (!this.roomDef(room).dark) return true;
    const lit = (item: View<Item>): boolean => item.lit;
    if (this.onGround(room).some(lit)) return true;
    for (const id of this.area.rooms.get(room)?.characters ?? []) if (this.contents(carriedBy(id)).some(lit)) return true;
    return false;
  }

  /** An exit of the room by its full name or alias; a prefix only when `prefix`. */
  exit(name: string, prefix = false): ExitDef | undefined {
    const word = name.toLowerCase();
    if (word === "") return undefined;
    const exits = this.room.exits;
    return exits.find((exit) => exit.name === word || exit.aliases.includes(word))
      ?? (prefix ? exits.find((exit) => !exit.hidden && (exit.name.startsWith(word) || exit.aliases.some((alias) => alias.startsWith(word)))) : undefined);
  }

  /** Whether a door stands open and is locked; counts as read. */
  door(id: DoorId): { readonly open: boolean; readonly locked: boolean } {
    this.#reads.add(conflict.door(id));
    return this.area.doors.get(id) ?? { open: true, locked: false };
  }

  // ---- naming things

  /** The items of a list that a target names: with `all` each, otherwise at most one. Each counts as read. */
  pick(target: Target, from: readonly View<Item>[]): View<Item>[] {
    const matching = from.filter((item) => matches(this.keywordsOf(item), target.words));
    const picked = target.all ? matching : matching.slice(target.nth - 1, target.nth);
    for (const item of picked) this.reads(conflict.item(item.id));
    return picked;
  }

  keywordsOf(item: View<Item>): readonly string[] {
    return this.kindOf(item).keywords;
  }

  /** Whom a word names in this room: players by name, NPCs by keyword; `me` and `self` are the actor. */
  findPerson(target: Target): Extract<Found, { type: "character" | "npc" }> | undefined {
    const word = target.words[0];
    if (word === undefined || target.all) return undefined;
    if (target.words.length === 1 && (word === "me" || word === "self" || word === "myself")) return { type: "character", character: this.actor as Character };
    const people: Extract<Found, { type: "character" | "npc" }>[] = [];
    for (const character of this.others()) if (matches([character.name.toLowerCase()], target.words)) people.push({ type: "character", character: character as Character });
    for (const npc of this.npcs()) if (matches(this.npcKind(npc).keywords, target.words)) people.push({ type: "npc", npc: npc as Npc });
    return people[target.nth - 1];
  }

  // ---- capacity; each counts the set as read

  readsContents(holder: Holder): View<Item>[] {
    this.#reads.add(conflict.holder(holder));
    return this.contents(holder);
  }

  /** Grams carried and worn, contents of containers included. */
  weightCarriedG(of: CharacterId = this.actor.id): number {
    return this.#weightG(carriedBy(of));
  }

  #weightG(holder: Holder): number {
    let sum = 0;
    for (const item of this.readsContents(holder)) sum += this.weightOfG(item);
    return sum;
  }

  /** Grams of one item (stack) with all that is in it. */
  weightOfG(item: View<Item>, quantity = item.quantity): number {
    const kind = this.kindOf(item);
    return kind.weightG * quantity + (kind.container === null ? 0 : this.#weightG(inside(item.id)));
  }

  /** The actor's purse; counts as read. */
  coins(): number {
    this.#reads.add(conflict.purse(this.actor.id));
    return this.actor.coins;
  }

  reads(key: ConflictKey): void {
    this.#reads.add(key);
  }

  // ---- nouns

  /** The actor as others here see it: nobody is recognised in the dark. */
  get me(): Noun {
    return this.isLit() ? characterNoun(this.actor) : SOMEONE;
  }

  itemNoun(item: View<Item>, quantity = item.quantity): Noun {
    return itemNoun(item, this.kindOf(item), quantity);
  }

  kindNoun(kind: KindId, quantity = 1): Noun {
    const def = this.ctx.content.items.get(kind);
    return def === undefined ? SOMETHING : kindNoun(def, quantity);
  }

  npcNoun(npc: View<Npc>): Noun {
    return npcNoun(npc, this.npcKind(npc));
  }

  characterNoun(character: View<Character>): Noun {
    return characterNoun(character);
  }

  // ---- what shall happen

  event(event: DomainEvent): void {
    this.#events.push(event);
  }

  /** Events so far; a command that does several things at once looks here for what it has already done. */
  get events(): readonly DomainEvent[] {
    return this.#events;
  }

  signal(signal: Signal): void {
    this.signals.push(signal);
  }

  /** A new item, made by this turn. */
  create(kind: KindId, quantity: number, at: Holder, cause: Extract<DomainEvent, { type: "item-created" }>["cause"], more: Partial<Item> = {}): Item {
    const def = this.ctx.content.items.get(kind);
    assert(def !== undefined, `no item kind ${kind}`);
    const item: Item = {
      id: this.ctx.ids.item(), kind, at, slot: null, quantity, charges: def.drink === null || def.fixed ? null : def.drink.charges,
      open: def.container === null || def.container.initially === "open", locked: def.container?.initially === "locked", lit: false, spawn: null, ...more,
    };
    this.event({ type: "item-created", item, cause });
    return item;
  }

  /**
   * Moves an item, or `quantity` of a stack, to another holder; joins it with a stack of the same kind there.
   * A spawn whose item goes away is told when to make the next.
   */
  move(item: View<Item>, to: Holder, quantity = item.quantity): void {
    const kind = this.kindOf(item);
    const stack = kind.stackable ? this.contents(to).find((other) => other.kind === item.kind && other.slot === null && other.id !== item.id && !this.#consumed(other.id)) : undefined;
    if (stack !== undefined) this.reads(conflict.item(stack.id));
    if (quantity < item.quantity) {
      this.event({ type: "item-quantity-changed", item: item.id, at: item.at, from: item.quantity, to: item.quantity - quantity, cause: "split" });
      if (stack === undefined) this.create(item.kind, quantity, to, "split");
      else this.event({ type: "item-quantity-changed", item: stack.id, at: stack.at, from: this.#quantityOf(stack), to: this.#quantityOf(stack) + quantity, cause: "split" });
      return;
    }
    if (stack === undefined) this.event({ type: "item-moved", item: item.id, from: item.at, to, slot: null });
    else {
      this.event({ type: "item-quantity-changed", item: stack.id, at: stack.at, from: this.#quantityOf(stack), to: this.#quantityOf(stack) + quantity, cause: "merge" });
      this.event({ type: "item-destroyed", item: item.id, kind: item.kind, quantity, from: item.at, cause: "merge" });
    }
    this.#emptySpawn(item);
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

  /** Coins into (negative: out of) the actor's purse. The caller has checked that they are there. */
  pay(delta: number, cause: Extract<DomainEvent, { type: "coins-changed" }>["cause"], character: CharacterId = this.actor.id): void {
    this.event({ type: "coins-changed", character, delta, cause });
  }

  #quantityOf(stack: View<Item>): number {
    let quantity = stack.quantity;
    for (const event of this.#events) if (event.type === "item-quantity-changed" && event.item === stack.id) quantity = event.to;
    return quantity;
  }

  #consumed(id: ItemId): boolean {
    return this.#events.some((event) => (event.type === "item-destroyed" || event.type === "item-moved") && event.item === id);
  }

  #emptySpawn(item: View<Item>): void {
    if (item.spawn === null) return;
    const def = this.ctx.content.spawns.get(item.spawn);
    const state = this.area.spawns.get(item.spawn);
    if (def === undefined || state === undefined || def.respawnS === null) return;
    this.event({ type: "spawn-changed", spawn: item.spawn, generation: state.generation, dueAtMs: this.ctx.nowMs + def.respawnS * 1000 });
  }

  handoff(area: AreaId, room: RoomId): void {
    this.#handoff = { area, room };
  }

  /** Another character does this because of us, after us. */
  followUp(character: CharacterId, line: string): void {
    this.#followUps.push({ character, line });
  }

  quit(): void {
    this.#quits = true;
  }

  // ---- what is said about it

  say(audience: Audience, type: MessageType, key: string, params: Params = {}, sender?: string): void {
    this.#messages.push({ audience, type, key, params, ...(sender === undefined ? {} : { sender }) });
  }

  /** To whoever gave the command. */
  toActor(key: string, params: Params = {}, type: MessageType = "action"): void {
    this.say({ to: "actor" }, type, key, params);
  }

  /** To everybody else in the actor's room, except those named. */
  toOthers(key: string, params: Params = {}, type: MessageType = "action", except: readonly CharacterId[] = []): void {
    this.say({ to: "room", room: this.actor.room, except: [this.actor.id, ...except] }, type, key, params, this.actor.name);
  }

  /** To one other character here. */
  toTarget(id: CharacterId, key: string, params: Params = {}, type: MessageType = "action"): void {
    this.say({ to: "character", id }, type, key, params, this.actor.name);
  }

  /** To everybody in a room, the actor included when it is there. */
  toRoom(room: RoomId, key: string, params: Params = {}, type: MessageType = "action", sender?: string): void {
    this.say({ to: "room", room, except: [] }, type, key, params, sender);
  }

  /** The rules say no. Nothing written so far counts. */
  refuse(code: string, key: string, params: Params = {}): Refused {
    return { kind: "refused", code, messages: [{ audience: { to: "actor" }, type: "error", key, params }] };
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
      kind: "accepted", events: this.#events, messages: this.#messages, reads: durable ? this.#reads : new Set(), writes,
      handoff: this.#handoff, followUps: this.#followUps, quits: this.#quits, deterministicId,
    };
  }
}

/** Coins lying about are an item of this kind; in a purse they are a number. */
export const isCoins = (item: View<Item>): boolean => item.kind === COIN_KIND;
