/** `npm run world:check [-- <folder>]`: names every mistake of a world, or says that it is sound. */
import process from "node:process";
import type { ContentIndex } from "../engine/content.ts";
import { formatMistake, loadWorld } from "./load.ts";

/** What to print, and the exit code. */
export interface CheckResult {
  readonly lines: readonly string[];
  readonly exitCode: 0 | 1;
}

/** Checks the world in a folder. Warnings are printed, but only mistakes fail. */
export async function checkFolder(dir: string): Promise<CheckResult> {
  const loaded = await loadWorld(dir);
  const warnings = loaded.warnings.map((warning) => `warning: ${formatMistake(warning)}`);
  if ("content" in loaded) return { lines: [...warnings, summary(loaded.content)], exitCode: 0 };
  return { lines: [...loaded.mistakes.map(formatMistake), ...warnings], exitCode: 1 };
}

function summary(content: ContentIndex): string {
  const exits = [...content.rooms.values()].reduce((sum, room) => sum + room.exits.length, 0);
  const counts = [
    count(content.areas.size, "area"), count(content.rooms.size, "room"), count(exits, "exit"),
    count(content.npcs.size, "NPC"), count(content.items.size, "item kind"), count(content.quests.size, "quest"),
  ];
  return `world is sound: ${counts.join(", ")}`;
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;

if (import.meta.main) {
  const dir = process.argv[2] ?? process.env["WORLD_DIR"] ?? "./world";
  const { lines, exitCode } = await checkFolder(dir);
  for (const line of lines) console.log(line);
  process.exitCode = exitCode;
}
