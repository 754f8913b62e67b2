/**
 * The checked world, kept from the last start. Reading and checking it takes most of a second, and a server that comes back
 * after a crash has none to give away. The key is all that the result depends on: the files' bytes, our own code, Node.
 */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { deserialize, serialize } from "node:v8";
import type { ContentIndex } from "../engine/content.ts";
import { findFiles, versionOf } from "./find-files.ts";
import { deepFreeze } from "./frozen.ts";
import type { LoadedWorld } from "./load.ts";
import { Report } from "./mistake.ts";

/** What makes the content from the files: the code in these folders, and the bounds. */
const CODE = [new URL("./", import.meta.url), new URL("../engine/", import.meta.url)];
const BOUNDS = new URL("../limits.ts", import.meta.url);
const HASH_BYTES = 32;

/** Like `loadWorld`, from `cacheDir` when the same world was found sound before. `warn` hears why a cache is of no use. */
export async function loadWorldCached(dir: string, cacheDir: string, warn: (fields: { error: unknown }, message: string) => void): Promise<LoadedWorld> {
  const name = await keptAs(dir);
  if (name === undefined) return await read(dir);
  const file = join(cacheDir, name);
  const kept = await take(file, warn);
  if (kept !== undefined) return { content: kept, warnings: [] };
  const world = await read(dir);
  if ("content" in world) await keep(file, cacheDir, world.content, warn);
  return world;
}

/** The name of the file in which a world is kept; undefined when some of its files cannot be read at all. */
export async function keptAs(dir: string): Promise<string | undefined> {
  const report = new Report();
  const files = await findFiles(dir, report);
  if (report.mistakes.length > 0) return undefined;
  const key = createHash("sha256").update(`${versionOf(files)} ${await versionOfCode()} ${process.version}`).digest("hex").slice(0, HASH_BYTES);
  return `world-${key}.bin`;
}

async function read(dir: string): Promise<LoadedWorld> {
  const { loadWorld } = await import("./load.ts");
  return await loadWorld(dir);
}

async function versionOfCode(): Promise<string> {
  const hash = createHash("sha256").update(await readFile(BOUNDS));
  for (const folder of CODE) {
    const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts")).sort();
    const texts = await Promise.all(names.map((name) => readFile(join(fileURLToPath(folder), name))));
    texts.forEach((text, n) => hash.update(`${names[n]}:${text.length}:`).update(text));
  }
  return hash.digest("hex");
}

/** Undefined when there is none, or one that is not whole. */
async function take(file: string, warn: Parameters<typeof loadWorldCached>[2]): Promise<ContentIndex | undefined> {
  try {
    const bytes = await readFile(file);
    const body = bytes.subarray(HASH_BYTES);
    if (!createHash("sha256").update(body).digest().equals(bytes.subarray(0, HASH_BYTES))) throw new Error("it is not whole");
    return deepFreeze(deserialize(body) as ContentIndex);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) warn({ error }, "the kept world cannot be used; it is read anew");
    return undefined;
  }
}

/** Under its name only when it is whole; those of other versions go. */
async function keep(file: string, cacheDir: string, content: ContentIndex, warn: Parameters<typeof loadWorldCached>[2]): Promise<void> {
  try {
    const body = serialize(content);
    await mkdir(cacheDir, { recursive: true });
    for (const old of await readdir(cacheDir)) if (/^world-[0-9a-f]+\.bin/.test(old)) await rm(join(cacheDir, old), { force: true });
    const part = `${file}.${process.pid}`;
    await writeFile(part, Buffer.concat([createHash("sha256").update(body).digest(), body]));
    await rename(part, file);
  } catch (error) {
    warn({ error }, "the world cannot be kept for the next start");
  }
}
