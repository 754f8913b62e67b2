import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { SOUND_WORLD, withPatchedWorld } from "../../test/support/patched-world.ts";
import { checkFolder } from "./check-cli.ts";

const CLI = fileURLToPath(new URL("check-cli.ts", import.meta.url));
const SUMMARY = "world is sound: 2 areas, 7 rooms, 12 exits, 4 NPCs, 11 item kinds, 2 quests";

test("a sound world is summed up in one line", async () => {
  expect(await checkFolder(SOUND_WORLD)).toEqual({ lines: [SUMMARY], exitCode: 0 });
});

test("mistakes are printed one per line, with exit code 1", async () => {
  const patch = { file: "areas/village/rooms.yaml", find: "east: bakery", put: "east: bakry" };
  await withPatchedWorld([patch], async (dir) => {
    expect(await checkFolder(dir)).toEqual({ lines: ["areas/village/rooms.yaml:11: there is no room 'bakry'. Did you mean 'bakery'?"], exitCode: 1 });
  });
});

test("a folder that is not there is one mistake", async () => {
  expect(await checkFolder(`${SOUND_WORLD}-not-there`)).toEqual({ lines: ["world.yaml:1: the folder of the world cannot be read: ENOENT. Name a folder with a world.yaml."], exitCode: 1 });
});

test("the command takes the folder from its argument, else from WORLD_DIR", async () => {
  const run = promisify(execFile);
  const byArgument = await run(process.execPath, [CLI, SOUND_WORLD]);
  expect(byArgument.stdout).toBe(`${SUMMARY}\n`);
  const byVariable = await run(process.execPath, [CLI], { env: { ...process.env, WORLD_DIR: SOUND_WORLD } });
  expect(byVariable.stdout).toBe(`${SUMMARY}\n`);
  await expect(run(process.execPath, [CLI, `${SOUND_WORLD}-not-there`])).rejects.toMatchObject({ code: 1 });
});
