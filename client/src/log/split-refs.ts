import type { Ref } from "../../sdk/index.ts";

/** A stretch of a line: words, or words that a click can act on. */
export interface Part {
  text: string;
  command?: string;
}

/** Cuts a line at its refs: they stand in the order of the text, each is looked for behind the one before. */
export function splitRefs(message: string, refs: readonly Ref[]): Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (const { text, command } of refs) {
    const found = text === "" ? -1 : message.indexOf(text, at);
    if (found < 0 || command === undefined || command === "") continue;
    if (found > at) parts.push({ text: message.slice(at, found) });
    parts.push({ text, command });
    at = found + text.length;
  }
  if (at < message.length || parts.length === 0) parts.push({ text: message.slice(at) });
  return parts;
}
