import type { MessageType } from "../../sdk/index.ts";

/** Texts up to this long are spoken as they are. */
const LONG_CHARS = 160;
/** What somebody is told of a long text at most. */
const BRIEF_CHARS = 120;

/** Long by nature, and the same again each time one comes by. */
const CUT_SHORT: ReadonlySet<MessageType> = new Set<MessageType>(["room_description", "ambiance", "npc", "action", "move"]);

/**
 * What is spoken in place of a long text that came by itself; undefined when it is spoken in full. What somebody asked
 * for (`look`, `read`, `help`) is never cut short.
 */
export function briefOf(message: string, type: MessageType, askedFor: boolean): string | undefined {
  if (askedFor || message.length <= LONG_CHARS || !CUT_SHORT.has(type)) return undefined;
  const sentence = /^.*?[.!?]["'”]?(?=\s)/s.exec(message)?.[0] ?? "";
  if (sentence !== "" && sentence.length <= BRIEF_CHARS) return sentence;
  const words = message.slice(0, BRIEF_CHARS).replace(/\s+\S*$/, "");
  return `${words}\u2026`;
}

/** Commands that ask for a text: their answer is spoken in full. */
export const asksForText = (command: string): boolean => /^(l|lo|loo|look|ex\w*|x|read|help|\?|scan)\b/i.test(command.trim());
