/**
 * Small integer hashes: the same numbers give the same answer in every process, for ever. Not for secrets.
 * `mix32` is "lowbias32" by Chris Wellons (https://github.com/skeeto/hash-prospector, public domain),
 * `hashText` is FNV-1a with 32 bits (http://www.isthe.com/chongo/tech/comp/fnv/, public domain) finished by it.
 */

/** Stirs the 32 bits of a number; every bit of the answer depends on every bit of it. */
export function mix32(value: number): number {
  let x = value >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

/** One 32-bit number out of several whole numbers; their order counts. Numbers above 2^32 count with all their bits. */
export function hashNumbers(...values: readonly number[]): number {
  let hash = 0x9e3779b9;
  for (const value of values) {
    hash = mix32(hash ^ (value >>> 0));
    const high = Math.floor(value / 0x1_0000_0000);
    if (high !== 0) hash = mix32(hash ^ (high >>> 0));
  }
  return hash;
}

/** One 32-bit number out of a text. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return mix32(hash);
}
