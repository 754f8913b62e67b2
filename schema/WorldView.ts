/**
 * What clients may see of an area, as Colyseus syncs it. Fields only. A client's StateView holds the room it
 * stands in and its own `Self`; nothing else of `rooms` and `selves` reaches it.
 *
 * An item gets a new instance for each holder: one that moved from a private `Self` into a public room as the
 * same instance would stay visible to its old viewers.
 */
import { schema, t, type SchemaType } from "@colyseus/schema";

export const ExitView = schema({
  name: t.string(),
  /** The id of the room beyond, so that a map knows what has been seen; empty in the dark. */
  to: t.string(),
  to_title: t.string(),
  /** "" (no door), "open", "closed" or "locked". */
  door: t.string(),
  door_name: t.string(),
}, "ExitView");
export type ExitView = SchemaType<typeof ExitView>;

export const CharacterView = schema({ id: t.string(), name: t.string(), position: t.string(), afk: t.boolean(), link_dead: t.boolean() }, "CharacterView");
export type CharacterView = SchemaType<typeof CharacterView>;

/** `word`: how a command names it ("look crier"). */
export const NpcView = schema({ id: t.string(), name: t.string(), word: t.string(), kind: t.string() }, "NpcView");
export type NpcView = SchemaType<typeof NpcView>;

export const ItemView = schema({ id: t.string(), name: t.string(), word: t.string(), kind: t.string(), quantity: t.uint32() }, "ItemView");
export type ItemView = SchemaType<typeof ItemView>;

export const RoomView = schema({
  id: t.string(),
  title: t.string(),
  description: t.string(),
  /** Too dark to see: nothing of what is in it is shown. */
  dark: t.boolean(),
  /** Where a map draws it, when `placed`; otherwise the map works it out from the ways walked. */
  placed: t.boolean(),
  x: t.int32(),
  y: t.int32(),
  z: t.int32(),
  exits: t.array(ExitView),
  characters: t.map(CharacterView),
  npcs: t.map(NpcView),
  items: t.map(ItemView),
}, "RoomView");
export type RoomView = SchemaType<typeof RoomView>;

/** A thing of one's own: worn (`slot`) or inside another (`in`). */
export const OwnItemView = schema({ id: t.string(), name: t.string(), word: t.string(), kind: t.string(), quantity: t.uint32(), slot: t.string(), in: t.string() }, "OwnItemView");
export type OwnItemView = SchemaType<typeof OwnItemView>;

export const QuestView = schema({ id: t.string(), name: t.string(), state: t.string(), step_text: t.string() }, "QuestView");
export type QuestView = SchemaType<typeof QuestView>;

export const SelfView = schema({
  id: t.string(),
  name: t.string(),
  room_id: t.string(),
  /** The room's line counter when the character came in: where to go on from when the line is cut before the first line heard. */
  line: t.number(),
  health: t.uint8(),
  vigour: t.uint8(),
  position: t.string(),
  coins: t.number(),
  items: t.map(OwnItemView),
  quests: t.map(QuestView),
}, "SelfView");
export type SelfView = SchemaType<typeof SelfView>;

export const ClockView = schema({
  year: t.int32(), month: t.string(), day: t.uint8(), weekday: t.string(), hour: t.uint8(), minute: t.uint8(), phase: t.string(), season: t.string(),
}, "ClockView");
export type ClockView = SchemaType<typeof ClockView>;

export const WorldView = schema({
  area: t.string(),
  area_name: t.string(),
  clock: t.ref(ClockView),
  weather: t.string(),
  rooms: t.map(RoomView).view(),
  selves: t.map(SelfView).view(),
}, "WorldView");
export type WorldView = SchemaType<typeof WorldView>;
