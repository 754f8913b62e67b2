/** A world as its builders wrote it: every entry with the place where it stands, nothing resolved yet. */
import type { z } from "zod";
import type { TextFile, WorldFiles } from "./find-files.ts";
import type { Place, Report } from "./mistake.ts";
import { readAs } from "./schema-mistakes.ts";
import { ID_HINT, isId } from "./schema/common.ts";
import type { RawItem } from "./schema/item.ts";
import { item } from "./schema/item.ts";
import type { RawNpc } from "./schema/npc.ts";
import { npc } from "./schema/npc.ts";
import type { RawQuest } from "./schema/quest.ts";
import { quest } from "./schema/quest.ts";
import type { RawRoom } from "./schema/room.ts";
import { room } from "./schema/room.ts";
import type { RawArea, RawClimate, RawHelp, RawSocial, RawWorldFile } from "./schema/world.ts";
import { area, climate, help, social, world } from "./schema/world.ts";
import type { Path, SourceFile } from "./source-file.ts";
import { parseSource } from "./source-file.ts";

/** One thing of a world file. */
export interface Entry<Value> {
  readonly id: string;
  /** The area whose folder it stands in; empty for the files at the top. */
  readonly area: string;
  readonly value: Value;
  /** The place of the entry, or of something in it. */
  at(...path: Path): Place;
}

/** All entries of one kind. */
export interface Table<Value> {
  /** Those that could be read, by id. */
  readonly entries: ReadonlyMap<string, Entry<Value>>;
  /** All ids that were written, those of entries too broken to read included. */
  readonly ids: ReadonlySet<string>;
}

/** Everything that was written. */
export interface RawWorld {
  /** Null: too broken to read. */
  readonly world: Entry<RawWorldFile> | null;
  readonly areas: Table<RawArea>;
  readonly rooms: Table<RawRoom>;
  readonly items: Table<RawItem>;
  readonly npcs: Table<RawNpc>;
  readonly quests: Table<RawQuest>;
  readonly climates: Table<RawClimate>;
  readonly socials: Table<RawSocial>;
  readonly help: Table<RawHelp>;
}

/** Reads all entries; whatever is not of the documented form goes to the report. */
export function readRawWorld(files: WorldFiles, report: Report): RawWorld {
  const top = (name: "climates.yaml" | "socials.yaml" | "help.yaml") => [{ area: "", file: files.top.get(name) }];
  const perArea = (name: "rooms.yaml" | "items.yaml" | "npcs.yaml" | "quests.yaml") =>
    [...files.areas].map(([id, texts]) => ({ area: id, file: texts.get(name) }));
  return {
    world: readWorldFile(files.top.get("world.yaml"), report),
    areas: readAreas(files, report),
    rooms: readTable("room", room, perArea("rooms.yaml"), report),
    items: readTable("item kind", item, perArea("items.yaml"), report),
    npcs: readTable("NPC kind", npc, perArea("npcs.yaml"), report),
    quests: readTable("quest", quest, perArea("quests.yaml"), report),
    climates: readTable("climate", climate, top("climates.yaml"), report),
    socials: readTable("social", social, top("socials.yaml"), report),
    help: readTable("help topic", help, top("help.yaml"), report),
  };
}

function readWorldFile(text: TextFile | undefined, report: Report): Entry<RawWorldFile> | null {
  if (text === undefined) return null;
  const file = parseSource(text.name, text.text, report);
  if (file.isBroken) return null;
  const value = readAs(world, { file, path: [] }, report);
  return value === null ? null : entryOf("world", "", file, [], value);
}

function readAreas(files: WorldFiles, report: Report): Table<RawArea> {
  const entries = new Map<string, Entry<RawArea>>();
  for (const [id, texts] of files.areas) {
    const text = texts.get("area.yaml");
    if (text === undefined) continue;
    const file = parseSource(text.name, text.text, report);
    if (file.isBroken) continue;
    const value = readAs(area, { file, path: [] }, report);
    if (value !== null) entries.set(id, entryOf(id, id, file, [], value));
  }
  return { entries, ids: new Set(files.areas.keys()) };
}

interface TableFile {
  readonly area: string;
  readonly file: TextFile | undefined;
}

function readTable<Schema extends z.ZodType>(noun: string, schema: Schema, files: readonly TableFile[], report: Report): Table<z.output<Schema>> {
  const entries = new Map<string, Entry<z.output<Schema>>>();
  const places = new Map<string, Place>();
  for (const { area: areaId, file: text } of files) {
    if (text === undefined) continue;
    const file = parseSource(text.name, text.text, report);
    // An empty file is an empty map.
    if (file.isBroken || file.data === null) continue;
    if (typeof file.data !== "object" || Array.isArray(file.data)) {
      report.unreadable(file.at([]), "this file must be a map", `Write '<id>:' and indent the ${noun} below it.`);
      continue;
    }
    for (const id of Object.keys(file.data)) {
      const place = file.at([id]);
      const first = places.get(id);
      if (first !== undefined) {
        report.malformed(place, `the ${noun} '${id}' is defined twice`, `The first stands in ${first.file}:${first.line}; rename one of them.`);
        continue;
      }
      places.set(id, place);
      if (!isId(id)) {
        report.malformed(place, `'${id}' cannot be an id`, ID_HINT);
        continue;
      }
      const value = readAs(schema, { file, path: [id] }, report);
      if (value !== null) entries.set(id, entryOf(id, areaId, file, [id], value));
    }
  }
  return { entries, ids: new Set(places.keys()) };
}

function entryOf<Value>(id: string, area: string, file: SourceFile, base: Path, value: Value): Entry<Value> {
  return { id, area, value, at: (...path) => file.at([...base, ...path]) };
}
