/** One YAML file, parsed, with the line of everything in it. */
import type { Document, Node, Pair } from "yaml";
import { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, visit } from "yaml";
import type { Place, Report } from "./mistake.ts";

/** Where something stands in a file: keys of maps and indexes of lists. */
export type Path = readonly (string | number)[];

/** How far aliases (`*name`) may unfold: nobody needs more, and a few lines must not grow into gigabytes. */
const MAX_ALIASES = 100;
/** What YAML says about everything after a slip. */
const CONSEQUENCES: ReadonlySet<string> = new Set(["BAD_INDENT", "MISSING_CHAR", "UNEXPECTED_TOKEN", "IMPOSSIBLE"]);

/** A file that was read. */
export class SourceFile {
  readonly name: string;
  /** What it says, as plain data; null for an empty file, and for one whose YAML cannot be understood. */
  readonly data: unknown;
  readonly #document: Document.Parsed | null;
  readonly #lines: LineCounter;

  constructor(name: string, data: unknown, document: Document.Parsed | null, lines: LineCounter) {
    this.name = name;
    this.data = data;
    this.#document = document;
    this.#lines = lines;
  }

  /** Its YAML cannot be understood. */
  get isBroken(): boolean {
    return this.#document === null;
  }

  /** The place of what is at `path`; where there is nothing (a missing key), of what should hold it. */
  at(path: Path): Place {
    return { file: this.name, line: this.#lineOf(path) };
  }

  #lineOf(path: Path): number {
    let node: unknown = this.#document?.contents ?? null;
    let offset = 0;
    for (const step of path) {
      if (isAlias(node) && this.#document !== null) node = node.resolve(this.#document);
      const found = childAt(node, step);
      if (found === null) break;
      offset = found.offset;
      node = found.node;
    }
    // linePos answers line 0 for a file without a line break before the offset was counted.
    return Math.max(1, this.#lines.linePos(offset).line);
  }
}

/** Parses a file's text; what YAML itself finds wrong goes to the report. */
export function parseSource(name: string, text: string, report: Report): SourceFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const placeOf = (offset: number): Place => ({ file: name, line: Math.max(1, lines.linePos(offset).line) });
  let broken = false;
  let lastLine = 0;
  const errors = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  for (const error of errors) {
    const place = placeOf(error.pos[0]);
    if (error.code === "DUPLICATE_KEY") {
      reportDuplicate(document, error.pos[0], place, lines, report);
    } else {
      // YAML often says several things about one slip: on its line, and about the indentation of what follows.
      if (place.line === lastLine || (broken && CONSEQUENCES.has(error.code))) continue;
      broken = true;
      lastLine = place.line;
      report.unreadable(place, `this is not valid YAML: ${firstLine(error.message)}`, hintForYaml(error.code));
    }
  }
  visit(document, {
    Pair(_, pair) {
      if (isScalar(pair.key) || isAlias(pair.key)) return;
      broken = true;
      report.unreadable(placeOf(offsetOf(pair.key)), "a key must be a word", "A text with '{', '[' or '?' at its beginning must stand in quotes.");
    },
    Alias(_, alias) {
      if (alias.resolve(document) !== undefined) return;
      broken = true;
      report.unreadable(placeOf(offsetOf(alias)), `there is no anchor '${alias.source}'`, "A text that begins with '*' must stand in quotes.");
    },
  });
  if (broken) return new SourceFile(name, null, null, lines);
  try {
    return new SourceFile(name, document.toJS({ maxAliasCount: MAX_ALIASES }), document, lines);
  } catch (error) {
    // What YAML throws when aliases unfold too far.
    if (!(error instanceof ReferenceError)) throw error;
    report.unreadable({ file: name, line: 1 }, "this file repeats too much by aliases", `At most ${MAX_ALIASES} times in all.`);
    return new SourceFile(name, null, null, lines);
  }
}

function childAt(node: unknown, step: string | number): { node: Node | null; offset: number } | null {
  if (isMap(node)) {
    const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step));
    return pair === undefined ? null : { node: (pair as Pair<unknown, Node | null>).value, offset: offsetOf(pair.key) };
  }
  if (isSeq(node) && typeof step === "number") {
    const item = node.items[step];
    if (item === undefined) return null;
    return { node: isPair(item) ? null : (item as Node), offset: offsetOf(item) };
  }
  return null;
}

function offsetOf(node: unknown): number {
  return (node as Node | null)?.range?.[0] ?? 0;
}

function reportDuplicate(document: Document.Parsed, offset: number, place: Place, lines: LineCounter, report: Report): void {
  const found = twins(document.contents, offset);
  const what = found === null ? "a key appears twice in one map" : `'${found.key}' appears twice in one map`;
  const first = found === null ? null : `The first is on line ${lines.linePos(found.firstOffset).line}; remove or rename one of them.`;
  report.malformed(place, what, first);
}

/** The key that starts at `offset`, and where the same key stands before it. */
function twins(node: unknown, offset: number): { key: string; firstOffset: number } | null {
  if (isSeq(node)) {
    for (const item of node.items) {
      const found = twins(item, offset);
      if (found !== null) return found;
    }
  }
  if (!isMap(node)) return null;
  for (const pair of node.items) {
    if (isScalar(pair.key) && offsetOf(pair.key) === offset) {
      const key = pair.key.value;
      const first = node.items.find((other) => isScalar(other.key) && other.key.value === key);
      return { key: String(key), firstOffset: offsetOf(first?.key) };
    }
    const found = twins(pair.value, offset);
    if (found !== null) return found;
  }
  return null;
}

function firstLine(message: string): string {
  return (message.split("\n")[0] ?? message).replace(/[.:]\s*$/, "");
}

function hintForYaml(code: string): string | null {
  switch (code) {
    case "BLOCK_AS_IMPLICIT_KEY": return "A text with ': ' in it must stand in quotes.";
    case "TAB_AS_INDENT": return "Indent with spaces.";
    case "BAD_INDENT": return "Check the indentation and the brackets.";
    case "MULTIPLE_DOCS": return "Remove the line '---' in the middle.";
    case "MISSING_CHAR": return "Check for a missing quote, comma or bracket.";
    case "TAG_RESOLVE_FAILED": return "A text that begins with '!' must stand in quotes.";
    case "BAD_SCALAR_START":
    case "UNEXPECTED_TOKEN": return "A text that begins with a special character must stand in quotes.";
    default: return null;
  }
}
