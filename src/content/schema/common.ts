/** What all schemas share: ids, texts, words, bounded numbers. */
import { z } from "zod";
import { DAY_PHASES, SEASONS, WEATHERS } from "../../engine/content.ts";

/** Longest text of a builder, in characters: a full screen page, far below what one message may hold. */
export const MAX_TEXT_CHARS = 4000;
/** Longest name or title, in characters: it must fit in a line. */
export const MAX_TITLE_CHARS = 80;
/** Entries of any one list or map. */
export const MAX_ENTRIES = 2000;

const ID = /^[a-z][a-z0-9_]{0,62}$/;
/** What an id looks like, for hints. */
export const ID_HINT = "An id is lower case: a letter, then letters, digits and '_', at most 63.";

/** An id that a builder wrote. */
export const id = z.string().regex(ID, { message: "id" });
/** Whether a text can be an id. */
export const isId = (value: string): boolean => ID.test(value);

export const text = z.string().trim().min(1).max(MAX_TEXT_CHARS);
export const title = z.string().trim().min(1).max(MAX_TITLE_CHARS);
/** One word that a player types. */
export const word = z.string().trim().toLowerCase().regex(/^[\p{L}\p{N}][\p{L}\p{N}'-]{0,30}$/u, { message: "word" });
/** One or more words that a player says. */
export const phrase = z.string().trim().toLowerCase().regex(/^[\p{L}\p{N}][\p{L}\p{N}' -]{0,60}$/u, { message: "phrase" });
/** The name of an exit, a channel or a step. */
export const label = z.string().regex(/^[a-z][a-z0-9_-]{0,30}$/, { message: "label" });

/** A whole number within bounds. */
export const whole = (min: number, max: number) => z.int().min(min).max(max);
/** Seconds between two acts of something: not so often that it floods, at most a day. */
export const intervalS = whole(5, 86_400);

const conditions = {
  phases: z.array(z.enum(DAY_PHASES)).min(1).optional(),
  weathers: z.array(z.enum(WEATHERS)).min(1).optional(),
  seasons: z.array(z.enum(SEASONS)).min(1).optional(),
};
/** A text that holds only under conditions. */
export const conditional = z.strictObject({ text, ...conditions });
/** A text, or a text with conditions. */
export const line = z.union([text.transform((plain) => ({ text: plain })), conditional]);
/** `{kind, quantity}` of what is given. */
export const stack = z.strictObject({ kind: id, quantity: whole(1, 10_000).default(1) });
/** A map whose keys are names of exits, kinds, …; each entry is checked apart. */
export const lines = z.array(line).max(MAX_ENTRIES).default([]);

export type Conditional = z.output<typeof conditional>;
export type Stack = z.output<typeof stack>;
