import { expect, test } from "vitest";
import { SOUND_WORLD } from "../../test/support/patched-world.ts";
import type { AreaId, RoomId, SpawnId } from "../engine/ids.ts";
import { asId } from "../engine/ids.ts";
import { loadWorld } from "./load.ts";
import { roomsAsAreas } from "./rooms-as-areas.ts";

test("every room becomes an area of its own, with the climate and ambience of the old one", async () => {
  const loaded = await loadWorld(SOUND_WORLD);
  if (!("content" in loaded)) throw new Error("the sound world is not sound");
  const { content } = loaded;
  const split = roomsAsAreas(content);

  expect([...split.areas.keys()]).toEqual([...content.rooms.keys()]);
  const { ambience, ambienceEveryS } = content.areas.get(asId<AreaId>("village"))!;
  expect(split.areas.get(asId<AreaId>("lane"))).toEqual({ id: "lane", name: "The Lane", climate: "mild", rooms: ["lane"], ambience, ambienceEveryS });
  for (const room of split.rooms.values()) expect(room).toEqual({ ...content.rooms.get(room.id), area: room.id });
  for (const spawn of split.spawns.values()) expect(spawn).toEqual({ ...content.spawns.get(spawn.id), area: spawn.room });
  expect(split.spawns.get(asId<SpawnId>("bakery__chest__rope"))?.area).toBe("bakery");
  expect(split.npcs).toBe(content.npcs);
  expect(Object.isFrozen(split)).toBe(true);
  expect(() => (split.rooms as Map<RoomId, unknown>).clear()).toThrow(TypeError);
});
