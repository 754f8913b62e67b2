/**
 * `npm run journal -- item <id> | character <name> [--last N] | entry <id> | undo <entry> [--force]`: what happened, by the
 * journal, and taking back one trade, gift or sale. With the embedded database the server must be stopped.
 */
import process from "node:process";
import { hostId } from "../cluster/host-id.ts";
import { ProcessLease } from "../cluster/lease-postgres.ts";
import { quietLog, runCommand, type CliResult } from "../run-cli.ts";
import type { Config } from "../config.ts";
import { loadWorld } from "../content/load.ts";
import { roomsAsAreas } from "../content/rooms-as-areas.ts";
import type { ContentIndex } from "../engine/content.ts";
import { JOURNAL_LINES, MAX_JOURNAL_LINES, UNDO_WAIT_MS } from "../limits.ts";
import { systemClock } from "../timers.ts";
import { PostgresAreaStore } from "./area-store.ts";
import type { Database } from "./database.ts";
import { PostgresIntentStore } from "./intent-store.ts";
import { Journal, JournalWords, type JournalRow } from "./journal.ts";
import { undo } from "./journal-undo.ts";
import { openDatabase } from "./orm.ts";

const USAGE: CliResult = {
  exitCode: 2,
  lines: [
    "npm run journal -- item <id>                  where a thing came from, and through whose hands",
    "npm run journal -- character <name> [--last N]  what somebody did last",
    "npm run journal -- entry <number>             one entry in full",
    "npm run journal -- undo <number> [--force]    takes back a trade, gift or sale; with --force what can be taken back of it",
  ],
};

const clock = systemClock((error) => {
  throw error;
});
/** Carries out one call. Rejects with an `AppError` whose message says in one sentence what is wrong. */
export async function journal(args: readonly string[], config: Config): Promise<CliResult> {
  const [verb, what] = args.filter((arg) => !arg.startsWith("--"));
  const last = Number(args[args.indexOf("--last") + 1] ?? NaN);
  if (verb === undefined || what === undefined || !["item", "character", "entry", "undo"].includes(verb)) return USAGE;
  if ((verb === "entry" || verb === "undo") && !/^\d{1,18}$/.test(what)) return { exitCode: 2, lines: [`${what} is not the number of an entry.`] };
  const content = await contentOf(config);
  const databaseUrl = config.database.kind === "postgres" ? config.database.url : undefined;
  const db = await openDatabase({ databaseUrl, dataDir: config.dataDir, log: quietLog, clock, allowUnsafe: config.allowUnsafeStorage });
  try {
    const reader = new Journal(db.sql);
    if (verb === "item") return await item(what, reader, content);
    if (verb === "character") return await character(what, args.includes("--last") && last >= 1 ? Math.min(last, MAX_JOURNAL_LINES) : JOURNAL_LINES, reader, content);
    const entry = await reader.entry(what);
    if (entry === undefined) return { exitCode: 1, lines: [`There is no entry ${what} in the journal (months that were archived are not looked through).`] };
    const words = new JournalWords(await reader.names([entry]), content);
    if (verb === "entry") return { exitCode: 0, lines: full(entry, words) };
    return await undoEntry(entry, args.includes("--force"), words, { db, config, content });
  } finally {
    await db.close();
  }
}

async function contentOf(config: Config): Promise<ContentIndex | undefined> {
  const loaded = await loadWorld(config.worldDir);
  if (!("content" in loaded)) return undefined;
  return config.areaMode === "room" ? roomsAsAreas(loaded.content) : loaded.content;
}

async function item(id: string, reader: Journal, content: ContentIndex | undefined): Promise<CliResult> {
  const rows = await reader.ofItem(id);
  if (rows.length === 0) return { exitCode: 1, lines: [`The journal knows of no thing ${id}.`] };
  const now = await reader.whereIs(id);
  const words = new JournalWords(new Map([...await reader.names(rows), ...await reader.names([{ events: [{ at: now?.at }] } as unknown as JournalRow])]), content);
  return {
    exitCode: 0,
    lines: [
      ...(rows.length < MAX_JOURNAL_LINES ? [] : [`(What is older than the newest ${MAX_JOURNAL_LINES} entries is left out.)`]),
      ...rows.flatMap((row) => [words.heading(row), ...words.events(row, id)]),
      now === undefined ? `${id} is no more.` : `${id}: ${now.quantity} ${words.kind(now.kind)}, now with ${words.holder(now.at)}.`,
    ],
  };
}

async function character(name: string, last: number, reader: Journal, content: ContentIndex | undefined): Promise<CliResult> {
  const rows = await reader.ofCharacter(name, last);
  if (rows === undefined) return { exitCode: 1, lines: [`There is no character ${name}.`] };
  if (rows.length === 0) return { exitCode: 0, lines: [`${name} has done nothing that was written down.`] };
  const words = new JournalWords(await reader.names(rows), content);
  return { exitCode: 0, lines: rows.flatMap((row) => [words.heading(row), ...words.events(row)]) };
}

function full(entry: JournalRow, words: JournalWords): string[] {
  const request = entry.seq === null ? "without a number" : `request ${entry.seq}, step ${entry.step}`;
  return [words.heading(entry), `    area ${entry.area ?? "none"}, epoch ${entry.epoch ?? "none"}, ${request}`, ...words.events(entry)];
}

async function undoEntry(entry: JournalRow, force: boolean, words: JournalWords, { db, config, content }: { db: Database; config: Config; content: ContentIndex | undefined }): Promise<CliResult> {
  if (content === undefined) return { exitCode: 1, lines: [`The world in ${config.worldDir} has mistakes; whose area it is cannot be known.`] };
  // A place of its own beside the server's: nobody is fenced by it.
  const lease = new ProcessLease({ sql: db.sql, clock, log: quietLog, alone: db.kind === "embedded" });
  await lease.start({ hostId: `${await hostId(config.dataDir)}:journal:${process.pid}`, port: 0, address: "journal", colyseusId: null });
  try {
    const result = await undo(entry, force, {
      sql: db.sql, content, clock, waitMs: UNDO_WAIT_MS,
      characters: new PostgresAreaStore(db.sql), ownership: lease, intents: new PostgresIntentStore(db.sql),
    });
    const said = result.said.map((line) => words.sentence(line));
    if (result.done) return { exitCode: 0, lines: [`Undone: ${words.heading(entry)}`, ...said] };
    return { exitCode: 1, lines: [`Not undone: ${words.heading(entry)}`, ...said, ...(force ? [] : ["With --force, what can be taken back is taken back."])] };
  } finally {
    await lease.stop();
  }
}

if (import.meta.main) await runCommand(journal);
