/** The sound world with a small patch: how tests make worlds that are broken in exactly one way. */
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the world without mistakes. */
export const SOUND_WORLD = fileURLToPath(new URL("../worlds/sound", import.meta.url));

/** One change of one file. Without `find` the file becomes `put`; `put: null` removes the file. */
export interface Patch {
  readonly file: string;
  readonly find?: string;
  readonly put: string | null;
}

/** Runs `use` on the folder of a patched world, which is gone afterwards. */
export async function withPatchedWorld<Result>(patches: readonly Patch[], use: (dir: string) => Promise<Result>): Promise<Result> {
  const dir = await mkdtemp(join(tmpdir(), "waystone-world-"));
  try {
    await cp(SOUND_WORLD, dir, { recursive: true });
    for (const patch of patches) await apply(dir, patch);
    return await use(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function apply(dir: string, { file, find, put }: Patch): Promise<void> {
  const path = join(dir, file);
  if (put === null) return rm(path, { recursive: true });
  if (find === undefined) return writeFile(path, put);
  const text = await readFile(path, "utf8");
  // A patch that fits nowhere, or in two places, is not the one that the test means.
  if (text.split(find).length !== 2) throw new Error(`'${find}' stands ${text.split(find).length - 1} times in ${file}`);
  return writeFile(path, text.replace(find, () => put));
}

/** The line, from 1, on which the only occurrence of `snippet` in a file begins. */
export async function lineOf(dir: string, file: string, snippet: string): Promise<number> {
  const parts = (await readFile(join(dir, file), "utf8")).split(snippet);
  if (parts.length !== 2) throw new Error(`'${snippet}' stands ${parts.length - 1} times in ${file}`);
  return (parts[0] ?? "").split("\n").length;
}
