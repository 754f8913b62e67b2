/**
 * Ids that sort by the time they were made: 10 characters of milliseconds, 16 of chance (80 bits), in lower-case
 * Crockford base 32. Within one process every id is greater than the one before, whatever the clock does.
 */
import { randomBytes } from "node:crypto";
import type { IdSource } from "../engine/context.ts";
import type { ItemId } from "../engine/ids.ts";

const DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
const TIME_CHARS = 10;
const CHANCE_CHARS = 16;
const CHANCE_BYTES = 10;

/** Makes the ids of one source. `nowMs` is for tests. */
export function idMaker(nowMs: () => number = Date.now): () => string {
  let lastMs = 0;
  let chance = 0n;
  return () => {
    const ms = nowMs();
    if (ms > lastMs) {
      lastMs = ms;
      chance = randomChance();
    } else {
      // The same millisecond, or a clock set back: count on from the last id, so that ids never fall. A carry out of
      // 80 bits goes into the time.
      chance += 1n + BigInt(chanceBytes(1)[0]!);
      if (chance >> 80n !== 0n) {
        lastMs += 1;
        chance = randomChance();
      }
    }
    return base32(BigInt(lastMs), TIME_CHARS) + base32(chance, CHANCE_CHARS);
  };
}

const nextId = idMaker();

/** A new id, 26 characters; unique for ever, greater than every id this process made before. */
export const newId = (): string => nextId();

/** Ids for the things that the engine makes. */
export const itemIds: IdSource = { item: () => newId() as ItemId };

/** Chance fetched ahead: asking for a few bytes costs as much as asking for many. */
const POOL_BYTES = 2_000;
let pool = Buffer.alloc(0);
let used = 0;

function chanceBytes(count: number): Buffer {
  if (used + count > pool.length) {
    pool = randomBytes(POOL_BYTES);
    used = 0;
  }
  used += count;
  return pool.subarray(used - count, used);
}

function randomChance(): bigint {
  return BigInt(`0x${chanceBytes(CHANCE_BYTES).toString("hex")}`);
}

function base32(value: bigint, chars: number): string {
  let text = "";
  for (let rest = value, i = 0; i < chars; i += 1, rest >>= 5n) text = DIGITS[Number(rest & 31n)]! + text;
  return text;
}
