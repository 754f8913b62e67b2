/** All checks that look beyond one entry. */
import type { Report } from "../mistake.ts";
import type { Placed } from "../placed.ts";
import type { RawWorld } from "../raw-world.ts";
import { checkExits } from "./exits.ts";
import { checkItems } from "./items.ts";
import { checkLocks } from "./locks.ts";
import { checkNpcs } from "./npcs.ts";
import { checkPlay } from "./play.ts";
import { checkQuests } from "./quests.ts";
import { checkReach } from "./reach.ts";
import { checkReferences } from "./references.ts";
import { checkSettings } from "./settings.ts";
import { surveyOf } from "./survey.ts";
import { checkTexts } from "./texts.ts";
import { warn } from "./warnings.ts";

/**
 * Runs every check; what is wrong goes to the report. The order matters: what an earlier check leaves in
 * doubt, a later one does not judge.
 */
export function checkWorld(raw: RawWorld, placed: Placed, report: Report): void {
  const survey = surveyOf(raw, placed, report);
  checkTexts(survey);
  checkSettings(survey);
  checkReferences(survey);
  checkExits(survey);
  checkReach(survey);
  checkNpcs(survey);
  checkQuests(survey);
  checkItems(survey);
  checkLocks(survey);
  checkPlay(survey);
  warn(survey);
}
