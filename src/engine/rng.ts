/**
 * Chance from a seed: two generators of one seed give the same numbers. The generator is sfc32 by Chris
 * Doty-Humphrey (PractRand, https://pracrand.sourceforge.net, public domain): three words and a counter, a period
 * of at least 2^32, fast in 32-bit arithmetic.
 */
import type { Rng } from "./context.ts";
import { hashNumbers, hashText } from "./hash.ts";

/** Outputs thrown away at first, so that near seeds give unlike numbers; what PractRand does. */
const WARM_UP = 15;

/** A generator of its own for every seed: a whole number, or a text such as an area's id. */
export function seededRng(seed: number | string): Rng {
  const start = typeof seed === "string" ? hashText(seed) : hashNumbers(seed);
  let a = hashNumbers(start, 1);
  let b = hashNumbers(start, 2);
  let c = hashNumbers(start, 3);
  let counter = 1;
  const next = (): number => {
    const out = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + out) | 0;
    return (out >>> 0) / 0x1_0000_0000;
  };
  for (let index = 0; index < WARM_UP; index++) next();
  return { next };
}

/** One of a list, each as likely; undefined for an empty one (which asks nothing of chance). */
export function pickOne<T>(rng: Rng, list: readonly T[]): T | undefined {
  return list.length === 0 ? undefined : list[Math.floor(rng.next() * list.length)];
}

/** A time around a mean: half of it to one and a half of it. */
export const around = (rng: Rng, mean: number): number => Math.round(mean * (0.5 + rng.next()));
