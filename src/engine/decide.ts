/** From one step of a player's line to a decision. No rule of its own: it finds the command and lets it decide. */
import type { CommandModule } from "./command.ts";
import type { EngineContext } from "./context.ts";
import type { Decision, Noun, Refused } from "./decision.ts";
import { assert } from "./assert.ts";
import type { ExitDef } from "./content.ts";
import type { CharacterId } from "./ids.ts";
import { splitVerb } from "./parse/line.ts";
import { suggest } from "./parse/suggest.ts";
import { begunCommand, COMMANDS, commandToFinish, namedCommand } from "./registry.ts";
import { advanceQuests } from "./quests/advance.ts";
import { Turn } from "./turn.ts";
import { findChannel, useChannel } from "./verbs/channels.ts";
import { walk } from "./verbs/go.ts";
import { mayUse } from "./verbs/help.ts";
import { refuseIfMuted } from "./verbs/muted.ts";
import { decideSocial, findSocial } from "./verbs/social.ts";
import type { ReadonlyArea } from "./world.ts";

/**
 * Decides one step (already expanded: no alias, no `;`). Changes nothing. `asked` is false when nobody typed it:
 * whoever walks along with a leader may well be away from the keyboard.
 */
export function decide(area: ReadonlyArea, actor: CharacterId, step: string, ctx: EngineContext, asked = true): Decision {
  const character = area.characters.get(actor);
  assert(character !== undefined, `${actor} is not in ${area.id}`);
  const turn = new Turn(area, character, ctx);
  const refusal = carryOut(turn, step);
  if (refusal !== undefined) return refusal;
  if (asked && turn.actor.afk !== null && !turn.events.some((event) => event.type === "afk-changed")) {
    turn.event({ type: "afk-changed", character: actor, afk: null });
    turn.toActor("afk.back", {}, "info");
  }
  advanceQuests(turn);
  return turn.accept();
}

function carryOut(turn: Turn, step: string): Refused | undefined {
  const { verb, text } = splitVerb(step);
  if (verb === "") return turn.refuse("no_command", "decide.nothing");
  // What is left of `!` and `^old^new` when no earlier line is like that.
  if (verb.startsWith("!") || verb.startsWith("^")) return turn.refuse("no_such_line", "decide.no_such_line");
  const deed = inFull(turn, verb, text) ?? begun(turn, verb, text);
  if (deed !== undefined) return deed() ?? undefined;
  const unfinished = commandToFinish(verb);
  if (unfinished !== undefined && mayUse(turn, unfinished)) return turn.refuse("type_in_full", "decide.in_full", { name: unfinished.name });
  return unknown(turn, verb);
}

type Deed = () => Refused | void;

/** What is so called: a command, else an exit of the room (a name alone is a way to go), else a channel, else a social. */
function inFull(turn: Turn, verb: string, text: string): Deed | undefined {
  const command = namedCommand(verb);
  if (command !== undefined && mayUse(turn, command)) return () => obey(turn, command, verb, text);
  const exit = turn.exit(verb);
  if (exit !== undefined && text === "") return () => walkOnFoot(turn, exit);
  const channel = findChannel(turn, verb);
  if (channel !== undefined) return () => useChannel(turn, channel, text);
  const social = findSocial(turn, verb, { begun: false });
  if (social !== undefined) return () => decideSocial(turn, social, text);
  return exit === undefined ? undefined : () => turn.refuse("no_such_exit", "go.just_direction", { direction: exit.name });
}

/** What begins so, in the same order; a channel is named in full, so that nobody speaks to the world by mistake. */
function begun(turn: Turn, verb: string, text: string): Deed | undefined {
  const command = begunCommand(verb, (candidate) => mayUse(turn, candidate));
  if (command !== undefined) return () => obey(turn, command, verb, text);
  const exit = text === "" ? turn.exit(verb, true) : undefined;
  if (exit !== undefined) return () => walkOnFoot(turn, exit);
  const social = findSocial(turn, verb, { begun: true });
  return social === undefined ? undefined : () => decideSocial(turn, social, text);
}

const WRONG_POSITION = { standing: "decide.standing", sitting: "decide.sitting", resting: "decide.resting", sleeping: "decide.sleeping" } as const;

function obey(turn: Turn, command: CommandModule, verb: string, text: string): Refused | void {
  const { position } = turn.actor;
  if (command.positions === undefined ? position === "sleeping" : !command.positions.includes(position)) return turn.refuse("wrong_position", WRONG_POSITION[position]);
  if (command.needsLight === true && !turn.isLit()) return turn.refuse("too_dark", "decide.too_dark");
  const silenced = command.speaks === true ? refuseIfMuted(turn, text) : undefined;
  if (silenced !== undefined) return silenced;
  return command.decide(turn, { verb, text });
}

function walkOnFoot(turn: Turn, exit: ExitDef): Refused | void {
  if (turn.actor.position !== "standing") return turn.refuse("wrong_position", WRONG_POSITION[turn.actor.position]);
  return walk(turn, exit);
}

function unknown(turn: Turn, verb: string): Refused {
  const guesses = suggest(verb, namesKnown(turn));
  if (guesses.length === 0) return turn.refuse("unknown_command", "decide.unknown", { verb });
  return turn.refuse("unknown_command", "decide.did_you_mean", { verb, guesses: guesses.map((name): Noun => ({ text: name, type: "command", id: name, command: name })) });
}

/** Whatever may begin a line here and now. */
function namesKnown(turn: Turn): string[] {
  return [
    ...COMMANDS.filter((command) => mayUse(turn, command)).map((command) => command.name),
    ...turn.room.exits.filter((exit) => !exit.hidden).map((exit) => exit.name),
    ...turn.ctx.content.world.channels.map((channel) => channel.name),
    ...turn.ctx.content.socials.keys(),
  ];
}
