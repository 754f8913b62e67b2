/** quests.yaml: one quest. */
import { z } from "zod";
import { MAX_COINS, MAX_STACK } from "../../limits.ts";
import { id, label, phrase, stack, text, title, whole } from "./common.ts";

/** What ends a step: each step has exactly one of these. */
export const TRIGGERS = ["visit", "fetch", "deliver", "talk", "use"] as const;

const count = whole(1, MAX_STACK).default(1);
const stacks = z.array(stack).max(60).default([]);

const step = z.strictObject({
  id: label,
  text,
  visit: id.optional(),
  fetch: z.strictObject({ kind: id, count }).optional(),
  deliver: z.strictObject({ kind: id, npc: id, count }).optional(),
  talk: z.strictObject({ npc: id, words: z.array(phrase).max(40).default([]) }).optional(),
  use: z.strictObject({ kind: id, room: id.optional() }).optional(),
  done_text: text.optional(),
  gives: stacks,
}).refine((value) => TRIGGERS.filter((trigger) => value[trigger] !== undefined).length === 1, { message: "one-trigger" });

export const quest = z.strictObject({
  name: title,
  giver: id,
  summary: text,
  requires: z.array(id).max(50).default([]),
  start_gives: stacks,
  steps: z.array(step).min(1).max(100),
  rewards: z.strictObject({ coins: whole(0, MAX_COINS).default(0), items: stacks }).prefault({}),
  done_text: text.optional(),
});

export type RawQuest = z.output<typeof quest>;
export type RawStep = z.output<typeof step>;
