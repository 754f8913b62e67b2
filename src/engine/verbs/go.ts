import { MAX_CHARACTERS_PER_ROOM } from "../../limits.ts";
import type { CommandModule } from "../command.ts";
import { ON_FEET } from "../command.ts";
import { DIRECTIONS, type Direction, type ExitDef } from "../content.ts";
import type { Noun, Refused } from "../decision.ts";
import { conflict } from "../decision.ts";
import type { RoomId } from "../ids.ts";
import { SOMEONE } from "../nouns.ts";
import { matches } from "../parse/target.ts";
import { callOff } from "../trading.ts";
import type { Turn } from "../turn.ts";
import { guardAgainst } from "../npc/guard.ts";
import { bringsLight, describeRoom, exitDoorNoun } from "./room-text.ts";

const SHORT: Record<Direction, readonly string[]> = {
  north: ["n"], east: ["e"], south: ["s"], west: ["w"], up: ["u"], down: ["d"],
  northeast: ["ne"], northwest: ["nw"], southeast: ["se"], southwest: ["sw"],
};

export const OPPOSITE: Record<Direction, string> = {
  north: "the south", east: "the west", south: "the north", west: "the east", up: "below", down: "above",
  northeast: "the southwest", northwest: "the southeast", southeast: "the northwest", southwest: "the northeast",
};

/** Ways one goes, rather than things one leaves by: "goes up", not "leaves by the up". */
const ADVERBS: readonly string[] = ["up", "down", "in", "out", "inside", "outside"];

const isDirection = (name: string): name is Direction => (DIRECTIONS as readonly string[]).includes(name);

/** `n` is north; any other word stays as it is. */
export const longDirection = (word: string): string => DIRECTIONS.find((direction) => SHORT[direction].includes(word)) ?? word;

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
    let name = args.text.toLowerCase().replace(/\s+/g, " ");
    for (let shorter = ""; shorter !== name; ) {
      shorter = name;
      name = name.replace(/^(to|the|through|into|in|onto|on|over|by|a) (?=.)/, "");
    }
    if (name === "") return turn.refuse("no_target", "go.where");
    return walk(turn, turn.exit(longDirection(name), true) ?? exitBehindDoor(turn, name));
  },
};

/** `go through the oak door`: the exit whose door is so called. */
function exitBehindDoor(turn: Turn, name: string): ExitDef | undefined {
  const words = name.split(" ");
  return turn.room.exits.find((exit) => !exit.hidden && exit.door !== null && matches(turn.doorDef(exit.door).keywords, words));
}

/** Walks through an exit of the actor's room, with whoever follows. */
export function walk(turn: Turn, exit: ExitDef | undefined): Refused | void {
  if (exit === undefined) return turn.refuse("no_such_exit", "go.no_exit");
  if (exit.door !== null && !turn.door(exit.door).open) return turn.refuse("door_closed", "go.door_closed", { door: exitDoorNoun(turn, exit) });
  const guard = guardAgainst(turn, exit);
  if (guard !== undefined) return guard;
  const there = turn.area.rooms.get(exit.to);
  if (there !== undefined && there.characters.size >= MAX_CHARACTERS_PER_ROOM) return turn.refuse("room_full", "go.room_full");

  const from = turn.actor.room;
  const toArea = turn.roomDef(exit.to).area;
  const back = isDirection(exit.name) ? OPPOSITE[exit.name] : "";
  turn.reads(conflict.character(turn.actor.id));
  callOff(turn);
  tellOfLeaving(turn, exit);
  turn.event({ type: "character-moved", character: turn.actor.id, from, to: exit.to, toArea });
  for (const other of turn.others(from)) {
    if (other.following !== turn.actor.id || other.position !== "standing") continue;
    turn.toTarget(other.id, "go.you_follow", { actor: turn.me }, "move");
    turn.followUp(other.id, `go ${exit.name}`);
  }
  if (toArea !== turn.area.id) {
    // What is seen over there is told over there.
    turn.toActor(isDirection(exit.name) ? "go.you_go" : "go.you_go_by", { way: exit.name }, "move");
    turn.handoff(toArea, exit.to, back);
    return;
  }
  turn.signal({ type: "visited", room: exit.to });
  tellOfArrival(turn, exit.to, back);
  describeRoom(turn, exit.to, { brief: turn.actor.settings.brief });
}

function tellOfLeaving(turn: Turn, exit: ExitDef): void {
  const actor = turn.me;
  if (exit.leaveText !== null) turn.toOthers("prose.actor", { text: exit.leaveText, actor }, "move");
  else if (!turn.isLit()) turn.toOthers("go.leaves_dark", {}, "move");
  else if (ADVERBS.includes(exit.name)) turn.toOthers("go.goes", { actor, way: exit.name }, "move");
  else turn.toOthers(isDirection(exit.name) ? "go.leaves" : "go.leaves_by", { actor, way: exit.name }, "move");
}

function tellOfArrival(turn: Turn, room: RoomId, from: string): void {
  const seen = turn.isLit(room) || bringsLight(turn);
  const actor: Noun = seen ? turn.characterNoun(turn.actor) : SOMEONE;
  turn.say({ to: "room", room, except: [turn.actor.id] }, "move", from === "" ? "go.arrives" : "go.arrives_from", { actor, from }, seen ? turn.actor.name : undefined);
}
