/** items.yaml: one kind of item. */
import { z } from "zod";
import { SLOTS } from "../../engine/content.ts";
import { MAX_COINS } from "../../limits.ts";
import { id, text, title, whole, word } from "./common.ts";

/** What eating or drinking changes; health and vigour run from 0 to 100. */
const effect = whole(-100, 100).default(0);

const container = z.strictObject({
  capacity: whole(1, 200),
  closable: z.boolean().default(false),
  key: id.optional(),
  initially: z.enum(["open", "closed", "locked"]).default("open"),
});

const use = z.strictObject({
  text,
  others_text: text.optional(),
  room: id.optional(),
  consumes: z.boolean().default(false),
  dismisses: id.optional(),
});

export const item = z.strictObject({
  name: title,
  plural: title.optional(),
  keywords: z.array(word).min(1).max(20).optional(),
  description: text,
  room_text: text.optional(),
  fixed: z.boolean().default(false),
  weight_g: whole(0, 10_000_000).default(500),
  value: whole(0, MAX_COINS).default(0),
  stackable: z.boolean().default(false),
  slot: z.enum(SLOTS).optional(),
  light: z.boolean().default(false),
  container: container.optional(),
  food: z.strictObject({ vigour: effect, health: effect, text: text.optional() }).optional(),
  drink: z.strictObject({ vigour: effect, health: effect, charges: whole(1, 1000).default(1), text: text.optional() }).optional(),
  read: text.optional(),
  use: use.optional(),
  quest: id.optional(),
});

export type RawItem = z.output<typeof item>;
