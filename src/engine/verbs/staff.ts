/** What those who look after the world do from within it. Each deed is recorded in the commit that orders it. */
import { MAX_ANNOUNCEMENT_CHARS, MAX_REASON_CHARS } from "../../limits.ts";
import type { CommandModule } from "../command.ts";
import { ANY_POSITION } from "../command.ts";
import type { Refused } from "../decision.ts";
import { asId, type RoomId } from "../ids.ts";
import { durationMs, durationWords, mayActOn, type Somebody } from "../staff.ts";
import { whisk } from "../staff-deeds.ts";
import type { Turn } from "../turn.ts";
import { farNoun } from "./people.ts";

type Part = Pick<CommandModule, "name" | "usage" | "help" | "decide">;
const staffCommand = (part: Part): CommandModule => ({ ...part, aliases: [], rank: 90, group: "staff", exact: true, role: "moderator", positions: ANY_POSITION });

const announce = staffCommand({
  name: "announce",
  usage: ["announce <words>"],
  help: "Tells everybody in the world, wherever they are.",
  decide(turn, args) {
    const text = args.text.slice(0, MAX_ANNOUNCEMENT_CHARS).toWellFormed();
    if (text === "") return turn.refuse("no_text", "announce.what");
    order(turn, "announce", null, { text });
    turn.toActor("announce.actor", {}, "info");
  },
});

const goTo = staffCommand({
  name: "goto",
  usage: ["goto <player>", "goto <id of a room>"],
  help: "Takes you to somebody, or to a room by its id.",
  decide(turn, args) {
    const name = args.text.trim().toLowerCase();
    if (name === "") return turn.refuse("no_target", "goto.where");
    const found = turn.ctx.content.rooms.has(asId<RoomId>(name)) ? null : somebody(turn, name);
    if (found !== null && "kind" in found) return found;
    const room = found?.room ?? asId<RoomId>(name);
    if (room === turn.actor.room) return turn.refuse("already", "goto.here");
    const refusal = whisk(turn, room);
    if (refusal !== undefined) return refusal;
    order(turn, "goto", found, { room });
  },
});

const summon = staffCommand({
  name: "summon",
  usage: ["summon <player>"],
  help: "Brings somebody to where you are.",
  decide(turn, args) {
    const found = subject(turn, args.text);
    if ("kind" in found) return found;
    order(turn, "teleport", found, { room: turn.actor.room });
    turn.toActor("summon.actor", { person: farNoun(found) }, "info");
  },
});

const kick = staffCommand({
  name: "kick",
  usage: ["kick <player> <reason>"],
  help: "Takes somebody out of the world; they may come back.",
  decide(turn, args) {
    const [name, reason] = cutWord(args.text);
    const found = subject(turn, name);
    if ("kind" in found) return found;
    if (reason === "") return turn.refuse("no_text", "staff.why");
    order(turn, "kick", found, {}, reason);
    turn.toActor("kick.actor", { person: farNoun(found) }, "info");
  },
});

const mute = staffCommand({
  name: "mute",
  usage: ["mute <player> 30m <reason>", "mute <player> <reason>"],
  help: "Lets somebody speak no more: for a time such as 30m, 2h or 7d, or until unmute.",
  decide: (turn, args) => forTime(turn, args.text, "mute"),
});

const ban = staffCommand({
  name: "ban",
  usage: ["ban <player> 7d <reason>", "ban <player> <reason>"],
  help: "Takes somebody out of the world and lets them in no more: for a time such as 2h or 7d, or for ever.",
  decide: (turn, args) => forTime(turn, args.text, "ban"),
});

const unmute = staffCommand({
  name: "unmute",
  usage: ["unmute <player>"],
  help: "Lets somebody speak again.",
  decide(turn, args) {
    const found = subject(turn, args.text);
    if ("kind" in found) return found;
    order(turn, "unmute", found, {});
    turn.toActor("unmute.actor", { person: farNoun(found) }, "info");
  },
});

export const staffCommands: readonly CommandModule[] = [announce, goTo, summon, kick, mute, unmute, ban];

function forTime(turn: Turn, text: string, action: "mute" | "ban"): Refused | void {
  const [name, rest] = cutWord(text);
  const found = subject(turn, name);
  if ("kind" in found) return found;
  const [first, others] = cutWord(rest);
  const ms = durationMs(first);
  const reason = ms === undefined ? rest : others;
  if (reason === "") return turn.refuse("no_text", "staff.why");
  order(turn, action, found, ms === undefined ? {} : { until_ms: turn.ctx.nowMs + ms }, reason);
  const time = ms === undefined ? "good" : durationWords(ms);
  turn.toActor(action === "mute" ? "mute.actor" : "ban.actor", { person: farNoun(found), time }, "info");
}

function cutWord(text: string): [string, string] {
  const [, word = "", rest = ""] = /^(\S+)\s*([\s\S]*)$/.exec(text.trim()) ?? [];
  return [word, rest];
}

/** Whoever is so called, anywhere; or why there is none, or what must be looked up first. */
function somebody(turn: Turn, name: string): Somebody | Refused {
  const asked = name.trim().toLowerCase();
  if (asked === "") return turn.refuse("no_target", "staff.whom");
  const fact = turn.ctx.facts?.somebody;
  if (fact?.asked !== asked) return turn.need({ type: "somebody", name: asked });
  return fact.found ?? turn.refuse("no_such_player", "staff.nobody", { name });
}

/** Somebody to whom the actor may do something. */
function subject(turn: Turn, name: string): Somebody | Refused {
  const found = somebody(turn, name);
  if ("kind" in found) return found;
  if (found.id === turn.actor.id) return turn.refuse("self", "staff.self");
  return mayActOn(turn.actor.role, found.role) ? found : turn.refuse("not_allowed", "staff.not_them", { person: farNoun(found) });
}

function order(turn: Turn, action: string, target: Somebody | null, detail: Readonly<Record<string, unknown>>, reason = ""): void {
  const { id: staff, name: staffName } = turn.actor;
  turn.event({
    type: "staff-ordered",
    order: {
      id: turn.ctx.ids.item(), action, staff, staffName, via: "game", address: null, target: target?.id ?? null, targetName: target?.name ?? null, detail,
      reason: reason === "" ? null : reason.slice(0, MAX_REASON_CHARS).toWellFormed(),
    },
  });
}
