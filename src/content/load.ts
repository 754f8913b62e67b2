/** Reading a world: from a folder of YAML to the content that the engine reads, or to everything wrong with it. */
import type { ContentIndex } from "../engine/content.ts";
import { buildContent } from "./build/content.ts";
import { checkWorld } from "./checks/check-world.ts";
import { addCoins } from "./coins.ts";
import type { WorldFiles } from "./find-files.ts";
import { findFiles, versionOf } from "./find-files.ts";
import type { Mistake } from "./mistake.ts";
import { Report } from "./mistake.ts";
import { gatherPlaced } from "./placed.ts";
import { readRawWorld } from "./raw-world.ts";

export type { Mistake } from "./mistake.ts";
export { formatMistake } from "./mistake.ts";

/** A world that is sound; warnings are what is allowed but probably not meant. */
export interface SoundWorld {
  readonly content: ContentIndex;
  readonly warnings: readonly Mistake[];
}
/** Why a world cannot be used: every mistake, by file and line. */
export interface UnsoundWorld {
  readonly mistakes: readonly Mistake[];
  readonly warnings: readonly Mistake[];
}
export type LoadedWorld = SoundWorld | UnsoundWorld;

/**
 * Reads and checks the world in a folder. The content is frozen to the bottom; equal files have an equal
 * `version`. Whatever is wrong with the folder or the files is a mistake, never an exception.
 */
export async function loadWorld(dir: string): Promise<LoadedWorld> {
  const report = new Report();
  return worldOf(await findFiles(dir, report), report);
}

/** The world that these texts make. */
export function worldOf(files: WorldFiles, report: Report): LoadedWorld {
  const raw = addCoins(readRawWorld(files, report));
  const placed = gatherPlaced(raw, report);
  checkWorld(raw, placed, report);
  const { mistakes, warnings } = report;
  if (mistakes.length > 0 || raw.world === null) return { mistakes, warnings };
  return { content: buildContent(raw.world, raw, placed, versionOf(files)), warnings };
}
