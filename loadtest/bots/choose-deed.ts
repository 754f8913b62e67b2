/** What a player does next: half of it walking, the rest looking, talking, handling things. */
import { marked } from "../lib/one-clock.ts";
import type { Way, WorldGraph } from "../lib/world-graph.ts";
import type { CommandClass } from "./tally.ts";

/**
 * `play`: as players play. `say`: talk alone, everybody stays where they are. `durable`: steps within an area and
 * things taken and laid down. `borders`: to and fro between areas. `still`: nothing.
 */
export const MIXES = ["play", "say", "durable", "borders", "still"] as const;
export type Mix = (typeof MIXES)[number];

export interface Deed {
  readonly line: string;
  readonly class: CommandClass;
  /** The way it leads, if it does. */
  readonly way: Way | null;
}

export interface Sight {
  readonly graph: WorldGraph;
  readonly room: string;
  /** Somebody who was seen in this room. */
  readonly neighbour: string | null;
  /** Somebody who plays. */
  readonly friend: string | null;
  readonly chance: () => number;
}

const WORDS = ["the weather holds", "has anybody seen the smith", "I am off to the harbour in a while", "wait for me", "that was close", "good evening", "who wants a lamp for three coins", "north, I think"];
const MOVE_SHARE = 0.5;
const THINGS_SHARE = 0.15;
const SAY_SHARE = 0.14;
const LOOK_SHARE = 0.12;
const TELL_SHARE = 0.03;
/** Of the durable commands in `durable`. */
const STEP_SHARE = 0.6;

const plain = (line: string, name: CommandClass): Deed => ({ line, class: name, way: null });
const pick = <T>(list: readonly T[], chance: () => number): T | undefined => list[Math.floor(chance() * list.length)];

export function chooseDeed(mix: Exclude<Mix, "still">, see: Sight): Deed {
  const dice = see.chance();
  if (mix === "say") return speak(see);
  if (mix === "borders") return step(see, ({ crosses }) => crosses) ?? speak(see);
  if (mix === "durable") return (dice < STEP_SHARE ? step(see, ({ crosses }) => !crosses) : undefined) ?? handle(see);
  if (dice < MOVE_SHARE) return step(see, () => true) ?? speak(see);
  if (dice < MOVE_SHARE + THINGS_SHARE) return handle(see);
  if (dice < MOVE_SHARE + THINGS_SHARE + SAY_SHARE) return speak(see);
  if (dice < MOVE_SHARE + THINGS_SHARE + SAY_SHARE + LOOK_SHARE) return plain("look", "look");
  if (dice < MOVE_SHARE + THINGS_SHARE + SAY_SHARE + LOOK_SHARE + TELL_SHARE && see.friend !== null) return plain(`tell ${see.friend} ${marked("where are you?")}`, "tell");
  return ask(see);
}

function speak({ chance }: Sight): Deed {
  return plain(`say ${marked(pick(WORDS, chance)!)}`, "say");
}

export const stepBy = (way: Way): Deed => ({ line: way.name, class: way.crosses ? "transfer" : "move", way });

function step({ graph, room, chance }: Sight, may: (way: Way) => boolean): Deed | undefined {
  const way = pick((graph.ways[room] ?? []).filter(may), chance);
  return way === undefined ? undefined : stepBy(way);
}

/** One coin at a time, so that it never ends: laid down, picked up, given away. */
function handle({ chance, neighbour }: Sight): Deed {
  const dice = chance();
  if (dice < 0.2 && neighbour !== null) return plain(`give 1 coin to ${neighbour}`, "things");
  return plain(dice < 0.6 ? "drop 1 coin" : "get 1 coin", "things");
}

function ask({ graph, room, chance }: Sight): Deed {
  const npc = graph.askable[room];
  if (npc !== undefined && chance() < 0.5) return plain(`ask ${npc} about errand`, "things");
  return plain(pick(["quests", "inventory", "score", "who"], chance)!, "info");
}
