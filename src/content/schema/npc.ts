/** npcs.yaml: one kind of NPC. */
import { z } from "zod";
import { DAY_PHASES } from "../../engine/content.ts";
import { MAX_COINS } from "../../limits.ts";
import { id, intervalS, label, line, phrase, text, title, whole, word } from "./common.ts";

const said = z.array(text).min(1).max(100);
const rooms = z.array(id).min(1).max(200);

const dialogue = z.strictObject({
  words: z.array(phrase).min(1).max(40),
  reply: said,
  gives: id.optional(),
  when: z.strictObject({ quest: id, state: z.enum(["new", "active", "done"]) }).optional(),
});

const shop = z.strictObject({
  sells: z.array(z.strictObject({ kind: id, price: whole(1, MAX_COINS) })).max(200).default([]),
  buys: z.union([z.literal("any"), z.array(id).max(500)]).default([]),
  buys_at_percent: whole(0, 100).default(50),
  opens: z.array(z.enum(DAY_PHASES)).default([]),
});

const guard = z.strictObject({
  exit: label,
  pass_item: id.optional(),
  pass_quest: z.strictObject({ quest: id, state: z.enum(["active", "done"]).default("done") }).optional(),
  refusal: text.default("shakes their head and does not let you pass."),
});

export const npc = z.strictObject({
  name: title,
  keywords: z.array(word).min(1).max(20).optional(),
  description: text,
  room_text: text.optional(),
  respawn_s: whole(1, 30 * 86_400).default(300),
  wander: z.strictObject({ every_s: intervalS.default(60), rooms: z.union([z.literal("area"), rooms]).default("area") }).optional(),
  patrol: z.strictObject({ every_s: intervalS.default(60), route: z.array(id).min(2).max(200) }).optional(),
  greet: z.strictObject({ cooldown_s: intervalS.default(600), lines: said }).optional(),
  chatter: z.strictObject({ every_s: intervalS.default(90), lines: z.array(line).min(1).max(200) }).optional(),
  dialogue: z.array(dialogue).max(200).default([]),
  puzzled: z.array(text).max(50).default([]),
  shop: shop.optional(),
  guard: guard.optional(),
});

export type RawNpc = z.output<typeof npc>;
