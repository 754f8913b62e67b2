/** Quests that cannot end: nobody gives them, or a step can never be done. */
import { COIN_KIND } from "../../engine/content.ts";
import { MAX_ITEMS_CARRIED, MAX_WEIGHT_CARRIED_G } from "../../limits.ts";
import type { Entry } from "../raw-world.ts";
import type { RawQuest, RawStep } from "../schema/quest.ts";
import type { Survey } from "./survey.ts";
import { isDrowned, isFixed, obtainable } from "./survey.ts";

/** Checks each quest by itself; whether its rooms and things can be reached is seen in play. */
export function checkQuests(survey: Survey): void {
  const { raw, report } = survey;
  for (const quest of raw.quests.entries.values()) checkStepIds(survey, quest);
  checkDialogue(survey);
  if (report.doubts("ids", "quests")) return;
  checkCircles(survey);
  for (const quest of raw.quests.entries.values()) {
    if (!report.doubts("npcs")) checkGiver(survey, quest);
    for (const [index, step] of quest.value.steps.entries()) checkStep(survey, quest, step, index);
  }
}

function checkStepIds(survey: Survey, quest: Entry<RawQuest>): void {
  const ids = quest.value.steps.map((step) => step.id);
  for (const [index, id] of ids.entries()) {
    if (ids.indexOf(id) < index) survey.report.mistake(quest.at("steps", index, "id"), `the step '${id}' appears twice`, null);
  }
}

function checkDialogue(survey: Survey): void {
  for (const npc of survey.raw.npcs.entries.values()) {
    for (const [index, { gives, when }] of npc.value.dialogue.entries()) {
      if (gives !== undefined && when?.quest === gives && when.state !== "new") {
        survey.report.mistake(npc.at("dialogue", index, "when"), `'${gives}' can only be given while it is new`, "Write state: new.", "quests");
      } else if (gives !== undefined && isDrowned(npc.value.dialogue, index)) {
        survey.report.mistake(npc.at("dialogue", index), `'${npc.id}' never says what gives '${gives}': earlier lines answer to all its words`, "Move it up, or give it words of its own.", "quests");
      }
    }
  }
}

function checkGiver(survey: Survey, quest: Entry<RawQuest>): void {
  const { raw, report, npcSpawns } = survey;
  const { giver } = quest.value;
  const npc = raw.npcs.entries.get(giver);
  if (npc === undefined) return;
  if (!npcSpawns.has(giver)) {
    report.mistake(quest.at("giver"), `'${giver}', who gives the quest '${quest.id}', stands in no room`, "Add it to the npcs of a room.", "quests");
    return;
  }
  if (npc.value.dialogue.some((line) => line.gives === quest.id)) return;
  const other = [...raw.npcs.entries.values()].find((candidate) => candidate.value.dialogue.some((line) => line.gives === quest.id));
  const hint = other === undefined ? `Add 'gives: ${quest.id}' to a line of its dialogue.` : `'${other.id}' gives it; name that as giver.`;
  report.mistake(quest.at("giver"), `no dialogue of '${giver}' gives the quest '${quest.id}'`, hint, "quests");
}

/** Reports each circle once, where it closes. */
function checkCircles(survey: Survey): void {
  const { quests } = survey.raw;
  const done = new Set<string>();
  const visit = (id: string, trail: readonly string[]): void => {
    const quest = quests.entries.get(id);
    if (quest === undefined || done.has(id)) return;
    for (const [index, required] of quest.value.requires.entries()) {
      const from = required === id ? trail.length : trail.indexOf(required);
      if (from < 0) {
        visit(required, [...trail, id]);
        continue;
      }
      const circle = [...trail.slice(from), id, required].join(" requires ");
      survey.report.mistake(quest.at("requires", index), `no quest of this circle can begin: ${circle}`, "Take one of them from 'requires'.", "quests", "locks");
    }
    done.add(id);
  };
  for (const id of quests.entries.keys()) visit(id, []);
}

function checkStep(survey: Survey, quest: Entry<RawQuest>, step: RawStep, index: number): void {
  const at = (trigger: string) => quest.at("steps", index, trigger);
  const { report } = survey;
  const impossible = (trigger: string, what: string, hint: string): void =>
    report.mistake(at(trigger), `the step '${step.id}' can never be done: ${what}`, hint, "quests");

  const npc = step.deliver?.npc ?? step.talk?.npc;
  if (npc !== undefined && survey.raw.npcs.entries.has(npc) && !report.doubts("npcs") && !survey.npcSpawns.has(npc)) {
    impossible(step.deliver === undefined ? "talk" : "deliver", `'${npc}' stands in no room`, "Add it to the npcs of a room.");
  }
  const need = step.fetch ?? step.deliver;
  if (need !== undefined) {
    checkNeed(survey, need.kind, need.count, (what, hint) => impossible(step.fetch === undefined ? "deliver" : "fetch", what, hint), step.fetch !== undefined);
  }
  if (step.use !== undefined) checkUse(survey, step.use, (what, hint) => impossible("use", what, hint));
}

type Impossible = (what: string, hint: string) => void;

/** Whether a player can have that many, and for `atOnce` hold them together. */
function checkNeed(survey: Survey, kind: string, count: number, impossible: Impossible, atOnce: boolean): void {
  const item = survey.raw.items.entries.get(kind)?.value;
  if (item === undefined) return;
  if (kind === COIN_KIND) {
    // They go into the purse, from which they can be given, and are not among the things that are carried.
    if (atOnce) impossible("coins are not carried like things", "Let them be delivered to somebody.");
    return;
  }
  if (item.fixed) {
    impossible(`'${kind}' is fixed and cannot be carried`, "Take 'fixed' from its kind.");
    return;
  }
  if (atOnce && !item.stackable && count > MAX_ITEMS_CARRIED) impossible(`nobody can carry ${count} things`, `At most ${MAX_ITEMS_CARRIED}, or let the kind be stackable.`);
  if (atOnce && item.weight_g * count > MAX_WEIGHT_CARRIED_G) impossible(`nobody can carry ${item.weight_g * count} g`, `At most ${MAX_WEIGHT_CARRIED_G}.`);
  if (survey.report.doubts("sources")) return;
  const most = obtainable(survey, kind);
  if (most === 0) impossible(`nobody can get '${kind}'`, "Put it in a room or a shop, or let a quest give it.");
  else if (most < count) impossible(`it takes ${count} of '${kind}' and there are ${most}`, "Lower the count, or give one of them a respawn_s.");
}

function checkUse(survey: Survey, use: NonNullable<RawStep["use"]>, impossible: Impossible): void {
  const item = survey.raw.items.entries.get(use.kind)?.value;
  if (item === undefined) return;
  if (item.use === undefined && !item.light) {
    impossible(`'${use.kind}' has no use`, "Give its kind a use: {text: ...}, or let it be a light.");
  } else if (!item.light && item.use?.room !== undefined && use.room !== undefined && item.use.room !== use.room) {
    impossible(`'${use.kind}' works only in '${item.use.room}'`, `Write room: ${item.use.room}.`);
  } else if (!survey.report.doubts("sources") && !isFixed(survey, use.kind) && obtainable(survey, use.kind) === 0) {
    impossible(`nobody can get '${use.kind}'`, "Put it in a room or a shop, or let a quest give it.");
  }
}
