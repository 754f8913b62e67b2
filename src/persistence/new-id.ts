/**
 * Ids that sort by the time they were made: 10 characters of milliseconds, 16 of chance (80 bits), in lower-case
 * Crockford base 32. Within one process every id is greater than the one before, whatever the clock does.
 */
import { randomBytes } from "node:crypto";
import type { IdSource } from "../engine/context.ts";
import type { ItemId } from "../engine/ids.ts";

const DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
const TIME_CHARS = 10;
/** Eight digits, or five bytes. */
const HALF = 2 ** 40;
const HALF_BYTES = 5;
/** Two digits at a time. */
const PAIRS = Array.from({ length: 1024 }, (_, value) => DIGITS[value >> 5]! + DIGITS[value & 31]!);

/** Makes the ids of one source. `nowMs` is for tests. */
export function idMaker(nowMs: () => number = Date.now): () => string {
  let lastMs = 0;
  let time = "";
  // Of 80 bits of chance, the upper and the lower 40: whole numbers that are exact.
  let high = 0;
  let low = 0;
  const moveTo = (ms: number): void => {
    lastMs = ms;
    time = eightDigits(Math.floor(ms / HALF)).slice(16 - TIME_CHARS) + eightDigits(ms % HALF);
    high = chance(HALF_BYTES).readUIntBE(0, HALF_BYTES);
    low = chance(HALF_BYTES).readUIntBE(0, HALF_BYTES);
  };
  return () => {
    const ms = nowMs();
    if (ms > lastMs) moveTo(ms);
    else {
      // The same millisecond, or a clock set back: count on from the last id, so that ids never fall. A carry out of
      // 80 bits goes into the time.
      low += 1 + chance(1)[0]!;
      if (low >= HALF) {
        low -= HALF;
        high += 1;
        if (high >= HALF) moveTo(lastMs + 1);
      }
    }
    return time + eightDigits(high) + eightDigits(low);
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

function chance(count: number): Buffer {
  if (used + count > pool.length) {
    pool = randomBytes(POOL_BYTES);
    used = 0;
  }
  used += count;
  return pool.subarray(used - count, used);
}

function eightDigits(value: number): string {
  const upper = Math.floor(value / 2 ** 20);
  const lower = value % 2 ** 20;
  return PAIRS[upper >> 10]! + PAIRS[upper & 1023]! + PAIRS[lower >> 10]! + PAIRS[lower & 1023]!;
}
