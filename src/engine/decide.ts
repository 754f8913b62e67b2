/** From one step of a player's line to a decision. No rule of its own: it finds the command and lets it decide. */
import type { EngineContext } from "./context.ts";
import type { Decision } from "./decision.ts";
import { assert } from "./assert.ts";
import type { CharacterId } from "./ids.ts";
import { splitVerb } from "./parse/line.ts";
import { findCommand, suggest } from "./registry.ts";
import { advanceQuests } from "./quests/advance.ts";
import { Turn } from "./turn.ts";
import { walk } from "./verbs/go.ts";
import { decideSocial } from "./verbs/social.ts";
import { ROLES, type ReadonlyArea } from "./world.ts";

/** Decides one step (already expanded: no alias, no `;`). Changes nothing. */
export function decide(area: ReadonlyArea, actor: CharacterId, step: string, ctx: EngineContext): Decision {
  const character = area.characters.get(actor);
  assert(character !== undefined, `${actor} is not in ${area.id}`);
  const turn = new Turn(area, character as Turn["actor"], ctx);
  const refusal = carryOut(turn, step);
  if (refusal !== undefined) return refusal;
  if (turn.actor.afk !== null && !turn.events.some((event) => event.type === "afk-changed")) {
    turn.event({ type: "afk-changed", character: actor, afk: null });
  }
  advanceQuests(turn);
  return turn.accept();
}

function carryOut(turn: Turn, step: string): Exclude<Decision, { kind: "accepted" }> | undefined {
  const { verb, text } = splitVerb(step);
  if (verb === "") return turn.refuse("no_command", "decide.nothing");
  const command = findCommand(verb, (name) => turn.exit(name) !== undefined);

  if (command === "exit") return text === "" ? walkOnFoot(turn, verb) : turn.refuse("no_such_exit", "go.just_direction", { direction: verb });
  if (command === undefined) {
    const social = decideSocial(turn, verb, text);
    if (social !== "unknown") return social;
    const guesses = suggest(verb, turn.ctx.content);
    return guesses.length === 0 ? turn.refuse("unknown_command", "decide.unknown", { verb }) : turn.refuse("unknown_command", "decide.did_you_mean", { verb, guesses: guesses.map((name) => ({ text: name, type: "command" as const, id: name, command: name })) });
  }
  if (command.role !== undefined && ROLES.indexOf(turn.actor.role) < ROLES.indexOf(command.role)) return turn.refuse("unknown_command", "decide.unknown", { verb });
  const position = turn.actor.position;
  if (command.positions === undefined ? position === "sleeping" : !command.positions.includes(position)) return turn.refuse("wrong_position", `decide.${position}`);
  if (command.needsLight === true && !turn.isLit()) return turn.refuse("too_dark", "decide.too_dark");
  return command.decide(turn, { verb, text }) ?? undefined;
}

function walkOnFoot(turn: Turn, exitName: string): ReturnType<typeof walk> extends infer R ? Exclude<R, void> | undefined : never {
  if (turn.actor.position !== "standing") return turn.refuse("wrong_position", `decide.${turn.actor.position}`);
  return walk(turn, turn.exit(exitName)) ?? undefined;
}
