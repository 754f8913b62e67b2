/** The world that comes with the server. */
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { namedCommand } from "../engine/registry.ts";
import { formatMistake, loadWorld } from "./load.ts";
import { roomsAsAreas } from "./rooms-as-areas.ts";

const BUNDLED = fileURLToPath(new URL("../../world", import.meta.url));

test("the bundled world is sound, whole and with every room an area of its own", async () => {
  const loaded = await loadWorld(BUNDLED);
  expect("mistakes" in loaded ? loaded.mistakes.map(formatMistake) : []).toEqual([]);
  if (!("content" in loaded)) return;
  const { content } = loaded;
  expect(roomsAsAreas(content).areas.size).toBe(content.rooms.size);
  // A command of the same name comes first, so that these could never be used.
  const named = [...content.socials.keys(), ...content.world.channels.map((channel) => channel.name)];
  expect(named.filter((name) => namedCommand(name) !== undefined)).toEqual([]);
});
