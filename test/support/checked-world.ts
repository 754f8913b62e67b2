/** A folder with the bundled world as a server keeps it for its next start: reading and checking it takes more than a second of processor time. */
import { fileURLToPath } from "node:url";
import { keptAs, loadWorldCached } from "../../src/content/cached-world.ts";
import { madeOnce } from "./made-once.ts";

const WORLD = fileURLToPath(new URL("../../world", import.meta.url));
let asked: Promise<string> | undefined;

/** The folder's path, for the world's files and the code as they are now. Copy it into `DATA_DIR/cache`. */
export function checkedWorld(): Promise<string> {
  return (asked ??= make());
}

async function make(): Promise<string> {
  const name = await keptAs(WORLD);
  if (name === undefined) throw new Error("the bundled world's files cannot be read");
  return await madeOnce(name.replace(".bin", ""), async (path) => {
    const world = await loadWorldCached(WORLD, path, ({ error }) => { throw error; });
    if (!("content" in world)) throw new Error("the bundled world has mistakes");
  });
}
