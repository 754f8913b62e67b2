/** The collector of V8 at a test's word, for what must not be kept in memory. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");

/** Collects everything now. Buffers are given back by a thread of its own some time later: wait for them. */
export const collectGarbage = runInNewContext("gc") as () => void;
