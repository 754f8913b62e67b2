/**
 * The only place that changes an area. It may not refuse: what reaches it is committed. A broken assertion
 * here means that memory and database disagree; the area is then closed and loaded again.
 */
import { assert, assertNever } from "./assert.ts";
import type { DomainEvent, Walker } from "./events.ts";
import type { AreaId, CharacterId, Holder, ItemId, RoomId } from "./ids.ts";
import { carriedBy, inside } from "./ids.ts";
import { ignoresAnybody } from "./ignoring.ts";
import type { AreaDef, ContentIndex } from "./content.ts";
import type { AreaState, Character, Item, Npc, RoomState } from "./world.ts";

/** An area without people or things, as its definition says. */
export function emptyArea(def: AreaDef, content: ContentIndex): AreaState {
  const rooms = new Map<RoomId, RoomState>();
  const doors: AreaState["doors"] = new Map();
  for (const id of def.rooms) {
    rooms.set(id, { id, characters: new Set(), npcs: new Set(), ambienceAtMs: 0 });
    for (const exit of content.rooms.get(id)?.exits ?? []) {
      const door = exit.door === null ? undefined : content.doors.get(exit.door);
      if (door !== undefined) doors.set(door.id, { id: door.id, open: door.initially === "open", locked: door.initially === "locked" });
    }
  }
  return { id: def.id, def, rooms, doors, characters: new Map(), npcs: new Map(), spawns: new Map(), items: new Map(), contents: new Map(), trades: new Map(), ignorers: new Set() };
}

export function apply(area: AreaState, event: DomainEvent): void {
  switch (event.type) {
    case "item-created":
      // What is made for a letter is in no area.
      if (!isEscrow(event.item.at)) putItem(area, { ...event.item });
      return;
    case "item-received":
      putItem(area, { ...event.item, at: event.to, slot: null, spawn: null });
      for (const inner of event.contents) putItem(area, { ...inner });
      return;
    case "letter-posted":
    case "letter-taken":
    case "staff-ordered":
    case "reported": return;
    case "item-moved": {
      const item = itemAt(area, event.item, event.from);
      if (event.from !== event.to) {
        unshelve(area, item);
        item.at = event.to;
        item.spawn = null;
        if (isHere(area, event.to)) shelve(area, item);
        else forgetItem(area, item);
      }
      item.slot = event.slot;
      return;
    }
    case "item-quantity-changed": {
      const item = itemAt(area, event.item, event.at);
      assert(item.quantity === event.from, `${item.id} holds ${item.quantity}, not ${event.from}`);
      item.quantity = event.to;
      return;
    }
    case "item-changed": Object.assign(itemAt(area, event.item, event.at), event.to); return;
    case "item-destroyed": {
      if (isEscrow(event.from)) return;
      const item = itemAt(area, event.item, event.from);
      unshelve(area, item);
      area.items.delete(item.id);
      return;
    }
    case "coins-changed": characterOf(area, event.character).coins += event.delta; return;
    case "character-moved": moveCharacter(area, event.character, event.from, event.to, event.toArea); return;
    case "character-changed":
      characterOf(area, event.character).settings = event.settings;
      noteIgnorer(area, event.character);
      return;
    case "quest-changed": characterOf(area, event.character).quests.set(event.quest, event.to); return;
    case "door-seen":
    case "door-changed": {
      const door = area.doors.get(event.door);
      assert(door !== undefined, `no door ${event.door} in ${area.id}`);
      door.open = event.open;
      door.locked = event.locked;
      return;
    }
    case "spawn-changed": {
      const spawn = area.spawns.get(event.spawn);
      assert(spawn !== undefined, `no spawn ${event.spawn} in ${area.id}`);
      spawn.generation = event.generation;
      spawn.dueAtMs = event.dueAtMs;
      return;
    }
    case "vitals-changed": Object.assign(characterOf(area, event.character), { health: event.health, vigour: event.vigour }); return;
    case "position-changed":
      characterOf(area, event.character).position = event.position;
      if (event.position === "sleeping") endTrades(area, event.character);
      return;
    case "npc-moved": placeNpc(area, npcOf(area, event.npc), event.to); return;
    case "npc-left":
      area.rooms.get(event.from)?.npcs.delete(event.npc.id);
      area.npcs.delete(event.npc.id);
      return;
    case "npc-came": addNpc(area, restedNpc(event.npc, event.room, event.goneUntilMs)); return;
    case "npc-gone": {
      const npc = npcOf(area, event.npc);
      area.rooms.get(npc.room)?.npcs.delete(npc.id);
      npc.goneUntilMs = event.untilMs;
      return;
    }
    case "npc-returned": {
      const npc = npcOf(area, event.npc);
      npc.goneUntilMs = null;
      placeNpc(area, npc, event.room);
      return;
    }
    case "character-entered": {
      area.characters.set(event.character.id, event.character);
      noteIgnorer(area, event.character.id);
      roomOf(area, event.character.room).characters.add(event.character.id);
      for (const item of event.items) putItem(area, { ...item });
      return;
    }
    case "character-withdrew":
      forgetCharacter(area, event.character);
      // Out of the world, and not just out of this area: those who walk into another one are followed there.
      for (const other of area.characters.values()) if (other.following === event.character) other.following = null;
      return;
    case "character-renamed": Object.assign(characterOf(area, event.character), { name: event.name, guest: false }); return;
    case "standing-changed": Object.assign(characterOf(area, event.character), { role: event.role, muted: event.muted }); return;
    case "afk-changed": characterOf(area, event.character).afk = event.afk; return;
    case "told": {
      // The teller may be gone from here by the time the line is told.
      const told = area.characters.get(event.character);
      if (told !== undefined) told.lastTellFrom = event.from;
      return;
    }
    case "follow-changed": characterOf(area, event.character).following = event.following; return;
    case "link-changed":
      characterOf(area, event.character).linkDead = event.linkDead;
      if (event.linkDead) endTrades(area, event.character);
      return;
    case "trade-changed":
      if (event.side === null) area.trades.delete(event.character);
      else area.trades.set(event.character, event.side);
      return;
    case "line-typed": characterOf(area, event.character).lastLine = event.line; return;
    case "npc-scheduled": scheduleNpc(npcOf(area, event.npc), event); return;
    case "ambience-scheduled": roomOf(area, event.room).ambienceAtMs = event.atMs; return;
    default: assertNever(event);
  }
}

/** Puts an NPC into the area; only the loader calls it, before anything is served. */
/** An NPC that has yet to plan what it does next. */
export const restedNpc = (walker: Walker, room: RoomId, goneUntilMs: number | null): Npc => ({ ...walker, room, goneUntilMs, wanderAtMs: 0, patrolAtMs: 0, chatterAtMs: 0, greetedMs: new Map() });

export function addNpc(area: AreaState, npc: Npc): void {
  area.npcs.set(npc.id, npc);
  if (npc.goneUntilMs === null) roomOf(area, npc.room).npcs.add(npc.id);
}

/** Puts an item into the area where it says it is; what holds it need not be there yet. */
export function putItem(area: AreaState, item: Item): void {
  assert(!area.items.has(item.id), `${item.id} is here twice`);
  area.items.set(item.id, item);
  shelve(area, item);
}

function shelve(area: AreaState, item: Item): void {
  const shelf = area.contents.get(item.at);
  if (shelf === undefined) area.contents.set(item.at, new Set([item.id]));
  else shelf.add(item.id);
}

function unshelve(area: AreaState, item: Item): void {
  const shelf = area.contents.get(item.at);
  shelf?.delete(item.id);
  if (shelf?.size === 0) area.contents.delete(item.at);
}

const isEscrow = (holder: Holder): boolean => holder.startsWith("escrow:");

/** True when what the holder names is part of this area (escrow and other areas are not). */
function isHere(area: AreaState, holder: Holder): boolean {
  const colon = holder.indexOf(":");
  const id = holder.slice(colon + 1);
  switch (holder.slice(0, colon)) {
    case "room": return area.rooms.has(id as RoomId);
    case "char": return area.characters.has(id as CharacterId);
    case "item": return area.items.has(id as ItemId);
    case "npc": return true;
    default: return false;
  }
}

/** Drops an item and all that is in it from memory; it is already off its shelf. */
function forgetItem(area: AreaState, item: Item): void {
  area.items.delete(item.id);
  forgetContents(area, inside(item.id));
}

function forgetContents(area: AreaState, holder: Holder): void {
  const held = area.contents.get(holder);
  area.contents.delete(holder);
  for (const id of held ?? []) {
    area.items.delete(id);
    forgetContents(area, inside(id));
  }
}

function forgetCharacter(area: AreaState, id: CharacterId): void {
  const character = characterOf(area, id);
  endTrades(area, id);
  area.rooms.get(character.room)?.characters.delete(id);
  area.characters.delete(id);
  area.ignorers.delete(id);
  forgetContents(area, carriedBy(id));
  for (const npc of area.npcs.values()) npc.greetedMs.delete(id);
}

function moveCharacter(area: AreaState, id: CharacterId, from: RoomId, to: RoomId, toArea: AreaId): void {
  const character: Character = characterOf(area, id);
  assert(character.room === from, `${character.name} is in ${character.room}, not in ${from}`);
  if (toArea !== area.id) {
    forgetCharacter(area, id);
    return;
  }
  endTrades(area, id);
  roomOf(area, from).characters.delete(id);
  character.room = to;
  roomOf(area, to).characters.add(id);
}

function noteIgnorer(area: AreaState, id: CharacterId): void {
  if (ignoresAnybody(characterOf(area, id))) area.ignorers.add(id);
  else area.ignorers.delete(id);
}

/** Whoever goes away, asleep or out of reach trades no more, and nobody with them. */
function endTrades(area: AreaState, id: CharacterId): void {
  area.trades.delete(id);
  for (const [other, side] of area.trades) if (side.with === id) area.trades.delete(other);
}

function placeNpc(area: AreaState, npc: Npc, to: RoomId): void {
  area.rooms.get(npc.room)?.npcs.delete(npc.id);
  npc.room = to;
  roomOf(area, to).npcs.add(npc.id);
}

function scheduleNpc(npc: Npc, event: Extract<DomainEvent, { type: "npc-scheduled" }>): void {
  if (event.wanderAtMs !== undefined) npc.wanderAtMs = event.wanderAtMs;
  if (event.patrolAtMs !== undefined) npc.patrolAtMs = event.patrolAtMs;
  if (event.patrolIndex !== undefined) npc.patrolIndex = event.patrolIndex;
  if (event.chatterAtMs !== undefined) npc.chatterAtMs = event.chatterAtMs;
  if (event.greeted !== undefined && event.greetedAtMs !== undefined) npc.greetedMs.set(event.greeted, event.greetedAtMs);
}

function itemAt(area: AreaState, id: ItemId, at: Holder): Item {
  const item = area.items.get(id);
  assert(item !== undefined, `no item ${id} in ${area.id}`);
  assert(item.at === at, `${id} is at ${item.at}, not at ${at}`);
  return item;
}

function characterOf(area: AreaState, id: CharacterId): Character {
  const character = area.characters.get(id);
  assert(character !== undefined, `no character ${id} in ${area.id}`);
  return character;
}

function npcOf(area: AreaState, id: string): Npc {
  const npc = area.npcs.get(id as Npc["id"]);
  assert(npc !== undefined, `no NPC ${id} in ${area.id}`);
  return npc;
}

function roomOf(area: AreaState, id: RoomId): RoomState {
  const room = area.rooms.get(id);
  assert(room !== undefined, `no room ${id} in ${area.id}`);
  return room;
}
