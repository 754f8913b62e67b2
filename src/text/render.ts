/** From a message (key and params) to the line a player reads, with what in it can be clicked. */
import type { Message, MessageType, Noun, Param, Params } from "../engine/decision.ts";
import { catalog } from "./catalog.ts";

export interface Line {
  readonly text: string;
  readonly type: MessageType;
  readonly refs: readonly Noun[];
}

/** A template, taken apart: texts, and what stands between them. */
interface Template {
  readonly texts: readonly string[];
  readonly places: readonly { readonly how: How; readonly name: string }[];
}

const PLACE = /\{(?:(the|or):)?(\w+)\}/;

/** Of the catalogue, once for each key: there are only so many. */
const templates = new Map<string, Template>();

function templateOf(text: string): Template {
  const parts = text.split(PLACE);
  const template: { texts: string[]; places: { how: How; name: string }[] } = { texts: [parts[0]!], places: [] };
  for (let at = 1; at < parts.length; at += 3) {
    template.places.push({ how: parts[at] as How, name: parts[at + 1]! });
    template.texts.push(parts[at + 2]!);
  }
  return template;
}

function wordsOf(message: Pick<Message, "key" | "params">): Template {
  // Prose of the world may say {actor}; what a player typed is put in as it is and never read as a template.
  if (isProse(message.key)) return templateOf(proseOf(message));
  let template = templates.get(message.key);
  if (template === undefined) {
    const text = catalog[message.key];
    if (text === undefined) throw new Error(`no words for ${message.key}`);
    template = templateOf(text);
    templates.set(message.key, template);
  }
  return template;
}

/**
 * Words a message. Placeholders: `{item}` the noun, `{the:item}` with a definite article, `{text}` a string;
 * lists become "a, b and c", or "a, b or c" with `{or:items}`. The first letter is upper case.
 * Throws when the key or a param is missing: a bug that tests find.
 */
export function render(message: Pick<Message, "key" | "params" | "type">): Line {
  const { texts, places } = wordsOf(message);
  const refs: Noun[] = [];
  let text = texts[0]!;
  for (let index = 0; index < places.length; index += 1) {
    const { how, name } = places[index]!;
    const value = message.params[name];
    if (value === undefined) throw new Error(`${message.key} lacks {${name}}`);
    text += wordParam(value, how, refs) + texts[index + 1]!;
  }
  const line = upperFirst(text);
  // A ref's text is a part of the line, also where the line begins with it.
  const [first] = refs;
  if (first !== undefined && line !== text && OPENING.exec(text)![0].length === text.indexOf(first.text)) refs[0] = { ...first, text: upperFirst(first.text) };
  return { text: line, type: message.type, refs };
}

/** `prose` shows a text as it is; `prose.actor`, `.target`, `.both` fill in nouns that a builder's text names. */
const isProse = (key: string): boolean => key.startsWith("prose.");

function proseOf(message: Pick<Message, "key" | "params">): string {
  const text = message.params["text"];
  if (typeof text !== "string") throw new Error(`${message.key} lacks {text}`);
  return text;
}

/** What stands before the colon of a placeholder. */
type How = "the" | "or" | undefined;

function wordParam(value: Param, how: How, refs: Noun[]): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  if (isList(value)) return joinList(value.map((noun) => wordNoun(noun, how, refs)), how === "or" ? "or" : "and");
  return wordNoun(value, how, refs);
}

const isList = (value: Noun | readonly Noun[]): value is readonly Noun[] => Array.isArray(value);

function wordNoun(noun: Noun, how: How, refs: Noun[]): string {
  const text = how === "the" ? withThe(noun.text) : noun.text;
  if (noun.id !== "") refs.push({ ...noun, text });
  return text;
}

/** "a lamp" becomes "the lamp"; a name stays as it is. */
export function withThe(text: string): string {
  return text.replace(/^(an?|some|one) /i, "the ");
}

/** "a", "a and b", "a, b and c". */
export function joinList(parts: readonly string[], last: "and" | "or" = "and"): string {
  if (parts.length <= 1) return parts[0] ?? "nothing";
  return `${parts.slice(0, -1).join(", ")} ${last} ${parts.at(-1)}`;
}

/** Opening quotes and brackets. */
const OPENING = /^["'“‘(]*/;
const [A, Z] = [65, 90];

/** Upper case for the first letter, also behind an opening quote. */
export function upperFirst(text: string): string {
  const first = text.charCodeAt(0);
  if (first >= A && first <= Z) return text;
  return text.replace(/^(["'“‘(]*)(\p{Ll})/u, (_, before: string, letter: string) => before + letter.toUpperCase());
}

export type { Params };
