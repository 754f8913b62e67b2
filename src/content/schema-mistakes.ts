/** What zod finds, in words a builder understands, at the line where it stands. */
import type { z } from "zod";
import type { Report } from "./mistake.ts";
import { ID_HINT } from "./schema/common.ts";
import type { Path, SourceFile } from "./source-file.ts";
import { didYouMean, nearest } from "./suggest.ts";

type Issue = z.core.$ZodIssue;

/** Where a value of a schema was read from. */
export interface Origin {
  readonly file: SourceFile;
  readonly path: Path;
}

/** Checks a value; mistakes go to the report. Null: it cannot be used at all. */
export function readAs<Schema extends z.ZodType>(schema: Schema, origin: Origin, report: Report): z.output<Schema> | null {
  const value = withoutEmpty(valueAt(origin.file.data, origin.path));
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.flatMap(pickBranch);
  for (const issue of withoutMistyped(issues, schema)) reportIssue(issue, schema, origin, report);
  // Unknown keys alone need not hide what else is wrong with the entry: it is read without them.
  if (!issues.every((issue) => issue.code === "unrecognized_keys")) return null;
  const rest = structuredClone(value);
  for (const issue of issues) {
    const holder = valueAt(rest, issue.path as Path);
    if (issue.code === "unrecognized_keys") for (const key of issue.keys) delete (holder as Record<string, unknown>)[key];
  }
  const again = schema.safeParse(rest);
  return again.success ? again.data : null;
}

/** A required key that was mistyped is reported as mistyped, not as missing too. */
function withoutMistyped(issues: readonly Issue[], schema: z.ZodType): readonly Issue[] {
  const meant = new Set<string>();
  for (const issue of issues) {
    if (issue.code !== "unrecognized_keys") continue;
    const path = issue.path as Path;
    for (const key of issue.keys) meant.add(JSON.stringify([...path, nearest(key, keysAt(schema, path))]));
  }
  return issues.filter((issue) => issue.code === "unrecognized_keys" || !meant.has(JSON.stringify(issue.path)));
}

/** A key without a value counts as not written; the key stays, so that an unknown one is still found. */
function withoutEmpty(value: unknown): unknown {
  if (value === null) return undefined;
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutEmpty(inner)]));
}

/** What stands at a path of plain data. */
export function valueAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, step) => (value !== null && typeof value === "object" ? (value as Record<string | number, unknown>)[step] : undefined), data);
}

/**
 * Of a "text or map" the branch that fits what was written: complaints about both would confuse.
 * None fits: the issue stays, and says that neither does.
 */
function pickBranch(issue: Issue): readonly Issue[] {
  if (issue.code !== "invalid_union") return [issue];
  const fitting = issue.errors.find((branch) => !branch.some((inner) => inner.path.length === 0 && (inner.code === "invalid_type" || inner.code === "invalid_value")));
  if (fitting === undefined) return [issue];
  return fitting.flatMap((inner) => pickBranch({ ...inner, path: [...issue.path, ...inner.path] }));
}

function reportIssue(issue: Issue, schema: z.ZodType, origin: Origin, report: Report): void {
  const path = [...origin.path, ...(issue.path as Path)];
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(schema, issue.path as Path);
    for (const key of issue.keys) {
      const hint = didYouMean(key, known, known.length === 0 ? null : `Known here: ${known.join(", ")}.`);
      report.malformed(origin.file.at([...path, key]), `there is no key '${key}' here`, hint);
    }
    return;
  }
  const { what, hint } = explain(issue, valueAt(origin.file.data, path), path);
  report.malformed(origin.file.at(path), what, hint);
}

interface Words {
  readonly what: string;
  readonly hint: string | null;
}

function explain(issue: Issue, value: unknown, path: Path): Words {
  const subject = subjectAt(path);
  switch (issue.code) {
    case "invalid_type":
      if (value === undefined || value === null) return { what: `${subject} is ${value === null ? "empty" : "missing"}`, hint: `It must be ${typeWords(issue.expected)}.` };
      return { what: `${subject} must be ${typeWords(issue.expected)}, not ${shown(value)}`, hint: typeHint(issue.expected, value) };
    case "invalid_value": {
      if (value === undefined || value === null) return { what: `${subject} is ${value === null ? "empty" : "missing"}`, hint: `One of ${issue.values.join(", ")}.` };
      const known = issue.values.map(String);
      return { what: `${shown(value)} cannot stand for ${subject}`, hint: didYouMean(typeof value === "string" ? value : "", known, `One of ${known.join(", ")}.`) };
    }
    case "too_small":
      return { what: `${subject} is too ${issue.origin === "number" ? "small" : "short"}`, hint: `At least ${bound(issue.origin, issue.minimum)}.` };
    case "too_big":
      return { what: `${subject} is too ${issue.origin === "number" ? "large" : "long"}`, hint: `At most ${bound(issue.origin, issue.maximum)}.` };
    case "invalid_key":
      return { what: `${subject} cannot be a name here`, hint: formatHint(issue.issues[0]?.message ?? "") };
    case "invalid_format":
      return { what: `${shown(value)} cannot stand for ${subject}`, hint: formatHint(issue.message) };
    case "invalid_union":
      return { what: value === undefined ? `${subject} is missing` : `${subject} cannot be ${shown(value)}`, hint: branchHint(issue.errors) };
    case "custom":
      if (issue.message === "one-trigger") return { what: "a step needs exactly one of visit, fetch, deliver, talk, use", hint: null };
      return { what: issue.message, hint: null };
    default:
      return { what: `${subject} is not valid`, hint: issue.message };
  }
}

/** "'title'", or "entry 2 of 'keywords'". */
function subjectAt(path: Path): string {
  const last = path.at(-1);
  if (last === undefined) return "this file";
  if (typeof last === "string") return `'${last}'`;
  const list = path.findLast((step) => typeof step === "string");
  return list === undefined ? `entry ${last + 1}` : `entry ${last + 1} of '${list}'`;
}

/** "It must be a text or a map." */
function branchHint(branches: readonly (readonly Issue[])[]): string | null {
  const forms = branches.flat().flatMap((issue) => {
    if (issue.path.length > 0) return [];
    if (issue.code === "invalid_type") return [typeWords(issue.expected)];
    return issue.code === "invalid_value" ? issue.values.map((value) => `'${String(value)}'`) : [];
  });
  return forms.length === 0 ? null : `It must be ${[...new Set(forms)].join(" or ")}.`;
}

function bound(origin: string, limit: number | bigint): string {
  if (origin === "string") return limit === 1 ? "1 character" : `${limit} characters`;
  if (origin === "array") return limit === 1 ? "1 entry" : `${limit} entries`;
  return String(limit);
}

function typeWords(expected: string): string {
  switch (expected) {
    case "string": return "a text";
    case "number": return "a number";
    case "int": return "a whole number";
    case "boolean": return "true or false";
    case "array": return "a list";
    case "object":
    case "record": return "a map";
    default: return `a ${expected}`;
  }
}

function typeHint(expected: string, value: unknown): string | null {
  if (expected === "string" && (typeof value === "number" || typeof value === "boolean")) return "Put it in quotes.";
  if (expected === "string" && value !== null && typeof value === "object") return "A text that begins with '{' or '[' must stand in quotes.";
  if (expected === "boolean" && typeof value === "string") return "Write true or false, without quotes.";
  if (expected === "array") return "Write [one, two] or one '- entry' per line.";
  return null;
}

function formatHint(format: string): string | null {
  switch (format) {
    case "id": return ID_HINT;
    case "label": return "Lower case: a letter, then letters, digits, '-' and '_', at most 31.";
    case "word": return "One word: letters and digits, without spaces, at most 31.";
    case "phrase": return "Words only, without punctuation, at most 61 letters.";
    default: return null;
  }
}

function shown(value: unknown): string {
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map";
  const written = typeof value === "string" ? value : JSON.stringify(value);
  return `'${written.length > 40 ? `${written.slice(0, 37)}...` : written}'`;
}

/** The keys that the map at a path of the schema may have. */
function keysAt(schema: z.core.$ZodType, path: Path): readonly string[] {
  return [...new Set(objectsAt(schema, path).flatMap((shape) => Object.keys(shape)))];
}

/** The shapes of all maps that a schema allows at a path; through defaults, unions and the like. */
function objectsAt(schema: z.core.$ZodType, path: Path): readonly Record<string, z.core.$ZodType>[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case "object": {
      const step = path[0];
      if (step === undefined) return [def.shape];
      const inner = def.shape[step];
      return inner === undefined ? [] : objectsAt(inner, path.slice(1));
    }
    case "array": return path.length === 0 ? [] : objectsAt(def.element, path.slice(1));
    case "record": {
      if (path.length > 0) return objectsAt(def.valueType, path.slice(1));
      const names = (def.keyType as z.core.$ZodTypes)._zod.def;
      return names.type === "enum" ? [Object.fromEntries(Object.values(names.entries).map((name) => [String(name), def.valueType]))] : [];
    }
    case "union": return def.options.flatMap((option) => objectsAt(option, path));
    case "optional":
    case "nullable":
    case "default":
    case "prefault": return objectsAt(def.innerType, path);
    case "lazy": return objectsAt(def.getter(), path);
    case "pipe": return objectsAt(def.in, path);
    default: return [];
  }
}
