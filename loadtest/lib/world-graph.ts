/** The world as a walker needs it: which ways lead where. Small enough to be sent to every process of bots. */
import { fileURLToPath } from "node:url";
import { loadWorld } from "../../src/content/load.ts";

export interface Way {
  readonly name: string;
  readonly to: string;
  /** Into another area. */
  readonly crosses: boolean;
}

export interface WorldGraph {
  readonly start: string;
  readonly ways: Readonly<Record<string, readonly Way[]>>;
  /** Somebody to ask for an errand, by the room where they begin. */
  readonly askable: Readonly<Record<string, string>>;
}

const BUNDLED = fileURLToPath(new URL("../../world", import.meta.url));

/** The open ways between all rooms that can be reached on foot, both there and back. Rejects when the world has mistakes. */
export async function readGraph(folder = BUNDLED): Promise<WorldGraph> {
  const world = await loadWorld(folder);
  if ("mistakes" in world) throw new Error(`the world in ${folder} has mistakes; npm run world:check names them`);
  const { content } = world;
  const ways: Record<string, readonly Way[]> = {};
  for (const [id, room] of content.rooms) {
    ways[id] = room.exits
      .filter((exit) => !exit.hidden && (exit.door === null || content.doors.get(exit.door)?.initially === "open"))
      .map((exit) => ({ name: exit.name, to: exit.to, crosses: content.rooms.get(exit.to)?.area !== room.area }));
  }
  const givers = new Set([...content.quests.values()].map(({ giver }) => giver));
  const askable: Record<string, string> = {};
  for (const { what, room } of content.spawns.values()) {
    const word = what.type === "npc" && givers.has(what.kind) ? content.npcs.get(what.kind)?.keywords[0] : undefined;
    if (word !== undefined) askable[room] = word;
  }
  return keepConnected({ start: content.world.start, ways, askable });
}

/** Without the rooms that cannot be reached from the start, or from where there is no way back. */
function keepConnected({ start, ways, askable }: WorldGraph): WorldGraph {
  const back: Record<string, string[]> = {};
  for (const [from, list] of Object.entries(ways)) for (const { to } of list) (back[to] ??= []).push(from);
  const there = reachable(start, (room) => (ways[room] ?? []).map(({ to }) => to));
  const home = reachable(start, (room) => back[room] ?? []);
  const kept = Object.entries(ways).filter(([room]) => there.has(room) && home.has(room));
  return { start, askable, ways: Object.fromEntries(kept.map(([room, list]) => [room, list.filter(({ to }) => there.has(to) && home.has(to))])) };
}

function reachable(start: string, next: (room: string) => readonly string[]): Map<string, string | null> {
  const from = new Map<string, string | null>([[start, null]]);
  for (const room of from.keys()) for (const to of next(room)) if (!from.has(to)) from.set(to, room);
  return from;
}

/** The ways from one room to another, the shortest; empty when there is none, or one is there. */
export function pathBetween({ ways }: WorldGraph, from: string, to: string): Way[] {
  const came = new Map<string, { room: string; way: Way } | null>([[from, null]]);
  for (const room of came.keys()) {
    if (room === to) break;
    for (const way of ways[room] ?? []) if (!came.has(way.to)) came.set(way.to, { room, way });
  }
  const path: Way[] = [];
  for (let step = came.get(to); step != null; step = came.get(step.room)) path.unshift(step.way);
  return path;
}
