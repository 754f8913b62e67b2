/**
 * What may be looked at while something is decided. Nothing here changes the area; whatever a durable decision
 * depends on is noted as read, so that the pump can tell whether another decision in flight would make it wrong.
 */
import { isRoomLit } from "./light.ts";
import { assert } from "./assert.ts";
import type { DoorDef, ItemKind, NpcKind, RoomDef } from "./content.ts";
import type { EngineContext } from "./context.ts";
import { conflict, type ConflictKey, type Noun } from "./decision.ts";
import { inRoom, inside, type DoorId, type Holder, type KindId, type RoomId } from "./ids.ts";
import { characterNoun, itemNoun, kindNoun, npcNoun, SOMETHING } from "./nouns.ts";
import type { Character, Item, Npc, ReadonlyArea } from "./world.ts";

export type View<T> = Readonly<T>;

export class Surroundings {
  readonly area: ReadonlyArea;
  readonly ctx: EngineContext;
  readonly #reads = new Set<ConflictKey>();

  constructor(area: ReadonlyArea, ctx: EngineContext) {
    this.area = area;
    this.ctx = ctx;
  }

  // ---- what is around

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

  onGround(room: RoomId): View<Item>[] {
    return this.contents(inRoom(room));
  }

  inside(item: View<Item>): View<Item>[] {
    return this.contents(inside(item.id));
  }

  /** All characters in a room, link-dead ones too. */
  people(room: RoomId): View<Character>[] {
    const found: View<Character>[] = [];
    for (const id of this.area.rooms.get(room)?.characters ?? []) {
      const character = this.area.characters.get(id);
      if (character !== undefined) found.push(character);
    }
    return found;
  }

  npcs(room: RoomId): View<Npc>[] {
    const found: View<Npc>[] = [];
    for (const id of this.area.rooms.get(room)?.npcs ?? []) {
      const npc = this.area.npcs.get(id);
      if (npc !== undefined && npc.goneUntilMs === null) found.push(npc);
    }
    return found;
  }

  /** Can one see in this room? Indoor dark rooms need a lit light lying there or carried by anybody in it. */
  isLit(room: RoomId): boolean {
    return isRoomLit(this.area, this.roomDef(room));
  }

  /** Whether a door stands open and is locked; counts as read. */
  door(id: DoorId): { readonly open: boolean; readonly locked: boolean } {
    this.reads(conflict.door(id));
    return this.area.doors.get(id) ?? { open: true, locked: false };
  }

  // ---- capacity; each counts the set as read

  readsContents(holder: Holder): View<Item>[] {
    this.reads(conflict.holder(holder));
    return this.contents(holder);
  }

  /** Grams of all that a holder holds, contents of containers included. */
  weightHeldG(holder: Holder): number {
    let sum = 0;
    for (const item of this.readsContents(holder)) sum += this.weightOfG(item);
    return sum;
  }

  /** Grams of one item (stack) with all that is in it. */
  weightOfG(item: View<Item>, quantity = item.quantity): number {
    const kind = this.kindOf(item);
    return kind.weightG * quantity + (kind.container === null ? 0 : this.weightHeldG(inside(item.id)));
  }

  reads(key: ConflictKey): void {
    this.#reads.add(key);
  }

  protected get keysRead(): ReadonlySet<ConflictKey> {
    return this.#reads;
  }

  // ---- nouns

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
}
