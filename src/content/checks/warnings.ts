/** What is allowed and probably not meant. */
import { COIN_KIND } from "../../engine/content.ts";
import type { PlacedExit } from "../placed.ts";
import { didYouMean } from "../suggest.ts";
import { waysTo } from "./npcs.ts";
import { traps } from "./reach.ts";
import type { Survey } from "./survey.ts";
import { exitsOf, isDrowned, isFixed, leadsTo } from "./survey.ts";

/** Warns only about a world that is sound otherwise. */
export function warn(survey: Survey): void {
  if (survey.report.mistakes.length > 0) return;
  warnExits(survey);
  warnUnused(survey);
  warnQuests(survey);
  warnNpcs(survey);
}

function warnExits(survey: Survey): void {
  const { placed, raw, report } = survey;
  for (const exit of placed.exits) {
    const { to } = exit.value;
    if (!exit.value.hidden && to !== exit.room.id && !leadsTo(survey, to, exit.room.id)) {
      report.warning(exit.place, `the exit '${exit.name}' of '${exit.room.id}' is one-way: '${to}' has no exit back`, null);
    }
    if (exit.door === null) continue;
    const back = exitsOf(survey, to).find((other) => other.value.to === exit.room.id);
    if (back !== undefined && back.door === null) report.warning(back.place, `the exit '${back.name}' of '${to}' leads past the door '${exit.door}'`, `Write door: ${exit.door} here too.`);
  }
  for (const room of traps(survey)) {
    const entry = raw.rooms.entries.get(room);
    if (entry !== undefined) report.warning(entry.at(), `no way leads back from '${room}' to the start`, null);
  }
}

function warnUnused(survey: Survey): void {
  const { raw, placed, report } = survey;
  const lying = new Set([...placed.spawns.values()].map((spawn) => spawn.kind));
  for (const item of raw.items.entries.values()) {
    if (item.id === COIN_KIND || survey.sources.has(item.id) || lying.has(item.id)) continue;
    report.warning(item.at(), `nobody can get '${item.id}': it is in no room or shop, and no quest gives it`, null);
  }
  for (const npc of raw.npcs.entries.values()) {
    if (!survey.npcSpawns.has(npc.id)) report.warning(npc.at(), `'${npc.id}' stands in no room`, didYouMean(npc.id, survey.npcSpawns.keys(), null));
  }
}

/** A thing that lies there once serves the first player who takes it and nobody after. */
function warnQuests(survey: Survey): void {
  for (const quest of survey.raw.quests.entries.values()) {
    for (const [index, step] of quest.value.steps.entries()) {
      const kind = step.fetch?.kind ?? step.deliver?.kind ?? step.use?.kind;
      const sources = kind === undefined || isFixed(survey, kind) ? [] : survey.sources.get(kind) ?? [];
      if (sources.length > 0 && sources.every((source) => source.how === "spawn" && source.count !== Infinity)) {
        survey.report.warning(quest.at("steps", index), `'${kind}' exists once: the first who takes it keeps everybody else from the step '${step.id}'`, "Give its spawn a respawn_s.");
      }
    }
  }
}

function warnNpcs(survey: Survey): void {
  const { raw, report } = survey;
  for (const npc of raw.npcs.entries.values()) {
    const { guard, wander, patrol, dialogue } = npc.value;
    if (guard !== undefined && (wander !== undefined || patrol !== undefined)) report.warning(npc.at("guard"), `the guard '${npc.id}' walks about and leaves its exit open`, null);
    for (const [index, room] of (patrol?.route ?? []).entries()) {
      const next = patrol?.route[(index + 1) % patrol.route.length] ?? room;
      const ways = next === room ? [] : waysTo(survey, room, next);
      if (ways.length > 0 && ways.every((exit) => isShut(survey, exit))) {
        report.warning(npc.at("patrol", "route", index), `'${npc.id}' waits in '${room}' until somebody opens the door to '${next}'`, null);
      }
    }
    for (const index of dialogue.keys()) {
      if (isDrowned(dialogue, index)) report.warning(npc.at("dialogue", index), `'${npc.id}' never says this: earlier lines answer to all its words`, null);
    }
  }
  warnTrade(survey);
}

function isShut(survey: Survey, exit: PlacedExit): boolean {
  return exit.door !== null && survey.placed.doors.get(exit.door)?.value.initially !== "open";
}

/** Buying here and selling there may be meant; without end it floods the world with coins. */
function warnTrade(survey: Survey): void {
  const { raw: { npcs, items }, report } = survey;
  const shops = [...npcs.entries.values()].filter((npc) => npc.value.shop !== undefined && survey.npcSpawns.has(npc.id));
  for (const seller of shops) {
    for (const [index, { kind, price }] of (seller.value.shop?.sells ?? []).entries()) {
      for (const buyer of shops) {
        const item = items.entries.get(kind)?.value;
        const shop = buyer.value.shop;
        if (shop === undefined || item === undefined || item.quest !== undefined || !(shop.buys === "any" || shop.buys.includes(kind))) continue;
        // No shop pays more than it asks itself.
        const asks = shop.sells.find((sold) => sold.kind === kind)?.price ?? item.value;
        const pays = Math.min(asks, Math.floor((item.value * shop.buys_at_percent) / 100));
        if (pays > price) report.warning(seller.at("shop", "sells", index), `'${buyer.id}' buys '${kind}' for ${pays}, and '${seller.id}' sells it for ${price} without end`, null);
      }
    }
  }
}
