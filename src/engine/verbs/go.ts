import type { CommandModule } from "../command.ts";
import { ON_FEET } from "../command.ts";
import { DIRECTIONS, type Direction, type ExitDef } from "../content.ts";
import type { Refused } from "../decision.ts";
import { conflict } from "../decision.ts";
import type { Turn } from "../turn.ts";
import { guardAgainst } from "../npc/guard.ts";
import { describeRoom } from "./room-text.ts";

const SHORT: Record<Direction, readonly string[]> = {
  north: ["n"], east: ["e"], south: ["s"], west: ["w"], up: ["u"], down: ["d"],
  northeast: ["ne"], northwest: ["nw"], southeast: ["se"], southwest: ["sw"],
};

export const OPPOSITE: Record<Direction, string> = {
  north: "the south", east: "the west", south: "the north", west: "the east", up: "below", down: "above",
  northeast: "the southwest", northwest: "the southeast", southeast: "the northwest", southwest: "the northeast",
};

const isDirection = (name: string): name is Direction => (DIRECTIONS as readonly string[]).includes(name);

/** Each of the ten directions is a command of its own. */
export const directions: readonly CommandModule[] = DIRECTIONS.map((direction) => ({
  name: direction,
  aliases: SHORT[direction],
  rank: 0,
  group: "moving",
  usage: [direction],
  help: `Walks ${direction}.`,
  positions: ON_FEET,
  decide: (turn, args) => (args.text === "" ? walk(turn, turn.exit(direction)) : turn.refuse("no_such_exit", "go.just_direction", { direction })),
}));

export const go: CommandModule = {
  name: "go",
  aliases: ["walk", "enter", "climb"],
  rank: 10,
  group: "moving",
  usage: ["go <exit>"],
  help: "Walks through an exit. A direction or the name of an exit alone does the same: n, up, ladder.",
  positions: ON_FEET,
  decide(turn, args) {
    const name = args.text.toLowerCase().replace(/^(to|the|through|into|in)\s+/, "");
    if (name === "") return turn.refuse("no_target", "go.where");
    const long = DIRECTIONS.find((direction) => SHORT[direction].includes(name)) ?? name;
    return walk(turn, turn.exit(long, true));
  },
};

/** Walks through an exit of the actor's room, with whoever follows. */
export function walk(turn: Turn, exit: ExitDef | undefined): Refused | void {
  if (exit === undefined) return turn.refuse("no_such_exit", "go.no_exit");
  if (exit.door !== null) {
    const door = turn.door(exit.door);
    if (!door.open) return turn.refuse("door_closed", "go.door_closed", { door: turn.doorDef(exit.door).name });
  }
  const guard = guardAgainst(turn, exit);
  if (guard !== undefined) return guard;

  const from = turn.actor.room;
  const target = turn.roomDef(exit.to);
  turn.reads(conflict.character(turn.actor.id));
  const way = isDirection(exit.name) ? exit.name : "";
  const lit = turn.isLit();
  if (exit.leaveText !== null) turn.toOthers("prose.actor", { text: exit.leaveText, actor: turn.me }, "move");
  else if (lit) turn.toOthers(way === "" ? "go.leaves_by" : "go.leaves", { actor: turn.me, way: way === "" ? exit.name : way }, "move");
  else turn.toOthers("go.leaves_dark", {}, "move");

  turn.event({ type: "character-moved", character: turn.actor.id, from, to: exit.to, toArea: target.area });
  for (const other of turn.others(from)) {
    if (other.following === turn.actor.id && other.position === "standing") turn.followUp(other.id, `go ${exit.name}`);
  }
  if (target.area !== turn.area.id) {
    turn.handoff(target.area, exit.to, isDirection(exit.name) ? OPPOSITE[exit.name] : "");
    return;
  }
  turn.signal({ type: "visited", room: exit.to });
  const back = isDirection(exit.name) ? OPPOSITE[exit.name] : "";
  turn.say({ to: "room", room: exit.to, except: [turn.actor.id] }, "move", back === "" ? "go.arrives" : "go.arrives_from", { actor: turn.isLit(exit.to) ? turn.characterNoun(turn.actor) : turn.me, from: back }, turn.actor.name);
  describeRoom(turn, exit.to, { brief: turn.actor.settings.brief });
}
