import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { loadWorld } from "../../src/content/load.ts";
import type { AreaDef, ContentIndex } from "../../src/engine/content.ts";
import { asId, type AreaId } from "../../src/engine/ids.ts";
import { decideTick, type TickState } from "../../src/engine/tick.ts";
import { aWorld, type TestWorld } from "../support/transcript.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The whole world as one area: what is told here is the story, not who serves it. */
function asOneArea(content: ContentIndex): ContentIndex {
  const all = asId<AreaId>("all");
  const rooms = new Map([...content.rooms].map(([id, room]) => [id, { ...room, area: all }]));
  const area: AreaDef = { id: all, name: "All", climate: "temperate", ambience: [], ambienceEveryS: 86_400, rooms: [...rooms.keys()] };
  const spawns = new Map([...content.spawns].map(([id, spawn]) => [id, { ...spawn, area: all }]));
  return { ...content, areas: new Map([[all, area]]), rooms, spawns };
}

/** `## quest id` and below it what to type, steps apart by `;`, until the next one. */
function scripts(): { quest: string; steps: string[] }[] {
  return readFileSync(here("./walkthrough.txt"), "utf8").split(/^## /m).slice(1).map((part) => {
    const [quest = "", ...lines] = part.split("\n");
    return { quest: quest.trim(), steps: lines.join(";").split(";").map((step) => step.trim()).filter((step) => step !== "") };
  });
}

let world: TestWorld;
let content: ContentIndex;
let ticks: TickState | null = null;

function passes(ms: number): void {
  world.nowMs += ms;
  const { decisions, state } = decideTick(world.area, world.ctx, ticks);
  ticks = state;
  for (const decision of decisions) world.take(decision);
}

beforeAll(async () => {
  const loaded = await loadWorld(here("../../world"));
  if (!("content" in loaded)) throw new Error("the bundled world has mistakes");
  content = loaded.content;
  world = aWorld({ content: asOneArea(content) });
  for (const spawn of world.area.spawns.values()) if (content.spawns.get(spawn.id)?.what.type === "item") spawn.dueAtMs = world.nowMs;
  world.person("Ada", { room: content.world.start, coins: content.world.startCoins });
  passes(0);
});

// One after another, as one player would: later ones build on earlier ones.
for (const { quest, steps } of scripts()) {
  test(`the way through ${quest}: ${steps.length} commands, none refused`, () => {
    for (const step of steps) {
      const wait = /^wait (\d+)$/.exec(step);
      if (wait !== null) {
        for (let second = 0; second < Number(wait[1]); second += 2) passes(2000);
        continue;
      }
      const read = world.as("Ada", step);
      expect(world.last?.kind, `${step}: ${read.join(" ")}`).toBe("accepted");
      passes(1500);
    }
    if (content.quests.has(asId(quest))) expect(world.area.characters.get(asId("ada"))!.quests.get(asId(quest))?.state).toBe("done");
  });
}

test("every quest of the world was walked through", () => {
  expect([...content.quests.keys()].filter((id) => world.area.characters.get(asId("ada"))!.quests.get(id)?.state !== "done")).toEqual([]);
});
