/** What one sets for oneself: short descriptions, being away; and the two commands that people look for before they leave. */
import { MAX_AFK_CHARS } from "../../limits.ts";
import type { CommandModule } from "../command.ts";
import { ANY_POSITION } from "../command.ts";
import { conflict } from "../decision.ts";
import { refuseIfMuted } from "./muted.ts";

export const brief: CommandModule = {
  name: "brief",
  aliases: [],
  rank: 60,
  group: "yourself",
  usage: ["brief"],
  help: "Leaves the description out when you walk into a place, or shows it again. look always shows it.",
  positions: ANY_POSITION,

  decide(turn) {
    const { settings } = turn.actor;
    turn.reads(conflict.character(turn.actor.id));
    turn.event({ type: "character-changed", character: turn.actor.id, settings: { ...settings, brief: !settings.brief } });
    turn.toActor(settings.brief ? "brief.off" : "brief.on", {}, "info");
  },
};

export const afk: CommandModule = {
  name: "afk",
  aliases: [],
  rank: 60,
  group: "yourself",
  usage: ["afk", "afk <message>"],
  help: "Marks you as away, with a message if you like. The next thing you do ends it.",
  positions: ANY_POSITION,

  decide(turn, args) {
    const message = args.text.slice(0, MAX_AFK_CHARS).toWellFormed();
    const silenced = message === "" ? undefined : refuseIfMuted(turn, message);
    if (silenced !== undefined) return silenced;
    const returns = turn.actor.afk !== null && message === "";
    turn.event({ type: "afk-changed", character: turn.actor.id, afk: returns ? null : message });
    if (returns) {
      turn.toActor("afk.back", {}, "info");
      turn.toOthers("afk.others_back", { actor: turn.me });
      return;
    }
    turn.toActor("afk.actor", {}, "info");
    if (message === "") turn.toOthers("afk.others", { actor: turn.me });
    else turn.toOthers("afk.others_message", { actor: turn.me, text: message });
  },
};

export const save: CommandModule = {
  name: "save",
  aliases: [],
  rank: 65,
  group: "yourself",
  usage: ["save"],
  help: "There is no need to save: the world keeps everything as it happens.",
  positions: ANY_POSITION,
  decide: (turn) => turn.toActor("save.actor", {}, "info"),
};

export const quit: CommandModule = {
  name: "quit",
  aliases: [],
  rank: 99,
  group: "yourself",
  usage: ["quit"],
  help: "Leaves the world. You return to the place you left, with all you had. The word must be typed in full.",
  exact: true,
  positions: ANY_POSITION,

  decide(turn) {
    turn.toActor("quit.actor", {}, "system");
    // The room is told when the character goes, as it is for whoever goes without saying so.
    turn.quit();
  },
};
