/** From a typed line to the steps that are carried out one after another: `;`, aliases, `!`, `^old^new`. */
import { MAX_COMMAND_CHARS, MAX_STEPS_PER_LINE } from "../../limits.ts";
import type { CharacterSettings } from "../world.ts";

export interface Expanded {
  readonly steps: readonly string[];
  /** What `!` would repeat next time; null: leave as it was. */
  readonly remember: string | null;
  /** More steps than allowed, or longer ones: the rest was cut off. */
  readonly truncated: boolean;
}

/**
 * Expands one line. `;` separates steps (`;;` is a plain semicolon), the first word of a step may be an alias
 * (`$1`..`$9` and `$*` are its arguments; an alias does not expand another), `!` repeats the last line, `!ge`
 * the last one only if it begins so, `^old^new` repeats it with a change.
 */
export function expandLine(line: string, settings: Pick<CharacterSettings, "aliases">, lastLine: string | null): Expanded {
  const recalled = recall(line.trim(), lastLine);
  // An earlier line that is not there is not worth remembering; the step says so when it is carried out.
  if (recalled === null) return { steps: [cut(line.trim())], remember: null, truncated: false };
  // Lines and aliases put in for each other may grow: neither what is remembered nor a step is longer than a line may be.
  const whole = cut(recalled);
  let truncated = whole !== recalled;
  const steps: string[] = [];
  for (const part of splitSteps(whole)) {
    for (const step of expandAlias(part, settings.aliases)) {
      if (steps.length === MAX_STEPS_PER_LINE) return { steps, remember: whole, truncated: true };
      steps.push(cut(step));
      truncated ||= step.length > MAX_COMMAND_CHARS;
    }
  }
  return { steps, remember: whole === "" ? null : whole, truncated };
}

/** The line meant; null when it asks for an earlier line that there is not. */
function recall(line: string, lastLine: string | null): string | null {
  if (line.startsWith("!")) {
    const begins = line.slice(1).trim().toLowerCase();
    return lastLine?.toLowerCase().startsWith(begins) === true ? lastLine : null;
  }
  const edit = line.startsWith("^") ? /^\^([^^]+)\^([^^]*)\^?$/.exec(line) : null;
  if (edit === null) return line;
  const [, old = "", replacement = ""] = edit;
  return lastLine?.includes(old) === true ? lastLine.replace(old, () => replacement).trim() : null;
}

const cut = (text: string): string => (text.length <= MAX_COMMAND_CHARS ? text : text.slice(0, MAX_COMMAND_CHARS).replace(/[\uD800-\uDBFF]$/, ""));

/**
 * What begins with the sign of speech or of an emote keeps its semicolons up to the end of the line (`'well; yes`
 * is one step), and so does the making of an alias. A semicolon before a closing bracket is a wink: ";)", ";-)".
 */
function splitSteps(line: string): string[] {
  let rest = line.trim();
  if (!rest.includes(";")) return rest === "" ? [] : [rest];
  const steps: string[] = [];
  while (rest !== "") {
    const whole = /^(?:['":]|alias\s)/i.test(rest);
    const end = whole ? rest.length : /^(?:;;|;(?=-?\))|[^;])*/.exec(rest)![0].length;
    const step = rest.slice(0, end).trim();
    if (step !== "") steps.push(whole ? step : step.replaceAll(";;", ";"));
    rest = rest.slice(end + 1).trimStart();
  }
  return steps;
}

function expandAlias(step: string, aliases: Readonly<Record<string, string>>): string[] {
  const end = step.search(/\s/);
  const name = (end < 0 ? step : step.slice(0, end)).toLowerCase();
  const body = Object.hasOwn(aliases, name) ? aliases[name] : undefined;
  if (body === undefined) return [step];
  const args = step.split(/\s+/).slice(1);
  const usesArgs = /\$[1-9*]/.test(body);
  const filled = body.replace(/\$([1-9*])/g, (_, which: string) => (which === "*" ? args.join(" ") : args[Number(which) - 1] ?? ""));
  return splitSteps(usesArgs || args.length === 0 ? filled : `${filled} ${args.join(" ")}`);
}

/** Splits off the verb. One leading sign is a verb by itself: `'hello`, `"hello`, `:smiles`. */
export function splitVerb(step: string): { verb: string; text: string } {
  const trimmed = step.trim();
  const sign = trimmed[0];
  if (sign === "'" || sign === '"') return { verb: "say", text: trimmed.slice(1).trim() };
  if (sign === ":") return { verb: "emote", text: trimmed.slice(1).trim() };
  const space = trimmed.search(/\s/);
  if (space < 0) return { verb: trimmed.toLowerCase(), text: "" };
  return { verb: trimmed.slice(0, space).toLowerCase(), text: trimmed.slice(space + 1).trim() };
}
