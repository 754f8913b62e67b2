/** world.yaml, climates.yaml, socials.yaml, help.yaml and area.yaml. */
import { z } from "zod";
import { WEATHERS } from "../../engine/content.ts";
import { MAX_COINS } from "../../limits.ts";
import { id, intervalS, label, lines, stack, text, title, whole, word } from "./common.ts";

const MONTHS = ["Deepwinter", "Thawing", "Sowing", "Blossom", "Greening", "Highsun", "Haymaking", "Harvest", "Gathering", "Leaffall", "Mists", "Longnight"];
const WEEKDAYS = ["Moonday", "Tideday", "Woodday", "Fireday", "Stoneday", "Starday", "Sunday"];

const calendar = z.strictObject({
  // Below two minutes a phase of the day would pass while a player reads one room.
  day_minutes: whole(2, 7 * 1440).default(60),
  days_per_month: whole(1, 100).default(30),
  months: z.array(title).min(4).max(12).default(MONTHS),
  weekdays: z.array(title).min(1).max(14).default(WEEKDAYS),
  year_at_epoch: whole(-100_000, 100_000).default(1),
});

export const world = z.strictObject({
  name: title,
  tagline: z.string().trim().max(200).default(""),
  seed: whole(0, Number.MAX_SAFE_INTEGER).default(1),
  start: id,
  safe: id,
  start_coins: whole(0, MAX_COINS).default(0),
  start_items: z.array(stack).max(60).default([]),
  welcome: text.optional(),
  channels: z.array(z.strictObject({ name: label, description: text })).max(20)
    .default([{ name: "chat", description: "Talk about anything." }]),
  calendar: calendar.prefault({}),
});

export const area = z.strictObject({
  name: title,
  climate: id,
  ambience_every_s: intervalS.default(90),
  ambience: lines,
});

const weights = z.partialRecord(z.enum(WEATHERS), z.number().min(0).max(1000));
/** Seasons are optional here so that a missing one is reported as what it is: a season without weather. */
export const climate = z.strictObject({
  spring: weights.default({}), summer: weights.default({}), autumn: weights.default({}), winter: weights.default({}),
});

export const social = z.strictObject({
  alone: z.strictObject({ actor: text, others: text }),
  targeted: z.strictObject({ actor: text, target: text, others: text }).optional(),
});

export const help = z.strictObject({ keywords: z.array(word).max(30).default([]), text });

export type RawWorldFile = z.output<typeof world>;
export type RawArea = z.output<typeof area>;
export type RawClimate = z.output<typeof climate>;
export type RawSocial = z.output<typeof social>;
export type RawHelp = z.output<typeof help>;
