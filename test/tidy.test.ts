/** What this project keeps to and no compiler checks: who may import whom, calls with one home, sizes, names. */
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { at, parseSource, sourceFiles, visit, type SourceFile } from "./support/source-tree.ts";

const everything = sourceFiles("src", "rooms", "schema", "client", "loadtest", "test");
const code = everything.filter((file) => !file.isTest);
const server = code.filter((file) => /^(src|rooms|schema)\//.test(file.path));
const inDirectory = (directory: string) => code.filter((file) => file.path.startsWith(`${directory}/`));

/**
 * Dependencies point inward. Per part: our own files it may import (by how their path begins), and whether packages
 * and Node's modules are open to it. `types`: may be imported as types only.
 */
interface Rule {
  readonly own: readonly string[];
  readonly types?: readonly string[];
  readonly packages: "all" | readonly string[];
}
/** Leaves that any part with a life outside the rules may use. */
const LEAVES = ["src/limits.ts", "src/churn.ts", "src/timers.ts", "src/telemetry/tracing.ts"];
const RULES: Readonly<Record<string, Rule>> = {
  "src/engine/": { own: ["src/engine/", "src/limits.ts"], packages: [] },
  "src/protocol/": { own: ["src/protocol/", "src/limits.ts"], packages: ["zod"] },
  "src/text/": { own: ["src/text/", "src/engine/", "src/protocol/", "src/limits.ts"], packages: [] },
  "src/content/": { own: ["src/content/", "src/engine/", "src/protocol/", "src/limits.ts"], packages: "all" },
  "src/runtime/": { own: ["src/runtime/", "src/engine/", "src/text/", "src/protocol/", "src/limits.ts", "src/churn.ts", "src/telemetry/tracing.ts"], types: ["src/log.ts"], packages: "all" },
  "src/persistence/": { own: ["src/persistence/", "src/runtime/ports.ts", "src/engine/", "src/protocol/", ...LEAVES], types: ["src/log.ts", "src/session/account-store.ts"], packages: "all" },
  "src/jobs/": { own: ["src/jobs/", "src/persistence/", "src/runtime/ports.ts", "src/engine/", "src/protocol/", ...LEAVES], types: ["src/log.ts"], packages: "all" },
  "src/cluster/": { own: ["src/cluster/", "src/runtime/ports.ts", "src/persistence/new-id.ts", "src/engine/", "src/protocol/", ...LEAVES], types: ["src/log.ts", "src/persistence/", "src/runtime/"], packages: "all" },
  "src/session/": { own: ["src/session/", "src/runtime/ports.ts", "src/engine/", "src/protocol/", ...LEAVES], types: ["src/log.ts"], packages: "all" },
  "src/http/": { own: ["src/http/", "src/session/", "src/protocol/", "src/telemetry/", "src/log.ts", ...LEAVES], packages: "all" },
  "src/telemetry/": { own: ["src/telemetry/", "src/protocol/", "src/log.ts", ...LEAVES], packages: "all" },
  "schema/": { own: ["schema/", "src/engine/", "src/limits.ts"], packages: ["@colyseus/schema"] },
  "rooms/": { own: ["rooms/", "schema/", "src/runtime/", "src/engine/", "src/protocol/", "src/session/", ...LEAVES], types: ["src/log.ts"], packages: "all" },
  "client/": { own: ["client/", "src/protocol/", "src/limits.ts"], packages: "all" },
  "loadtest/": { own: ["loadtest/", "client/sdk/", "test/support/", "src/content/load.ts", "src/protocol/", "src/limits.ts"], packages: "all" },
};

describe("imports point inward", () => {
  test.each(Object.keys(RULES))("%s", (part) => {
    expect(wrongImports(part, code)).toEqual([]);
  });

  test("every directory has a rule", () => {
    const ruled = Object.keys(RULES);
    expect(code.map((file) => file.path).filter((path) => path.split("/").length > 2 && !ruled.some((part) => path.startsWith(part)))).toEqual([]);
  });
});

/** A command for a terminal puts parts together, as main.ts does. */
const isCommand = (file: SourceFile): boolean => file.path.endsWith("-cli.ts");

function wrongImports(part: string, files: readonly SourceFile[]): string[] {
  const rule = RULES[part]!;
  return files.filter((file) => file.path.startsWith(part) && !isCommand(file)).flatMap((file) =>
    file.imports
      .filter(({ target, own, typeOnly }) => !(own
        ? [...rule.own, ...(typeOnly ? (rule.types ?? []) : [])].some((prefix) => target.startsWith(prefix))
        : rule.packages === "all" || rule.packages.includes(target)))
      .map(({ target, typeOnly }) => `${file.path} imports ${typeOnly ? "the types of " : ""}${target}`));
}

/** `name(…)` or `object.name`, wherever it stands in code (not in text or comments). */
function uses(files: readonly SourceFile[], ...names: string[]): string[] {
  return files.flatMap((file) => {
    const found: string[] = [];
    visit(file.tree, (node) => {
      if (ts.isPropertyAccessExpression(node) && names.includes(`${node.expression.getText()}.${node.name.text}`)) found.push(`${at(file, node)} ${node.getText()}`);
      if (ts.isPropertyAccessExpression(node) && names.includes(`${node.expression.getText()}.*`)) found.push(`${at(file, node)} ${node.getText()}`);
      if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && names.includes(node.expression.text)) found.push(`${at(file, node)} ${node.expression.text}`);
      if (ts.isNewExpression(node) && node.arguments?.length === 0 && names.includes(`new ${node.expression.getText()}`)) found.push(`${at(file, node)} ${node.getText()}`);
    });
    return found;
  });
}

describe("calls that have one home", () => {
  test("timers start in src/timers.ts, which knows how to stop them", () => {
    const files = server.filter((file) => file.path !== "src/timers.ts");
    expect(uses(files, "setTimeout", "setInterval")).toEqual([]);
    expect(files.filter((file) => file.imports.some(({ target }) => /^(node:)?timers/.test(target))).map((file) => file.path)).toEqual([]);
  });

  test("the rules of the world have no clock, no chance, no system and no waiting", () => {
    const engine = inDirectory("src/engine");
    expect(engine.length).toBeGreaterThan(10);
    expect(uses(engine, "Date.now", "new Date", "Math.random", "process.*", "performance.*", "crypto.*", "queueMicrotask", "setImmediate", "fetch")).toEqual([]);
    const waiting = engine.flatMap((file) => {
      const found: string[] = [];
      visit(file.tree, (node) => {
        if (node.kind === ts.SyntaxKind.AsyncKeyword || node.kind === ts.SyntaxKind.AwaitExpression) found.push(at(file, node));
      });
      return found;
    });
    expect(waiting).toEqual([]);
  });

  test("the server speaks through its log; only commands for a terminal print", () => {
    const files = server.filter((file) => file.path !== "src/start.ts" && !file.path.endsWith("-cli.ts"));
    expect(uses(files, "console.*", "process.stdout.write", "process.stderr.write")).toEqual([]);
  });
});

test("no failure is dropped without a word", () => {
  expect(droppedFailures(code)).toEqual([]);
});

function droppedFailures(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => {
    const found: string[] = [];
    visit(file.tree, (node) => {
      if (ts.isCatchClause(node) && node.block.statements.length === 0) found.push(`${at(file, node)} empty catch`);
      if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression) && node.expression.name.text === "catch" && isEmptyFunction(node.arguments[0])) {
        if (isDiscarded(node)) found.push(`${at(file, node)} .catch that does nothing and does not say why`);
      }
    });
    return found;
  });
}

/** A statement by itself, without a comment above it. */
function isDiscarded(call: ts.CallExpression): boolean {
  const statement = ts.isVoidExpression(call.parent) ? call.parent.parent : call.parent;
  if (!ts.isExpressionStatement(statement)) return false;
  return ts.getLeadingCommentRanges(statement.getSourceFile().text, statement.getFullStart()) === undefined;
}

/** `() => {}`, `() => undefined`, `() => null`: one that ignores the error and says nothing in its place. */
function isEmptyFunction(node: ts.Expression | undefined): boolean {
  if (node === undefined || !ts.isArrowFunction(node) || node.parameters.length > 0) return false;
  return (ts.isBlock(node.body) && node.body.statements.length === 0) || node.body.getText() === "undefined" || node.body.kind === ts.SyntaxKind.NullKeyword;
}

describe("files", () => {
  test("have at most 400 lines", () => {
    // The list of bounds is read by looking a name up; it is in one place however long it gets.
    expect(code.filter((file) => file.path !== "src/limits.ts").map((file) => ({ path: file.path, lines: file.text.split("\n").length })).filter(({ lines }) => lines > 401)).toEqual([]);
  });

  test("are named in kebab-case; classes of Colyseus and React components as what they hold", () => {
    const odd = everything.map((file) => file.path).filter((path) => {
      const name = path.slice(path.lastIndexOf("/") + 1);
      const mayBePascal = path.startsWith("rooms/") || path.startsWith("schema/") || path.endsWith(".tsx");
      return !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)*\.tsx?$/.test(name) && !(mayBePascal && /^[A-Z][A-Za-z0-9]*(\.test)?\.tsx?$/.test(name));
    });
    expect(odd).toEqual([]);
  });

  test("know no directory of the machine they were written on", () => {
    const machine = /(?<![\w.])\/(work|root|home|Users)\/|(?<![\w.])\/tmp\//;
    expect(code.flatMap((file) => file.text.split("\n").flatMap((line, i) => (machine.test(line) ? [`${file.path}:${i + 1}`] : [])))).toEqual([]);
  });

  test("are all used", () => {
    const used = new Set(everything.flatMap((file) => file.imports.filter(({ own }) => own).map(({ target }) => target)));
    const named = everything.flatMap((file) => namesIn(file));
    const isEntry = (path: string): boolean => path === "src/main.ts" || path.endsWith("-cli.ts") || /^loadtest\/[^/]+$/.test(path) || /\/(main\.tsx|index\.ts|vite\.config\.ts)$/.test(path);
    const dead = code.map((file) => file.path).filter((path) => !used.has(path) && !isEntry(path) && !path.endsWith(".d.ts") && !named.some((name) => path.endsWith(`/${name}`)));
    expect(dead).toEqual([]);
  });
});

describe("these checks see what they look for", () => {
  const bad = parseSource("src/engine/bad.ts", `
    import { readFile } from "node:fs/promises";
    import type { Log } from "../log.ts";
    export { x } from "../http/app.ts";
    const later = await import("express");
    // Date.now() in a comment and "setTimeout(" in a text are nothing
    setTimeout(() => console.log(Date.now(), new Date(), process.env), 1);
    try { run(); } catch {}
    run().catch(() => {});
    void run().catch(() => undefined);
    // It is gone already.
    void run().catch(() => undefined);
    this.done = run().catch(() => undefined);
  `);

  test("imports of every form", () => {
    expect(wrongImports("src/engine/", [bad])).toEqual([
      "src/engine/bad.ts imports node:fs", "src/engine/bad.ts imports the types of src/log.ts", "src/engine/bad.ts imports src/http/app.ts", "src/engine/bad.ts imports express",
    ]);
    expect(wrongImports("src/session/", [parseSource("src/session/x.ts", 'import { type Log } from "../log.ts"; import { createLog } from "../log.ts";')])).toEqual(["src/session/x.ts imports src/log.ts"]);
  });

  test("calls, and failures that are dropped", () => {
    const line = 7;
    expect(uses([bad], "setTimeout", "Date.now", "new Date", "console.*", "process.*")).toEqual(
      ["setTimeout", "console.log", "Date.now", "new Date()", "process.env"].map((name) => `src/engine/bad.ts:${line} ${name}`));
    expect(droppedFailures([bad]).map((found) => found.slice(0, "src/engine/bad.ts:10".length).trim())).toEqual(["src/engine/bad.ts:8", "src/engine/bad.ts:9", "src/engine/bad.ts:10"]);
  });
});

/** Names of files in `new URL("./worker.ts", import.meta.url)`. */
function namesIn(file: SourceFile): string[] {
  const found: string[] = [];
  visit(file.tree, (node) => {
    if (ts.isStringLiteral(node) && /^\.{1,2}\/[\w./-]+\.tsx?$/.test(node.text) && ts.isNewExpression(node.parent)) found.push(node.text.slice(node.text.lastIndexOf("/") + 1));
  });
  return found;
}
