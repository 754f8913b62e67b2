/** From checked entries to what the engine reads. */
import type { AreaDef, ClimateDef, ContentIndex, HelpTopic, SocialDef, WorldDef } from "../../engine/content.ts";
import type { AreaId, RoomId } from "../../engine/ids.ts";
import { asId } from "../../engine/ids.ts";
import { deepFreeze } from "../frozen.ts";
import type { Placed } from "../placed.ts";
import type { Entry, RawWorld, Table } from "../raw-world.ts";
import type { RawArea, RawWorldFile } from "../schema/world.ts";
import { buildItem } from "./item.ts";
import { buildNpc } from "./npc.ts";
import { buildLines, buildStacks } from "./parts.ts";
import { buildQuest } from "./quest.ts";
import { buildDoor, buildRoom, buildSpawn } from "./room.ts";

/** The content of a world without mistakes, frozen. */
export function buildContent(world: Entry<RawWorldFile>, raw: RawWorld, placed: Placed, version: string): ContentIndex {
  return deepFreeze<ContentIndex>({
    world: buildWorld(world.value),
    areas: mapTable(raw.areas, (entry) => buildArea(entry, raw)),
    rooms: mapTable(raw.rooms, buildRoom),
    doors: mapValues(placed.doors, buildDoor),
    items: mapTable(raw.items, buildItem),
    npcs: mapTable(raw.npcs, buildNpc),
    spawns: mapValues(placed.spawns, buildSpawn),
    quests: mapTable(raw.quests, buildQuest),
    climates: mapTable(raw.climates, ({ id, value }): ClimateDef => ({
      id,
      seasons: { spring: weights(value.spring), summer: weights(value.summer), autumn: weights(value.autumn), winter: weights(value.winter) },
    })),
    socials: mapTable(raw.socials, ({ id, value }): SocialDef => ({ name: id, alone: value.alone, targeted: value.targeted ?? null })),
    help: [...raw.help.entries.values()].map(({ id, value }): HelpTopic => ({ name: id, ...value })),
    version,
  });
}

function buildWorld(value: RawWorldFile): WorldDef {
  const { calendar } = value;
  return {
    name: value.name,
    tagline: value.tagline,
    seed: value.seed,
    start: asId<RoomId>(value.start),
    safe: asId<RoomId>(value.safe),
    startCoins: value.start_coins,
    startItems: buildStacks(value.start_items),
    channels: value.channels,
    calendar: {
      dayMinutes: calendar.day_minutes,
      daysPerMonth: calendar.days_per_month,
      months: calendar.months,
      weekdays: calendar.weekdays,
      yearAtEpoch: calendar.year_at_epoch,
    },
    welcome: value.welcome ?? `Welcome to ${value.name}.`,
  };
}

function buildArea({ id, value }: Entry<RawArea>, raw: RawWorld): AreaDef {
  return {
    id: asId<AreaId>(id),
    name: value.name,
    climate: value.climate,
    rooms: [...raw.rooms.entries.values()].filter((room) => room.area === id).map((room) => asId<RoomId>(room.id)),
    ambience: buildLines(value.ambience),
    ambienceEveryS: value.ambience_every_s,
  };
}

/** A weight of nothing is no weather of the season. */
function weights(season: Readonly<Record<string, number | undefined>>): ClimateDef["seasons"]["spring"] {
  return Object.fromEntries(Object.entries(season).filter(([, weight]) => weight !== undefined && weight > 0));
}

function mapTable<Raw, Id extends string, Def>(table: Table<Raw>, build: (entry: Entry<Raw>) => Def): ReadonlyMap<Id, Def> {
  return mapValues(table.entries, build);
}

function mapValues<Raw, Id extends string, Def>(from: ReadonlyMap<string, Raw>, build: (value: Raw) => Def): ReadonlyMap<Id, Def> {
  return new Map([...from].map(([id, value]) => [asId<Id>(id), build(value)]));
}
