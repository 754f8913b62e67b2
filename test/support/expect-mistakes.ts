/** Asserts what the checker says about a broken world: exactly these mistakes, and no other. */
import { expect, test } from "vitest";
import { formatMistake, loadWorld } from "../../src/content/load.ts";
import type { Patch } from "./patched-world.ts";
import { lineOf, withPatchedWorld } from "./patched-world.ts";

/** One expected mistake: on the line where `at` stands (a number where no text can be named), with these words. */
export interface Expected {
  readonly file: string;
  readonly at: string | number;
  readonly says: string;
}

/** A world broken in one way. */
export interface BrokenWorld {
  readonly name: string;
  readonly patch: Patch | readonly Patch[];
  readonly expect: Expected | readonly Expected[];
}

/** Makes a test of each broken world. */
export function testBrokenWorlds(worlds: readonly BrokenWorld[]): void {
  test.each(worlds)("$name", async ({ patch, expect: expected }) => {
    await withPatchedWorld([patch].flat(), async (dir) => {
      const loaded = await loadWorld(dir);
      const found = "mistakes" in loaded ? loaded.mistakes.map(formatMistake) : [];
      const wanted = await Promise.all([expected].flat().map(async ({ file, at, says }) => `${file}:${typeof at === "number" ? at : await lineOf(dir, file, at)}: ${says}`));
      expect(found).toEqual(wanted);
    });
  });
}
