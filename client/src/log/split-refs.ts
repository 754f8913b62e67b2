import type { Ref } from "../../sdk/index.ts";

/** A stretch of a line: words, or words that a click can act on. */
export interface Part {
  text: string;
  ref?: Ref & { command: string };
}

const isClickable = (ref: Ref): ref is Ref & { command: string } => ref.command !== undefined && ref.command !== "";

/** Cuts a line at its refs: they stand in the order of the text, each is looked for behind the one before. */
export function splitRefs(message: string, refs: readonly Ref[]): Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (const ref of refs) {
    const found = ref.text === "" ? -1 : message.indexOf(ref.text, at);
    if (found < 0 || !isClickable(ref)) continue;
    if (found > at) parts.push({ text: message.slice(at, found) });
    parts.push({ text: ref.text, ref });
    at = found + ref.text.length;
  }
  if (at < message.length || parts.length === 0) parts.push({ text: message.slice(at) });
  return parts;
}
