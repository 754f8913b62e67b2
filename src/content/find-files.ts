/** Which files make a world, and reading them. */
import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Report } from "./mistake.ts";
import { ID_HINT, isId } from "./schema/common.ts";
import { didYouMean } from "./suggest.ts";

const TOP_FILES = ["world.yaml", "climates.yaml", "socials.yaml", "help.yaml"] as const;
const AREA_FILES = ["area.yaml", "rooms.yaml", "items.yaml", "npcs.yaml", "quests.yaml"] as const;
type TopFile = (typeof TOP_FILES)[number];
type AreaFile = (typeof AREA_FILES)[number];

/** Largest file read, in bytes: a hundred times the largest that anyone maintains by hand. */
const MAX_FILE_BYTES = 8 * 1024 * 1024;

/** A file's name in the world and its text. */
export interface TextFile {
  readonly name: string;
  readonly text: string;
}

/** The texts of a world's files; a file that is absent is absent here. */
export interface WorldFiles {
  readonly top: ReadonlyMap<TopFile, TextFile>;
  readonly areas: ReadonlyMap<string, ReadonlyMap<AreaFile, TextFile>>;
}

/** Reads all files of the world in `dir`; strange, missing and unreadable ones go to the report. */
export async function findFiles(dir: string, report: Report): Promise<WorldFiles> {
  try {
    await readdir(dir);
  } catch (error) {
    report.unreadable({ file: "world.yaml", line: 1 }, `the folder of the world cannot be read: ${reason(error)}`, "Name a folder with a world.yaml.");
    return { top: new Map(), areas: new Map() };
  }
  const top = await readFolder(dir, "", TOP_FILES, report);
  for (const required of ["world.yaml", "climates.yaml"] as const) {
    if (!top.has(required)) report.unreadable({ file: required, line: 1 }, "this file is missing", "Every world needs it.");
  }
  const areas = new Map<string, ReadonlyMap<AreaFile, TextFile>>();
  for (const name of await listFolder(dir, "areas/", report)) {
    if (!(await isFolder(join(dir, "areas", name)))) {
      if (isYaml(name)) report.unreadable({ file: `areas/${name}`, line: 1 }, "this file belongs to no area", "Move it into areas/<area id>/.");
      continue;
    }
    if (!isId(name)) {
      report.unreadable({ file: `areas/${name}`, line: 1 }, `'${name}' cannot be the id of an area`, ID_HINT);
      continue;
    }
    const files = await readFolder(dir, `areas/${name}/`, AREA_FILES, report);
    if (!files.has("area.yaml")) report.malformed({ file: `areas/${name}/area.yaml`, line: 1 }, "this file is missing", "Every area needs it.");
    areas.set(name, files);
  }
  return { top, areas };
}

/** Changes whenever a byte of a file does. */
export function versionOf(files: WorldFiles): string {
  const all = [...files.top.values(), ...[...files.areas.values()].flatMap((area) => [...area.values()])];
  const hash = createHash("sha256");
  for (const file of all.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    // The lengths keep text from moving between a name and a file without changing the hash.
    hash.update(`${file.name.length}:${file.name}${file.text.length}:`).update(file.text);
  }
  return hash.digest("hex");
}

async function readFolder<Name extends string>(dir: string, prefix: string, known: readonly Name[], report: Report): Promise<ReadonlyMap<Name, TextFile>> {
  const files = new Map<Name, TextFile>();
  for (const entry of await listFolder(dir, prefix, report)) {
    const name = known.find((candidate) => candidate === entry);
    if (name !== undefined) {
      const text = await readText(dir, prefix + name, report);
      if (text !== null) files.set(name, { name: prefix + name, text });
    } else if (isYaml(entry) && !(await isFolder(join(dir, prefix, entry)))) {
      const hint = didYouMean(entry.replace(/\.yml$/, ".yaml"), known, `Here belong ${known.join(", ")}.`);
      report.unreadable({ file: prefix + entry, line: 1 }, "no file of a world has this name", hint);
    }
  }
  return files;
}

const isYaml = (name: string): boolean => /\.ya?ml$/i.test(name) && !name.startsWith(".");

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path)).isDirectory();
}

/** Names in a folder, in an order that is the same everywhere. */
async function listFolder(dir: string, prefix: string, report: Report): Promise<readonly string[]> {
  try {
    return (await readdir(join(dir, prefix))).sort();
  } catch (error) {
    report.unreadable({ file: prefix.replace(/\/$/, ""), line: 1 }, `this folder cannot be read: ${reason(error)}`, "Every world needs it, with its areas.");
    return [];
  }
}

async function readText(dir: string, name: string, report: Report): Promise<string | null> {
  const path = join(dir, name);
  try {
    const { size } = await stat(path);
    if (size > MAX_FILE_BYTES) {
      report.unreadable({ file: name, line: 1 }, `this file is too large (${size} bytes)`, `At most ${MAX_FILE_BYTES}; split the area.`);
      return null;
    }
    return new TextDecoder("utf-8", { fatal: true }).decode(await readFile(path));
  } catch (error) {
    report.unreadable({ file: name, line: 1 }, `this file cannot be read: ${reason(error)}`, error instanceof TypeError ? "Save it as UTF-8." : null);
    return null;
  }
}

/** The system's code without the path, which is of no use to the reader of a relative name. */
function reason(error: unknown): string {
  if (error instanceof TypeError) return "it is not UTF-8";
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
