import { MAX_OPEN_REPORTS, MAX_REPORT_CHARS } from "../../limits.ts";
import type { CommandModule } from "../command.ts";
import { ANY_POSITION } from "../command.ts";
import { isAtLeast } from "../staff.ts";
import { farNoun, splitAddressee } from "./people.ts";

export const report: CommandModule = {
  name: "report",
  aliases: [],
  rank: 72,
  group: "people",
  usage: ["report <player> <what happened>", "report <what happened>"],
  help: "Tells the moderators of something that should not be. They also see what you heard last, as it was said. Nobody else learns of it.",
  positions: ANY_POSITION,

  decide(turn, args) {
    const words = args.text.slice(0, MAX_REPORT_CHARS).toWellFormed();
    if (words === "") return turn.refuse("no_text", "report.what");
    const { facts } = turn.ctx;
    // The first word may name somebody, here or gone.
    const name = splitAddressee(words).whom.toLowerCase().replace(/[:,.]+$/, "");
    if (facts?.somebody?.asked !== name) return turn.need({ type: "somebody", name });
    if (facts.heard === undefined) return turn.need({ type: "heard" });
    if (facts.heard.openReports >= MAX_OPEN_REPORTS) return turn.refuse("too_many", "report.too_many", { count: MAX_OPEN_REPORTS });
    const about = facts.somebody.found;
    if (about?.id === turn.actor.id) return turn.refuse("self", "report.self");
    const { id, name: reporter, room } = turn.actor;
    turn.event({ type: "reported", report: { id: turn.ctx.ids.item(), reporter: id, reported: about?.id ?? null, room, words, lines: facts.heard.lines } });
    turn.toActor(about === null ? "report.actor" : "report.actor_about", { person: about === null ? "" : farNoun(about) }, "info");
    for (const other of turn.ctx.online.list()) {
      if (!isAtLeast(other.role, "moderator") || other.id === id) continue;
      turn.say({ to: "player", id: other.id }, "system", "report.moderator", { actor: farNoun({ id, name: reporter }), text: words });
    }
  },
};
