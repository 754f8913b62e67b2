/** What one sees of a room, as lines: title, description, exits, people and things. */
import type { ConditionalLine, Conditions, RoomDef } from "../content.ts";
import type { EngineContext } from "../context.ts";
import type { Noun } from "../decision.ts";
import type { RoomId } from "../ids.ts";
import { itemNoun } from "../nouns.ts";
import type { Turn } from "../turn.ts";

/** True when phase, weather and season are among those named; what is not named always holds. */
export function holds(conditions: Conditions, room: RoomDef, ctx: EngineContext): boolean {
  if (conditions.phases !== undefined && !conditions.phases.includes(ctx.time.phase)) return false;
  if (conditions.seasons !== undefined && !conditions.seasons.includes(ctx.time.season)) return false;
  if (conditions.weathers === undefined) return true;
  const climate = ctx.content.areas.get(room.area)?.climate ?? "";
  return conditions.weathers.includes(ctx.weather(climate));
}

/** The description with the variants that hold now. */
export function descriptionOf(room: RoomDef, ctx: EngineContext): string {
  const parts = [room.description.trim()];
  for (const variant of room.variants as readonly ConditionalLine[]) if (holds(variant, room, ctx)) parts.push(variant.text.trim());
  return parts.join(" ");
}

export function exitNoun(name: string): Noun {
  return { text: name, type: "exit", id: name, command: name };
}

/** Tells the actor what is in a room. `brief` leaves the description out. */
export function describeRoom(turn: Turn, id: RoomId, options: { brief: boolean }): void {
  const room = turn.roomDef(id);
  if (!turn.isLit(id) && !actorBringsLight(turn)) {
    turn.toActor("look.dark", {}, "room_description");
    listExits(turn, room);
    return;
  }
  turn.toActor("look.title", { title: room.title }, "room_title");
  if (!options.brief) turn.toActor("prose", { text: descriptionOf(room, turn.ctx) }, "room_description");
  listExits(turn, room);
  for (const item of turn.onGround(id)) {
    const kind = turn.kindOf(item);
    if (item.quantity > 1) turn.toActor("look.lies_here", { item: itemNoun(item, kind) }, "room_contents");
    else turn.toActor("look.thing", { text: kind.roomText, item: { ...itemNoun(item, kind), text: kind.roomText } }, "room_contents");
  }
  for (const npc of turn.npcs(id)) turn.toActor("look.npc", { npc: { ...turn.npcNoun(npc), text: turn.npcKind(npc).roomText } }, "room_contents");
  for (const other of turn.others(id)) {
    const key = other.linkDead ? "look.link_dead" : other.afk !== null ? "look.away" : other.position === "standing" ? "look.person" : "look.person_position";
    turn.toActor(key, { person: turn.characterNoun(other), position: other.position }, "room_contents");
  }
}

/** A walker with a lit lantern sees the room it comes into, before it counts as being there. */
function actorBringsLight(turn: Turn): boolean {
  return [...turn.worn(), ...turn.carried()].some((item) => item.lit);
}

export function listExits(turn: Turn, room: RoomDef): void {
  const nouns: Noun[] = [];
  for (const exit of room.exits) {
    if (exit.hidden) continue;
    const closed = exit.door !== null && !turn.door(exit.door).open;
    nouns.push(closed ? { ...exitNoun(exit.name), text: `${exit.name} (closed)` } : exitNoun(exit.name));
  }
  if (nouns.length === 0) turn.toActor("look.no_exits", {}, "room_exits");
  else turn.toActor("look.exits", { exits: nouns }, "room_exits");
}
