/** rooms.yaml: one room. */
import { z } from "zod";
import { MAX_STACK } from "../../limits.ts";
import { conditional, id, label, lines, MAX_ENTRIES, text, title, whole, word } from "./common.ts";

const INITIALLY = ["open", "closed", "locked"] as const;
/** Seconds until something is back: at most thirty days. */
const respawnS = whole(1, 30 * 86_400);

const door = z.strictObject({
  id,
  name: title,
  keywords: z.array(word).min(1).max(20).optional(),
  key: id.optional(),
  initially: z.enum(INITIALLY).default("closed"),
});

const exit = z.strictObject({
  to: id,
  aliases: z.array(label).max(20).default([]),
  /** A text names a door that another exit defines. */
  door: z.union([id, door]).optional(),
  hidden: z.boolean().default(false),
  description: text.optional(),
  leave_text: text.optional(),
});

const npcSpawn = z.strictObject({ kind: id, id: id.optional(), count: whole(1, 50).default(1) });

/** A thing that lies somewhere at first, with what is inside it. */
export interface RawItemSpawn {
  kind: string;
  id?: string | undefined;
  quantity: number;
  respawn_s?: number | undefined;
  contains: RawItemSpawn[];
}
interface ItemSpawnInput {
  kind: string;
  id?: string | undefined;
  quantity?: number | undefined;
  respawn_s?: number | undefined;
  contains?: ItemSpawnInput[] | undefined;
}
const itemSpawn: z.ZodType<RawItemSpawn, ItemSpawnInput> = z.lazy(() => z.strictObject({
  kind: id,
  id: id.optional(),
  quantity: whole(1, MAX_STACK).default(1),
  respawn_s: respawnS.optional(),
  contains: z.array(itemSpawn).max(200).default([]),
}));

/** Far beyond any map that can be drawn. */
const coordinate = whole(-10_000, 10_000);

export const room = z.strictObject({
  title,
  description: text,
  variants: z.array(conditional).max(50).default([]),
  indoors: z.boolean().default(false),
  dark: z.boolean().default(false),
  no_wander: z.boolean().default(false),
  post_office: z.boolean().default(false),
  at: z.strictObject({ x: coordinate, y: coordinate, z: coordinate.default(0) }).optional(),
  details: z.array(z.strictObject({ keywords: z.array(word).min(1).max(20), text })).max(100).default([]),
  ambience: lines,
  exits: z.record(label, z.union([id.transform((to) => exit.parse({ to })), exit])).default({}),
  npcs: z.array(npcSpawn).max(MAX_ENTRIES).default([]),
  items: z.array(itemSpawn).max(MAX_ENTRIES).default([]),
});

export type RawRoom = z.output<typeof room>;
export type RawExit = z.output<typeof exit>;
export type RawDoor = z.output<typeof door>;
