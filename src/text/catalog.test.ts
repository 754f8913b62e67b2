/** The words are complete: what the code asks for exists, gets its params, and nothing lies about unused. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { catalog } from "./catalog.ts";

const ROOT = join(import.meta.dirname, "../..");
const KEY = /^[a-z][a-z_]*(\.[a-z][a-z_-]*)+$/;
/** Rendered from a builder's text, not from the catalog. */
const PROSE = new Set(["prose.actor", "prose.target", "prose.both"]);
/** Which argument of a call is the key; the params come after it. */
const KEY_ARGUMENT: Readonly<Record<string, number>> = { toActor: 0, toOthers: 0, toTarget: 1, toCharacter: 1, toRoom: 1, say: 2, refuse: 1 };

function sources(folder: string): ts.SourceFile[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map((name) => ts.createSourceFile(join(folder, name), readFileSync(join(ROOT, folder, name), "utf8"), ts.ScriptTarget.Latest, true));
}

const engine = sources("src/engine");

function nodesIn(node: ts.Node, found: ts.Node[] = []): ts.Node[] {
  found.push(node);
  ts.forEachChild(node, (child) => void nodesIn(child, found));
  return found;
}

/** Words for the pattern of a key whose end is put in at run time: `weather.${weather}`. */
function keysLike(node: ts.TemplateExpression): string[] {
  const pattern = new RegExp(`^${[node.head.text, ...node.templateSpans.map((span) => span.literal.text)].map((part) => part.replaceAll(".", "\\.")).join("[a-z_.-]+")}$`);
  return Object.keys(catalog).filter((key) => pattern.test(key));
}

/** The literal keys an expression may be: `a ? "x.y" : "x.z"` is two. Null when it is computed otherwise. */
function literalKeys(node: ts.Expression): string[] | null {
  if (ts.isStringLiteral(node)) return [node.text];
  if (ts.isParenthesizedExpression(node)) return literalKeys(node.expression);
  if (ts.isConditionalExpression(node)) {
    const [yes, no] = [literalKeys(node.whenTrue), literalKeys(node.whenFalse)];
    return yes === null || no === null ? null : [...yes, ...no];
  }
  return null;
}

function calls(): { at: string; keys: string[] | null; params: ts.Expression | undefined }[] {
  const found: ReturnType<typeof calls> = [];
  for (const file of engine) for (const node of nodesIn(file)) {
    if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) continue;
    const position = KEY_ARGUMENT[node.expression.name.text];
    const key = position === undefined ? undefined : node.arguments[position];
    if (position === undefined || key === undefined) continue;
    const { line } = file.getLineAndCharacterOfPosition(node.getStart());
    found.push({ at: `${file.fileName}:${line + 1}`, keys: literalKeys(key), params: node.arguments[position + 1] });
  }
  return found;
}

const placeholders = (key: string): string[] => [...(catalog[key] ?? "").matchAll(/\{(?:the:|or:)?(\w+)\}/g)].map((match) => match[1]!);

describe("the catalog", () => {
  test("the scan sees the calls it is about", () => {
    expect(calls().length).toBeGreaterThan(100);
  });

  test("every key that the engine speaks of has words", () => {
    const missing: string[] = [];
    for (const file of engine) for (const node of nodesIn(file)) {
      if (!ts.isStringLiteral(node) || !KEY.test(node.text) || PROSE.has(node.text)) continue;
      if (catalog[node.text] === undefined) missing.push(`${file.fileName}: ${node.text}`);
    }
    expect(missing).toEqual([]);
  });

  test("every call gets the params that its words name", () => {
    const missing: string[] = [];
    for (const { at, keys, params } of calls()) {
      if (keys === null || (params !== undefined && !ts.isObjectLiteralExpression(params))) continue;
      // What is spread in is not known here; the transcripts of the commands meet it.
      if (params?.properties.some((property) => ts.isSpreadAssignment(property)) === true) continue;
      const given = params?.properties.map((property) => property.name?.getText() ?? "") ?? [];
      for (const key of keys) for (const name of placeholders(key)) if (!given.includes(name)) missing.push(`${at}: ${key} lacks {${name}}`);
    }
    expect(missing).toEqual([]);
  });

  test("every key is used somewhere", () => {
    const used = new Set<string>(["prose"]);
    for (const file of [...engine, ...sources("src/runtime"), ...sources("rooms")]) for (const node of nodesIn(file)) {
      if (ts.isStringLiteralLike(node)) used.add(node.text);
      if (ts.isTemplateExpression(node)) for (const key of keysLike(node)) used.add(key);
    }
    expect(Object.keys(catalog).filter((key) => !used.has(key))).toEqual([]);
  });

  test("no two files have words for one key, and none is forgotten", () => {
    const keys = sources("src/text/words").flatMap((file) => nodesIn(file).filter(ts.isPropertyAssignment).flatMap(({ name }) => (ts.isStringLiteral(name) ? [name.text] : [])));
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
    expect(keys.filter((key) => catalog[key] === undefined)).toEqual([]);
  });

  test.each(Object.entries(catalog))("%s reads as text: %s", (_, words) => {
    expect(words).toBe(words.trim());
    expect(words).not.toMatch(/ {2}|\p{Cc}/u);
    // A sentence ends as one; what ends with something put in ends as that does; a line of a list begins with its thing.
    expect(words).toMatch(/[.!?:"})]$|^(\{number\}\. )?\{item\}, /);
    expect(words.replace(/\{(?:the:|or:)?\w+\}/g, "")).not.toMatch(/[{}]/);
  });
});
