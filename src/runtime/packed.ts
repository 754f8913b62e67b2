/**
 * Values that are kept for a while and hardly ever read: each as one string, with one character for each byte. As objects they would take three
 * times the memory, and the collector would have to go through them all; as small buffers each would hold the 64 kB that it was cut from
 * (Buffer.poolSize of Node 24). Names of fields are not in it: they are known to this process alone, and so is what is packed.
 */
import { Packr } from "msgpackr";
import { MAX_PACKED_SHAPES } from "../limits.ts";

/** What `pack` made of a T. */
export type Packed<T> = string & { readonly packed: T };

const packr = new Packr({ structures: [], maxSharedStructures: MAX_PACKED_SHAPES });

/** Of objects as JSON has them. */
export const pack = <T extends object>(value: T): Packed<T> => packr.pack(value).toString("latin1") as Packed<T>;

/** A new one each time. */
export const unpack = <T extends object>(packed: Packed<T>): T => packr.unpack(Buffer.from(packed, "latin1")) as T;
