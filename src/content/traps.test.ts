import { expect, test } from "vitest";
import { withPatchedWorld } from "../../test/support/patched-world.ts";
import { loadWorld } from "./load.ts";

test("rooms that lead nowhere but to each other are warned of, and nobody else is", async () => {
  const pits = "    south: shaft\n    down: pit\npit:\n  title: A Pit\n  description: Deep.\n  exits:\n    down: well\nwell:\n  title: A Well\n  description: Deeper.\n  exits:\n    up: pit";
  const { warnings, ...world } = await withPatchedWorld([{ file: "areas/mine/rooms.yaml", find: "    south: shaft", put: pits }], (dir) => loadWorld(dir));
  expect("content" in world).toBe(true);
  expect(warnings.map(({ what }) => what).filter((what) => what.startsWith("no way leads back"))).toEqual([
    "no way leads back from 'pit' to the start", "no way leads back from 'well' to the start",
  ]);
});
