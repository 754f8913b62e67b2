/** A world of a given size, for measuring: rooms in rows, areas side by side in a square. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface MadeWorld {
  readonly folder: string;
  /** By area. */
  readonly rooms: readonly (readonly string[])[];
  remove(): Promise<void>;
}

const CLIMATES = "mild:\n  spring: {clear: 1}\n  summer: {clear: 1}\n  autumn: {clear: 1}\n  winter: {clear: 1}\n";

export async function makeWorld(areas: number, roomsPerArea: number): Promise<MadeWorld> {
  const folder = await mkdtemp(join(tmpdir(), "waystone-made-"));
  const rooms = Array.from({ length: areas }, (_, area) => Array.from({ length: roomsPerArea }, (_, room) => `r${area}_${room}`));
  await writeFile(join(folder, "world.yaml"), [
    "name: Made", "tagline: A world for measuring.", "seed: 7", "start: r0_0", "safe: r0_0", "start_coins: 100", "start_items: []", "welcome: Welcome.", "channels: [{name: chat, description: Talk.}]",
    "calendar:", "  day_minutes: 30", "  days_per_month: 20", "  months: [Frost, Bud, Sun, Leaf]", "  weekdays: [One, Two]", "  year_at_epoch: 100", "",
  ].join("\n"));
  await writeFile(join(folder, "climates.yaml"), CLIMATES);
  for (const [area, list] of rooms.entries()) {
    const path = join(folder, "areas", `a${area}`);
    await mkdir(path, { recursive: true });
    await writeFile(join(path, "area.yaml"), `name: Area ${area}\nclimate: mild\n`);
    await writeFile(join(path, "rooms.yaml"), list.map((id, room) => roomText(id, waysFrom(rooms, area, room))).join(""));
  }
  return { folder, rooms, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** East and west along the row; out of the first room into the areas beside: up and down to the next in the square's row, north and south to the next rows. */
function waysFrom(rooms: readonly (readonly string[])[], area: number, room: number): [string, string][] {
  const row = rooms[area]!;
  const ways: [string, string | undefined][] = [["east", row[room + 1]], ["west", row[room - 1]]];
  if (room === 0) {
    const side = Math.ceil(Math.sqrt(rooms.length));
    const column = area % side;
    ways.push(["north", rooms[area - side]?.[0]], ["south", rooms[area + side]?.[0]]);
    if (column > 0) ways.push(["down", rooms[area - 1]![0]]);
    if (column < side - 1) ways.push(["up", rooms[area + 1]?.[0]]);
  }
  return ways.filter((way): way is [string, string] => way[1] !== undefined);
}

const roomText = (id: string, ways: readonly (readonly [string, string])[]): string =>
  `${id}:\n  title: A Place\n  description: A place like many others, with walls and a floor, where people come to be measured.\n  exits:\n${ways.map(([way, to]) => `    ${way}: ${to}\n`).join("") || "    {}\n"}`;
