/**
 * A plain snapshot of the synced state. The state comes as the server's schema reflects it, so this file names the
 * shape a second time and takes nothing for granted: what is missing reads as empty.
 */

export interface ClockView { year: number; month: string; day: number; weekday: string; hour: number; minute: number; phase: string; season: string }
/** `to` is the id of the room beyond; empty when the server does not say. */
export interface ExitView { name: string; to: string; to_title: string; door: "" | "open" | "closed" | "locked"; door_name: string }
export interface CharacterView { id: string; name: string; position: string; afk: boolean; link_dead: boolean }
/** `word` is how a command names it; empty when the server does not say. */
export interface NpcView { id: string; name: string; word: string; kind: string }
export interface ItemView { id: string; name: string; word: string; kind: string; quantity: number }
export interface RoomView {
  id: string; title: string; description: string; dark: boolean;
  /** Where a map draws it; null when the world does not say. */
  at: { x: number; y: number; z: number } | null;
  exits: ExitView[]; characters: CharacterView[]; npcs: NpcView[]; items: ItemView[];
}
/** A thing that the character has: worn when `slot` is not empty, inside another one when `in` is not. */
export interface CarriedView { id: string; name: string; word: string; kind: string; quantity: number; slot: string; in: string }
export interface QuestView { id: string; name: string; state: string; step_text: string }
export interface SelfView {
  id: string; name: string; room_id: string;
  /** The room's line counter when the character came in. */
  line: number;
  health: number; vigour: number; position: string; coins: number;
  items: CarriedView[]; quests: QuestView[];
}
export interface WorldView {
  area: string; area_name: string; clock: ClockView | null; weather: string;
  /** The room the character stands in; null for the moment in which it is not known. */
  room: RoomView | null;
  self: SelfView | null;
}

type Node = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null;
const text = (node: Node, field: string): string => (typeof node[field] === "string" ? node[field] : "");
const flag = (node: Node, field: string): boolean => node[field] === true;
const count = (node: Node, field: string): number => (typeof node[field] === "number" ? node[field] : 0);

/** The values of a schema map or array, of a plain array, or of nothing. */
function values(node: Node, field: string): Node[] {
  const collection = node[field];
  if (!isNode(collection) || typeof collection.values !== "function") return [];
  const found: unknown = (collection.values as () => unknown).call(collection);
  return isNode(found) && Symbol.iterator in found ? [...(found as unknown as Iterable<unknown>)].filter(isNode) : [];
}

function readClock(state: Node): ClockView | null {
  const { clock } = state;
  if (!isNode(clock)) return null;
  return {
    year: count(clock, "year"), month: text(clock, "month"), day: count(clock, "day"), weekday: text(clock, "weekday"),
    hour: count(clock, "hour"), minute: count(clock, "minute"), phase: text(clock, "phase"), season: text(clock, "season"),
  };
}

function readExit(node: Node): ExitView {
  const door = text(node, "door");
  return {
    name: text(node, "name"), to: text(node, "to"), to_title: text(node, "to_title"), door_name: text(node, "door_name"),
    door: door === "open" || door === "closed" || door === "locked" ? door : "",
  };
}

function readRoom(node: Node): RoomView {
  return {
    id: text(node, "id"), title: text(node, "title"), description: text(node, "description"), dark: flag(node, "dark"),
    at: flag(node, "placed") ? { x: count(node, "x"), y: count(node, "y"), z: count(node, "z") } : null,
    exits: values(node, "exits").map(readExit),
    characters: values(node, "characters").map((it) => ({
      id: text(it, "id"), name: text(it, "name"), position: text(it, "position"), afk: flag(it, "afk"), link_dead: flag(it, "link_dead"),
    })),
    npcs: values(node, "npcs").map((it) => ({ id: text(it, "id"), name: text(it, "name"), word: text(it, "word"), kind: text(it, "kind") })),
    items: values(node, "items").map((it) => ({
      id: text(it, "id"), name: text(it, "name"), word: text(it, "word"), kind: text(it, "kind"), quantity: count(it, "quantity"),
    })),
  };
}

function readSelf(node: Node): SelfView {
  return {
    id: text(node, "id"), name: text(node, "name"), room_id: text(node, "room_id"), line: count(node, "line"), position: text(node, "position"),
    health: count(node, "health"), vigour: count(node, "vigour"), coins: count(node, "coins"),
    items: values(node, "items").map((it) => ({
      id: text(it, "id"), name: text(it, "name"), word: text(it, "word"), kind: text(it, "kind"), quantity: count(it, "quantity"),
      slot: text(it, "slot"), in: text(it, "in"),
    })),
    quests: values(node, "quests").map((it) => ({
      id: text(it, "id"), name: text(it, "name"), state: text(it, "state"), step_text: text(it, "step_text"),
    })),
  };
}

/** Where the character stands, and the room's line counter when it came in; null when that is not known. Costs little: it is read with every change. */
export function readStanding(state: unknown): Pick<SelfView, "room_id" | "line"> | null {
  const self = isNode(state) ? values(state, "selves")[0] : undefined;
  return self === undefined ? null : { room_id: text(self, "room_id"), line: count(self, "line") };
}

/** Reads the whole state. A client sees one room and one self, so this is a few dozen small objects. */
export function readView(state: unknown): WorldView {
  const root: Node = isNode(state) ? state : {};
  const self = values(root, "selves").map(readSelf)[0] ?? null;
  const rooms = values(root, "rooms");
  // Between leaving a room and entering the next, two or none may be visible for a moment.
  const room = rooms.find((it) => text(it, "id") === self?.room_id) ?? (rooms.length === 1 ? rooms[0] : undefined);
  return {
    area: text(root, "area"), area_name: text(root, "area_name"), clock: readClock(root), weather: text(root, "weather"),
    room: room === undefined ? null : readRoom(room),
    self,
  };
}
