import type { CommandModule } from "../command.ts";
import { ANY_POSITION } from "../command.ts";
import type { QuestDef } from "../content.ts";
import type { Noun, Refused } from "../decision.ts";
import { countText } from "../nouns.ts";
import { matches } from "../parse/target.ts";
import type { Turn } from "../turn.ts";
import type { QuestProgress } from "../world.ts";

interface Entry {
  readonly def: QuestDef;
  readonly progress: QuestProgress;
}

export const quests: CommandModule = {
  name: "quests",
  aliases: ["quest", "journal"],
  rank: 40,
  group: "yourself",
  usage: ["quests", "quests all", "quests <name>"],
  help: "Lists what you have taken on and what to do next. quests all lists what you have done too, and a name tells more about one.",
  positions: ANY_POSITION,

  decide(turn, args) {
    const entries = entriesOf(turn);
    const words = args.text.toLowerCase().split(/\s+/).filter((word) => word !== "");
    if (words.length > 0 && words.join(" ") !== "all") return tellOne(turn, entries, words);
    const done = entries.filter(({ progress }) => progress.state === "done");
    const active = entries.filter(({ progress }) => progress.state === "active");
    if (entries.length === 0) return turn.toActor("quests.none", {}, "quest");
    if (active.length === 0) turn.toActor("quests.none_active", {}, "quest");
    for (const entry of active) tellStep(turn, entry);
    if (words.length > 0) for (const { def } of done) turn.toActor("quests.done", { quest: nounOf(def) }, "quest");
    else if (done.length > 0) turn.toActor("quests.done_count", { count: countText(done.length) }, "quest");
  },
};

/** In the order of the content; a quest that the world no longer has is left out. */
function entriesOf(turn: Turn): Entry[] {
  const entries: Entry[] = [];
  for (const def of turn.ctx.content.quests.values()) {
    const progress = turn.actor.quests.get(def.id);
    if (progress !== undefined) entries.push({ def, progress });
  }
  return entries;
}

function tellOne(turn: Turn, entries: readonly Entry[], words: readonly string[]): Refused | void {
  const entry = entries.find(({ def }) => matches(def.name.toLowerCase().split(/\s+/), words));
  if (entry === undefined) return turn.refuse("no_such_quest", "quests.unknown", { word: words.join(" ") });
  turn.toActor("quests.summary", { quest: nounOf(entry.def), text: entry.def.summary }, "quest");
  if (entry.progress.state === "done") turn.toActor("quests.done", { quest: nounOf(entry.def) }, "quest");
  else tellStep(turn, entry);
}

function tellStep(turn: Turn, { def, progress }: Entry): void {
  const step = def.steps[progress.step];
  if (step === undefined) return;
  const total = "count" in step.trigger ? step.trigger.count : 1;
  const params = { quest: nounOf(def), text: step.text };
  if (total > 1) turn.toActor("quests.step_count", { ...params, count: progress.count, total }, "quest");
  else turn.toActor("quests.step", params, "quest");
}

const nounOf = (def: QuestDef): Noun => ({ text: def.name, type: "quest", id: def.id, command: `quests ${def.name.toLowerCase()}` });
