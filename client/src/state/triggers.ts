import { isFields, isText, listOf, oneOf } from "./kept.ts";

export const TRIGGER_ACTIONS = ["highlight", "gag", "notify"] as const;
export type TriggerAction = (typeof TRIGGER_ACTIONS)[number];

/** What to do with lines that contain a text, or match a pattern. */
export interface Trigger {
  text: string;
  /** The text is a regular expression. */
  pattern: boolean;
  action: TriggerAction;
}

export const MAX_TRIGGERS = 100;
/** Only so much of a line is looked at: a pattern must not hold the page up. */
const MAX_TESTED_CHARS = 600;
const MAX_PATTERN_CHARS = 200;

export interface Verdict {
  highlight: boolean;
  gag: boolean;
  notify: boolean;
}
export const NO_VERDICT: Verdict = { highlight: false, gag: false, notify: false };

export function readTriggers(value: unknown): Trigger[] {
  return listOf(value).flatMap((it) => {
    if (!isFields(it) || !isText(it.text) || it.text.trim() === "" || it.text.length > MAX_PATTERN_CHARS) return [];
    return [{ text: it.text, pattern: it.pattern === true, action: oneOf(it.action, TRIGGER_ACTIONS, "highlight") }];
  }).slice(0, MAX_TRIGGERS);
}

/** What is wrong with a trigger, for whoever writes it; undefined when nothing is. */
export function whatIsWrong({ text, pattern }: Trigger): string | undefined {
  if (text.trim() === "") return "Say what to look for.";
  if (text.length > MAX_PATTERN_CHARS) return `At most ${MAX_PATTERN_CHARS} characters.`;
  return pattern && compile(text) === undefined ? "This is no regular expression." : undefined;
}

function compile(text: string): RegExp | undefined {
  try {
    return new RegExp(text, "iu");
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** A set of triggers made ready: what each line is to them. */
export function triggerTest(triggers: readonly Trigger[]): (message: string) => Verdict {
  const tests = triggers.flatMap(({ text, pattern, action }) => {
    const words = text.toLowerCase();
    const found = pattern ? compile(text) : { test: (message: string) => message.toLowerCase().includes(words) };
    return found === undefined ? [] : [{ found, action }];
  });
  if (tests.length === 0) return () => NO_VERDICT;
  return (message) => {
    const tested = message.slice(0, MAX_TESTED_CHARS);
    const actions = new Set(tests.filter(({ found }) => found.test(tested)).map(({ action }) => action));
    if (actions.size === 0) return NO_VERDICT;
    return { highlight: actions.has("highlight") || actions.has("notify"), gag: actions.has("gag"), notify: actions.has("notify") };
  };
}
