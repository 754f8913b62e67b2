/** What the checks look at: the entries, and the questions that several of them ask. */
import type { Place, Report } from "../mistake.ts";
import type { Placed, PlacedExit, PlacedSpawn } from "../placed.ts";
import type { Entry, RawWorld } from "../raw-world.ts";
import type { Stack } from "../schema/common.ts";
import type { RawNpc } from "../schema/npc.ts";
import type { RawRoom } from "../schema/room.ts";

/** One way in which players come by things of a kind. */
export interface Source {
  readonly how: "spawn" | "shop" | "quest" | "start";
  /** How many one player can get from it; Infinity where it never ends. */
  readonly count: number;
}

/** The world as the checks see it. */
export interface Survey {
  readonly raw: RawWorld;
  readonly placed: Placed;
  readonly report: Report;
  /** By the room they leave. */
  readonly exitsFrom: ReadonlyMap<string, readonly PlacedExit[]>;
  /** By NPC kind: where NPCs of it begin. */
  readonly npcSpawns: ReadonlyMap<string, readonly PlacedSpawn[]>;
  /** By item kind; what is fixed comes from nowhere, for nobody can have it. */
  readonly sources: ReadonlyMap<string, readonly Source[]>;
}

/** Prepares the common questions. */
export function surveyOf(raw: RawWorld, placed: Placed, report: Report): Survey {
  const spawns = [...placed.spawns.values()];
  return {
    raw, placed, report,
    exitsFrom: Map.groupBy(placed.exits, (exit) => exit.room.id),
    npcSpawns: Map.groupBy(spawns.filter((spawn) => spawn.type === "npc"), (spawn) => spawn.kind),
    sources: sourcesOf(raw, placed),
  };
}

/** The exits of a room. */
export const exitsOf = (survey: Survey, room: string): readonly PlacedExit[] => survey.exitsFrom.get(room) ?? [];

/** Whether an exit leads from one room to the other. */
export const leadsTo = (survey: Survey, from: string, to: string): boolean => exitsOf(survey, from).some((exit) => exit.value.to === to);

/** Whether things of this kind stay where they are. */
export const isFixed = (survey: Survey, kind: string): boolean => survey.raw.items.entries.get(kind)?.value.fixed ?? false;

/** The area that a room is in. */
export const areaOf = (survey: Survey, room: string): string | undefined => survey.raw.rooms.entries.get(room)?.area;

/** How many of a kind one player can have in all. */
export function obtainable(survey: Survey, kind: string): number {
  return (survey.sources.get(kind) ?? []).reduce((sum, source) => sum + source.count, 0);
}

/** Whether earlier lines of a dialogue, said whenever this one would be, answer to all its words. */
export function isDrowned(dialogue: RawNpc["dialogue"], index: number): boolean {
  const line = dialogue[index];
  if (line === undefined) return false;
  const earlier = dialogue.slice(0, index).filter(({ when }) => when === undefined || (when.quest === line.when?.quest && when.state === line.when.state));
  const heard = earlier.flatMap(({ words }) => words.map((word) => ` ${word} `));
  return line.words.every((word) => heard.some((other) => ` ${word} `.includes(other)));
}

/** The NPC kinds that begin in a room. */
export function npcsIn(survey: Survey, room: Entry<RawRoom>): readonly string[] {
  return room.value.npcs.map((npc) => npc.kind).filter((kind) => survey.raw.npcs.entries.has(kind));
}

/** Everything that is given to players, with its place. */
export function* givenStacks(raw: RawWorld): Generator<{ readonly how: "start" | "quest"; readonly stack: Stack; readonly place: Place }> {
  const { world } = raw;
  if (world !== null) {
    for (const [index, stack] of world.value.start_items.entries()) yield { how: "start", stack, place: world.at("start_items", index) };
  }
  for (const quest of raw.quests.entries.values()) {
    for (const [index, stack] of quest.value.start_gives.entries()) yield { how: "quest", stack, place: quest.at("start_gives", index) };
    for (const [number, step] of quest.value.steps.entries()) {
      for (const [index, stack] of step.gives.entries()) yield { how: "quest", stack, place: quest.at("steps", number, "gives", index) };
    }
    for (const [index, stack] of quest.value.rewards.items.entries()) yield { how: "quest", stack, place: quest.at("rewards", "items", index) };
  }
}

function sourcesOf(raw: RawWorld, placed: Placed): ReadonlyMap<string, readonly Source[]> {
  const sources = new Map<string, Source[]>();
  const add = (kind: string, source: Source): void => {
    if (raw.items.entries.get(kind)?.value.fixed === true) return;
    const known = sources.get(kind);
    if (known === undefined) sources.set(kind, [source]);
    else known.push(source);
  };
  for (const spawn of placed.spawns.values()) {
    if (spawn.type === "item") add(spawn.kind, { how: "spawn", count: spawn.respawnS === null ? spawn.quantity : Infinity });
  }
  for (const [kind, npc] of raw.npcs.entries) {
    if (!isSpawned(placed, kind)) continue;
    for (const { kind: sold } of npc.value.shop?.sells ?? []) add(sold, { how: "shop", count: Infinity });
  }
  for (const { how, stack } of givenStacks(raw)) add(stack.kind, { how, count: stack.quantity });
  return sources;
}

function isSpawned(placed: Placed, npc: string): boolean {
  return [...placed.spawns.values()].some((spawn) => spawn.type === "npc" && spawn.kind === npc);
}
