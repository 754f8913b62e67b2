import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SOUND_WORLD, withPatchedWorld } from "../../test/support/patched-world.ts";
import { loadWorldCached } from "./cached-world.ts";
import { loadWorld } from "./load.ts";

let folder: string;
let warned: string[];
const load = (dir: string) => loadWorldCached(dir, folder, (_, message) => warned.push(message));
const kept = async (): Promise<string[]> => (await readdir(folder)).map((name) => join(folder, name));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "waystone-cache-"));
  warned = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("the kept world is the world, frozen as it was", async () => {
  const fresh = await loadWorld(SOUND_WORLD);
  await load(SOUND_WORLD);
  const again = await load(SOUND_WORLD);
  if (!("content" in fresh) || !("content" in again)) throw new Error("the world is sound");
  expect(again.content).toEqual(fresh.content);
  const room = [...again.content.rooms.values()][0]!;
  expect(() => Object.assign(room, { title: "elsewhere" })).toThrow(TypeError);
  expect(() => (again.content.rooms as Map<unknown, unknown>).clear()).toThrow(TypeError);
  expect(warned).toEqual([]);
});

test("a kept world that is damaged is read anew, and kept again", async () => {
  await load(SOUND_WORLD);
  const [file] = await kept();
  const bytes = await readFile(file!);
  bytes[bytes.length - 10]! ^= 1;
  await writeFile(file!, bytes);
  expect(await load(SOUND_WORLD)).toHaveProperty("content");
  expect(warned).toEqual(["the kept world cannot be used; it is read anew"]);
  await load(SOUND_WORLD);
  expect(warned).toHaveLength(1);
});

test("another world is another, and one with mistakes is never kept", async () => {
  await load(SOUND_WORLD);
  const [before] = await kept();
  await withPatchedWorld([{ file: "world.yaml", find: "name: Sound", put: "name: Sound # a remark" }], async (dir) => {
    await load(dir);
    expect(await kept()).not.toEqual([before]);
    expect(await kept()).toHaveLength(1);
  });
});
