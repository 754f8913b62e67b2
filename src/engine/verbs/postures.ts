/** Sitting, resting, sleeping and getting up again. */
import type { CommandModule } from "../command.ts";
import { ANY_POSITION } from "../command.ts";
import type { Refused } from "../decision.ts";
import type { CharacterId } from "../ids.ts";
import { parseTarget, withoutFill } from "../parse/target.ts";
import { callOff } from "../trading.ts";
import type { Turn } from "../turn.ts";
import type { Position } from "../world.ts";

function take(turn: Turn, position: Position, character: CharacterId = turn.actor.id): void {
  turn.event({ type: "position-changed", character, position });
}

export const sit: CommandModule = {
  name: "sit",
  aliases: [],
  rank: 50,
  group: "yourself",
  usage: ["sit"],
  help: "Sits you down. You can talk and look while sitting, but you walk only on your feet.",
  positions: ANY_POSITION,
  decide(turn) {
    const { position } = turn.actor;
    if (position === "sleeping") return turn.refuse("wrong_position", "wake.first");
    if (position === "sitting") return turn.refuse("already", "sit.already");
    take(turn, "sitting");
    turn.toActor(position === "resting" ? "sit.up" : "sit.actor");
    turn.toOthers(position === "resting" ? "sit.others_up" : "sit.others", { actor: turn.me });
  },
};

export const rest: CommandModule = {
  name: "rest",
  aliases: [],
  rank: 50,
  group: "yourself",
  usage: ["rest"],
  help: "Settles you down to rest.",
  positions: ANY_POSITION,
  decide(turn) {
    const { position } = turn.actor;
    if (position === "sleeping") return turn.refuse("wrong_position", "wake.first");
    if (position === "resting") return turn.refuse("already", "rest.already");
    take(turn, "resting");
    turn.toActor("rest.actor");
    turn.toOthers("rest.others", { actor: turn.me });
  },
};

export const sleep: CommandModule = {
  name: "sleep",
  aliases: [],
  rank: 52,
  group: "yourself",
  usage: ["sleep"],
  help: "Lies you down to sleep. Asleep you see nothing; wake or stand ends it.",
  positions: ANY_POSITION,
  decide(turn) {
    if (turn.actor.position === "sleeping") return turn.refuse("already", "sleep.already");
    callOff(turn);
    take(turn, "sleeping");
    turn.toActor("sleep.actor");
    turn.toOthers("sleep.others", { actor: turn.me });
  },
};

export const stand: CommandModule = {
  name: "stand",
  aliases: [],
  rank: 45,
  group: "yourself",
  usage: ["stand"],
  help: "Gets you on your feet, out of sleep too.",
  positions: ANY_POSITION,
  decide(turn) {
    const { position } = turn.actor;
    if (position === "standing") return turn.refuse("already", "stand.already");
    take(turn, "standing");
    turn.toActor(position === "sleeping" ? "stand.from_sleep" : "stand.actor");
    turn.toOthers(position === "sleeping" ? "stand.others_from_sleep" : "stand.others", { actor: turn.me });
  },
};

export const wake: CommandModule = {
  name: "wake",
  aliases: [],
  rank: 55,
  group: "yourself",
  usage: ["wake", "wake <player>"],
  help: "Wakes you, or somebody who sleeps here.",
  positions: ANY_POSITION,
  decide(turn, args) {
    const own = /^(up|me|self|myself)?$/i.test(args.text);
    if (turn.actor.position === "sleeping") {
      if (!own) return turn.refuse("wrong_position", "wake.first");
      take(turn, "sitting");
      turn.toActor("wake.actor");
      turn.toOthers("wake.others", { actor: turn.me });
      return;
    }
    return own ? turn.refuse("already", "wake.already") : wakeSomeone(turn, withoutFill(args.text.replace(/^up\s+/i, "")));
  },
};

function wakeSomeone(turn: Turn, text: string): Refused | void {
  const target = parseTarget(text);
  const found = target === null ? undefined : turn.findPerson(target);
  if (found === undefined) return turn.refuse("no_such_person", "people.not_here", { word: text });
  const person = found.type === "npc" ? turn.npcNoun(found.npc) : turn.characterNoun(found.character);
  if (found.type === "npc" || found.character.position !== "sleeping") return turn.refuse("already", "wake.someone_awake", { person });
  const sleeper = found.character.id;
  take(turn, "sitting", sleeper);
  turn.toActor("wake.someone", { person });
  turn.toTarget(sleeper, "wake.someone_target", { actor: turn.me });
  turn.toOthers("wake.someone_others", { actor: turn.me, person: turn.inSight(person) }, "action", [sleeper]);
}
