/**
 * What a backup says of itself. A backup is a folder: `manifest.json`, the database, archived months of the journal, and
 * `SHA256SUMS`, which covers all of them and which `sha256sum -c` understands.
 */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { AppError } from "../../protocol/codes.ts";
import { MIGRATION_NAMES, type MigrationName } from "../migrations/names.ts";
import { exists, hasCode, namesIn, sha256Of, writeDurably } from "./durable-files.ts";

/** Raised when a backup of the new form cannot be read by what reads the old one. */
export const FORMAT = 1;
export const MANIFEST = "manifest.json";
const SUMS = "SHA256SUMS";

const schema = z.object({
  format: z.literal(FORMAT),
  made_at: z.iso.datetime(),
  /** The server's version. */
  version: z.string(),
  world: z.string(),
  database: z.object({
    kind: z.enum(["postgres", "embedded"]),
    /** `pg_dump`'s custom format; or rows as this server writes them, which fit into any database. */
    dump: z.enum(["pg_dump", "rows"]),
    file: z.string(),
    /** Where pg_dump puts it. */
    schema_name: z.string(),
    server_version: z.string(),
    /** Major version of pg_dump: an older pg_restore may not read it. */
    dumped_by: z.int().optional(),
  }),
  /** The migrations that were done. */
  schema: z.array(z.string()).min(1),
  tables: z.record(z.string(), z.object({ rows: z.string(), sum: z.string() })),
  /** All but this one, by their path in the backup. */
  files: z.array(z.object({ name: z.string(), bytes: z.int() })),
});
export type Manifest = z.infer<typeof schema>;

/** `the-vale-20261126T004800Z-m0009`: world, moment, newest migration. */
export function backupName(world: string, at: Date, migrations: readonly string[]): string {
  return `${slug(world)}-${at.toISOString().replace(/[-:]|\.\d+/g, "")}-${(migrations.at(-1) ?? "none").slice(0, "m0000".length)}`;
}

/** Names of complete backups of a world in a folder, oldest first. */
export async function backupsOf(world: string, folder: string): Promise<string[]> {
  const pattern = new RegExp(`^${slug(world)}-\\d{8}T\\d{6}Z-m\\d{4}$`);
  const names: string[] = [];
  for (const name of await namesIn(folder)) if (pattern.test(name) && await exists(join(folder, name, MANIFEST))) names.push(name);
  return names;
}

const slug = (world: string): string => world.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 40) || "world";

/** Writes it and the checksums of all files, last of all. */
export async function writeManifest(folder: string, manifest: Omit<Manifest, "files">, files: readonly string[]): Promise<Manifest> {
  const sized = await Promise.all(files.map(async (name) => ({ name, bytes: (await stat(join(folder, name))).size })));
  const whole: Manifest = { ...manifest, files: sized };
  await writeDurably(join(folder, MANIFEST), `${JSON.stringify(whole, null, 2)}\n`);
  const lines: string[] = [];
  for (const name of [MANIFEST, ...files]) lines.push(`${await sha256Of(join(folder, name))}  ${name}\n`);
  await writeDurably(join(folder, SUMS), lines.join(""));
  return whole;
}

/**
 * Reads it and checks every file against its checksum. Rejects with a sentence when it is damaged, incomplete, no backup, or
 * has a newer form.
 */
export async function readChecked(folder: string): Promise<Manifest> {
  const sums = await sumsIn(folder);
  for (const [name, should] of sums) {
    const path = join(folder, name);
    if (!await exists(path)) throw new AppError("E_STORAGE", `The backup ${folder} is incomplete: ${name} is missing.`);
    if (await sha256Of(path) !== should) throw new AppError("E_STORAGE", `The backup ${folder} is damaged: ${name} is not what was written.`);
  }
  const manifest = parse(folder, await readFile(join(folder, MANIFEST), "utf8"));
  const unlisted = [...manifest.files, { name: manifest.database.file }].find(({ name }) => !sums.has(name));
  if (unlisted !== undefined || !sums.has(MANIFEST)) throw new AppError("E_STORAGE", `The backup ${folder} is damaged: ${SUMS} does not name ${unlisted?.name ?? MANIFEST}.`);
  return manifest;
}

/** The newest migration of what is in a backup. Throws a sentence when this server does not know them all. */
export function knownSchema(folder: string, { schema: done, version }: Manifest): MigrationName {
  const unknown = done.find((name) => !(MIGRATION_NAMES as readonly string[]).includes(name));
  if (unknown !== undefined) throw new AppError("E_STORAGE", `The backup ${folder} was made by a newer server (${version}): this one does not know ${unknown}. Restore it with that version or a newer one.`);
  return done.at(-1) as MigrationName;
}

async function sumsIn(folder: string): Promise<Map<string, string>> {
  let text: string;
  try {
    text = await readFile(join(folder, SUMS), "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR")) throw new AppError("E_STORAGE", `${folder} is no backup, or not a complete one: there is no ${SUMS} in it.`, { cause: error });
    throw error;
  }
  const sums = new Map<string, string>();
  for (const line of text.split("\n").filter((each) => each !== "")) {
    const [, sum, name] = /^([0-9a-f]{64}) {2}((?:archive\/)?[\w.-]+)$/.exec(line) ?? [];
    if (sum === undefined || name === undefined) throw new AppError("E_STORAGE", `The backup ${folder} is damaged: ${SUMS} cannot be read.`);
    sums.set(name, sum);
  }
  return sums;
}

function parse(folder: string, text: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new AppError("E_STORAGE", `The backup ${folder} is damaged: ${MANIFEST} cannot be read.`, { cause: error });
  }
  const format: unknown = typeof value === "object" && value !== null ? Reflect.get(value, "format") : undefined;
  if (typeof format === "number" && format > FORMAT) throw new AppError("E_STORAGE", `The backup ${folder} has the form ${format}; this server reads ${FORMAT}. Restore it with a newer version.`);
  const read = schema.safeParse(value);
  if (!read.success) throw new AppError("E_STORAGE", `The backup ${folder} is damaged: ${MANIFEST} lacks what it should say (${read.error.issues[0]?.path.join(".")}).`);
  return read.data;
}

/** The sums of a backup's files by name, as they were written; for finding the same archive in an earlier backup. */
export async function knownSums(folder: string): Promise<ReadonlyMap<string, string>> {
  return await sumsIn(folder);
}

/** When the newest complete backup of a world in a folder was made; undefined when there is none. Looks at names only. */
export async function newestBackupAt(world: string, folder: string): Promise<Date | undefined> {
  const newest = (await backupsOf(world, folder)).at(-1);
  const [, y, mo, d, h, mi, s] = /-(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z-m\d{4}$/.exec(newest ?? "") ?? [];
  return y === undefined ? undefined : new Date(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`);
}
