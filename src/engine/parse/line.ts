/** From a typed line to the steps that are carried out one after another: `;`, aliases, `!`, `^old^new`. */
import { MAX_STEPS_PER_LINE } from "../../limits.ts";
import type { CharacterSettings } from "../world.ts";

export interface Expanded {
  readonly steps: readonly string[];
  /** What `!` would repeat next time; null: leave as it was. */
  readonly remember: string | null;
  /** A line of more steps than allowed is cut here. */
  readonly truncated: boolean;
}

/**
 * Expands one line. `;` separates steps (`;;` is a plain semicolon), the first word of a step may be an alias
 * (`$1`..`$9` and `$*` are its arguments; an alias does not expand another), `!` repeats the last line, `!ge`
 * the last one only if it begins so, `^old^new` repeats it with a change.
 */
export function expandLine(line: string, settings: Pick<CharacterSettings, "aliases">, lastLine: string | null): Expanded {
  const recalled = recall(line.trim(), lastLine);
  const steps: string[] = [];
  for (const part of splitSteps(recalled)) {
    for (const step of expandAlias(part, settings.aliases)) {
      if (steps.length === MAX_STEPS_PER_LINE) return { steps, remember: recalled, truncated: true };
      steps.push(step);
    }
  }
  return { steps, remember: recalled === "" ? null : recalled, truncated: false };
}

function recall(line: string, lastLine: string | null): string {
  if (lastLine === null) return line;
  if (line === "!") return lastLine;
  if (line.startsWith("!") && lastLine.toLowerCase().startsWith(line.slice(1).toLowerCase())) return lastLine;
  const edit = /^\^([^^]+)\^([^^]*)\^?$/.exec(line);
  if (edit !== null) return lastLine.replace(edit[1]!, () => edit[2]!);
  return line;
}

/** A line that is speech keeps its semicolons: `'well; yes` is one step. */
function splitSteps(line: string): string[] {
  if (/^\s*['":]/.test(line)) return [line.trim()];
  return line.replaceAll(";;", "\u0000").split(";").map((step) => step.replaceAll("\u0000", ";").trim()).filter((step) => step !== "");
}

function expandAlias(step: string, aliases: Readonly<Record<string, string>>): string[] {
  const [word = "", ...args] = step.split(/\s+/);
  const name = word.toLowerCase();
  const body = Object.hasOwn(aliases, name) ? aliases[name] : undefined;
  if (body === undefined) return [step];
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
