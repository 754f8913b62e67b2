/** The one way an area comes into memory: its definition, filled with what its rows say. */
import { addNpc, emptyArea, putItem, restedNpc } from "./apply.ts";
import type { AreaDef, ContentIndex, SpawnDef } from "./content.ts";
import { asId, splitHolder, type NpcId, type RoomId, type SpawnId } from "./ids.ts";
import { knownItems } from "./known-items.ts";
import type { AreaState, DoorState, Item, SpawnState } from "./world.ts";

/** What the rows of an area say. Items include what its rooms, containers and NPCs hold, nested. */
export interface AreaRows {
  readonly items: readonly Item[];
  readonly doors: readonly DoorState[];
  readonly spawns: readonly SpawnState[];
  readonly npcs: readonly { readonly id: NpcId; readonly room: RoomId; readonly goneUntilMs: number | null }[];
}

/** The ids of the NPCs that a spawn makes, the same after every restart. */
export const npcIdsOf = (spawn: SpawnDef): NpcId[] => Array.from({ length: spawn.quantity }, (_, index) => asId<NpcId>(`${spawn.id}#${index + 1}`));

export function loadAreaState(def: AreaDef, content: ContentIndex, loaded: AreaRows): AreaState {
  const area = emptyArea(def, content);
  for (const { id, open, locked } of loaded.doors) {
    // A door that the world no longer has here is forgotten; one cannot be open and locked.
    if (area.doors.has(id)) area.doors.set(id, { id, open, locked: locked && !open });
  }
  const npcRows = new Map(loaded.npcs.map((row) => [row.id, row]));
  const spawns = [...content.spawns.values()].filter((spawn) => spawn.area === def.id && area.rooms.has(spawn.room));
  for (const spawn of spawns) if (spawn.what.type === "npc") addNpcs(area, content, spawn, npcRows);
  addVisitors(area, content, loaded.npcs);
  addItems(area, content, loaded.items);
  addSpawns(area, spawns, loaded.spawns);
  return area;
}

function addNpcs(area: AreaState, content: ContentIndex, spawn: SpawnDef, rows: ReadonlyMap<NpcId, AreaRows["npcs"][number]>): void {
  if (spawn.what.type !== "npc") return;
  for (const id of npcIdsOf(spawn)) {
    const row = rows.get(id);
    if (row !== undefined && !area.rooms.has(row.room) && roamsInto(content, spawn, row.room)) continue;
    const room = row !== undefined && area.rooms.has(row.room) ? row.room : spawn.room;
    addNpc(area, restedNpc({ id, kind: spawn.what.kind, spawn: spawn.id, patrolIndex: 0 }, room, row?.goneUntilMs ?? null));
  }
}

/** NPCs of other areas that have walked into this one. */
function addVisitors(area: AreaState, content: ContentIndex, rows: AreaRows["npcs"]): void {
  for (const { id, room, goneUntilMs } of rows) {
    const spawn = content.spawns.get(id.slice(0, id.lastIndexOf("#")) as SpawnId);
    if (spawn === undefined || spawn.what.type !== "npc" || spawn.area === area.id || !area.rooms.has(room)) continue;
    if (npcIdsOf(spawn).includes(id) && roamsInto(content, spawn, room)) addNpc(area, restedNpc({ id, kind: spawn.what.kind, spawn: spawn.id, patrolIndex: 0 }, room, goneUntilMs));
  }
}

/** Whether the world lets an NPC be in that room of another area; both areas answer alike, so that it is in one of them. */
function roamsInto(content: ContentIndex, spawn: SpawnDef, room: RoomId): boolean {
  const kind = spawn.what.type === "npc" ? content.npcs.get(spawn.what.kind) : undefined;
  const area = content.rooms.get(room)?.area;
  if (kind === undefined || area === undefined || area === spawn.area) return false;
  return kind.patrol?.route.includes(room) === true || (Array.isArray(kind.wander?.rooms) && kind.wander.rooms.includes(room));
}

function addItems(area: AreaState, content: ContentIndex, items: readonly Item[]): void {
  const isPlace = (holder: Item["at"]): boolean => {
    const { kind, id } = splitHolder(holder);
    return kind === "room" ? area.rooms.has(id as RoomId) : kind === "npc";
  };
  for (const item of knownItems(items, content, isPlace)) {
    const spawn = item.spawn === null ? undefined : content.spawns.get(item.spawn);
    putItem(area, { ...item, spawn: spawn?.area === area.id ? item.spawn : null });
  }
}

/** A spawn without a row has never made its item: it is due. So is one that may come again and has nothing there. */
function addSpawns(area: AreaState, spawns: readonly SpawnDef[], rows: readonly SpawnState[]): void {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const present = new Set([...area.items.values()].map((item) => item.spawn));
  for (const spawn of spawns) {
    if (spawn.what.type !== "item") continue;
    const row = byId.get(spawn.id);
    const isDue = row === undefined || (row.dueAtMs === null && spawn.respawnS !== null && !present.has(spawn.id));
    area.spawns.set(spawn.id, { id: spawn.id, generation: row?.generation ?? 0, dueAtMs: isDue ? 0 : row.dueAtMs });
  }
}
