/** A world moves from the embedded database into a PostgreSQL and back, and nobody in it notices (issue 6). */
import { mkdtempSync, rmSync } from "node:fs";
import { readdir, rename } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { loadConfig } from "../../src/config.ts";
import { moveCommand } from "../../src/persistence/move-cli.ts";
import { openPlace, type Place } from "../../src/persistence/backup/place.ts";
import { plainText, sumsOf, type Sums } from "../../src/persistence/backup/sums.ts";
import { sequencesOf, shapeOf, type Sequence } from "../../src/persistence/backup/tables.ts";
import type { CliResult } from "../../src/run-cli.ts";
import { quietLog, testClock } from "../contracts/storage/sql-bench.ts";
import { expectSound, findsAll, liveALittle, liveOn } from "../support/lived-in.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { ServerProcess } from "../support/server-process.ts";
import { StockPlayer } from "../support/players.ts";
import { until } from "../support/until.ts";

vi.setConfig({ testTimeout: 600_000, hookTimeout: 60_000 });
let servers: ServerProcess[] = [];
let postgres: TestPostgres;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "waystone-move-"));
  postgres = await startPostgres();
});
afterEach(async () => {
  for (const server of servers) await server.remove();
  servers = [];
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function start(env: Record<string, string> = {}): Promise<ServerProcess> {
  const server = await ServerProcess.start(env);
  servers.push(server);
  return server;
}

function move(dataDir: string, ...args: string[]): Promise<CliResult> {
  const loaded = loadConfig({ DATA_DIR: dataDir });
  if ("problems" in loaded) throw new Error(loaded.problems.join());
  return moveCommand(args, loaded.config);
}

interface Content {
  readonly sums: Sums;
  readonly sequences: readonly Sequence[];
  readonly months: readonly string[];
}

async function contentOf(place: Place): Promise<Content> {
  const opened = await openPlace(place, { clock: testClock, log: quietLog });
  try {
    return await opened.sql.transaction(async (sql) => {
      await plainText(sql);
      const { tables, months } = await shapeOf(sql);
      return { sums: await sumsOf(sql, tables), sequences: await sequencesOf(sql), months };
    });
  } finally {
    await opened.close();
  }
}

/** Whose turn it is differs on purpose: nobody serves the moved world, and epochs begin above. */
const TURNS = new Set(["process", "area_owner", "world_meta"]);
const lasting = ({ sums, ...rest }: Content): Content => ({ ...rest, sums: Object.fromEntries(Object.entries(sums).filter(([table]) => !TURNS.has(table))) });

test("there and back, row by row, with the players' tokens", async () => {
  const server = await start();
  const { dataDir } = server;
  const { ada, remembered } = await liveALittle(server.endpoint);
  const url = await postgres.url("moved");

  // Nobody moves a world away under its players.
  await expect(move(dataDir, "--from", "embedded", "--to", url)).rejects.toMatchObject({ message: expect.stringContaining("Another server") });
  await server.stop();
  const first = await contentOf({ kind: "embedded", dataDir });
  expect(await move(dataDir, "--from", "embedded", "--to", url)).toMatchObject({ exitCode: 0, lines: expect.arrayContaining([expect.stringContaining("counted and summed on both sides")]) });
  const second = await contentOf({ kind: "postgres", url });
  expect(lasting(second)).toEqual(lasting(first));
  expect(lasting(await contentOf({ kind: "embedded", dataDir }))).toEqual(lasting(first));
  expect(second.months.length).toBeGreaterThan(1);

  // The same data folder has the secret that tokens are signed with: whoever was logged in still is.
  await rename(join(dataDir, "pglite"), join(dataDir, "pglite-old"));
  const onPostgres = new Map([["DATABASE_URL", url], ["DATA_DIR", dataDir]]);
  const moved = await start(Object.fromEntries(onPostgres));
  const answer = await fetch(`${moved.endpoint}/auth/refresh`, { method: "POST", headers: { authorization: `Bearer ${ada.token}` } });
  expect(answer.status).toBe(200);
  await findsAll(moved.endpoint, remembered);
  await expect(move(dataDir, "--from", url, "--to", "embedded")).rejects.toMatchObject({ message: expect.stringMatching(/^A server \(at .*\) is running on .*; stop it first\.$/) });
  await moved.stop();

  const before = await contentOf({ kind: "postgres", url });
  expect(await move(dataDir, "--from", url, "--to", "embedded")).toMatchObject({ exitCode: 0 });
  expect(lasting(await contentOf({ kind: "embedded", dataDir }))).toEqual(lasting(before));
  await server.run();
  await liveOn(await findsAll(server.endpoint, remembered));
  await server.stop();
  const opened = await openPlace({ kind: "embedded", dataDir }, { clock: testClock, log: quietLog });
  await expectSound(opened.sql);
  await opened.close();
});

/** Whatever is written into `item` becomes more. */
const GROWS = `create function public.grows() returns event_trigger language plpgsql as $$
declare made record;
begin
  for made in select objid::regclass::text as name from pg_event_trigger_ddl_commands() where object_type = 'table' and objid::regclass::text ~ '(^|\\.)item$' loop
    execute 'create or replace function public.grow() returns trigger language plpgsql as $grow$ begin new.quantity := new.quantity + 1; return new; end $grow$';
    execute format('create trigger grow before insert on %s for each row execute function public.grow()', made.name);
  end loop;
end $$`;

test("a move that fails leaves both places as they were", async () => {
  const url = await postgres.url("full");
  const server = await start({ DATABASE_URL: url });
  const { dataDir } = server;
  const ada = await StockPlayer.register(server.endpoint, "Adalind");
  await ada.types("drop 3 coins");
  await server.stop();
  const source: Place = { kind: "postgres", url };
  let before = await contentOf(source);
  const failed = async (...args: string[]): Promise<string> => {
    const error = await move(dataDir, ...args).then(() => new Error("it was moved"), (failure: Error) => failure);
    expect(await contentOf(source)).toEqual(before);
    expect((await readdir(dataDir)).filter((name) => name.startsWith("pglite"))).toEqual([]);
    return error.message;
  };
  const opened = await openPlace(source, { clock: testClock, log: quietLog });
  const { sql } = opened;
  try {
    // Something in the source that is not the server's.
    await sql.query("create table notes (text text)");
    const withNotes = await move(dataDir, "--from", url, "--to", "embedded").then(() => "it was moved", (error: Error) => error.message);
    expect(withNotes).toMatch(/The table notes is none of this server's/);
    await sql.query("drop table notes");
    // A newer server's world, and none at all.
    await sql.query("insert into migration (name) values ('m9999-from-the-future')");
    expect(await failed("--from", url, "--to", "embedded")).toMatch(/is of a newer server: this one does not know m9999/);
    await sql.query("delete from migration where name like 'm9999%'");
    expect(await failed("--from", await postgres.url("nothing"), "--to", "embedded")).toMatch(/There is no world in/);
    // A target that changes what it is given: the sums do not agree, and what was built is taken down.
    const other = await postgres.url("other");
    const target = await openPlace({ kind: "postgres", url: other }, { clock: testClock, log: quietLog });
    await target.sql.query("create table something (n int)");
    expect(await failed("--from", url, "--to", other)).toMatch(/There is something in .*; it is left as it is/);
    await target.sql.query("drop table something");
    await target.sql.query(GROWS);
    await target.sql.query("create event trigger grows on ddl_command_end when tag in ('CREATE TABLE') execute function public.grows()");
    const grown = await move(dataDir, "--from", url, "--to", other, "--replace").then(() => "it was moved", (error: Error) => error.message);
    expect(grown).toMatch(/What was written is not what was read: item has \d+ rows whose checksums do not add up\.$/);
    await target.sql.query("drop event trigger grows");
    await target.sql.query("drop function public.grows(), public.grow()");
    // Somebody plays on in the source while it is read.
    const moving = failed("--from", url, "--to", other);
    await until(async () => (await target.sql.query("select nspname from pg_namespace where nspname like 'waystone_new%'")).length > 0, "the target is being built");
    await sql.query("insert into area_owner (area_id, epoch) values ('somewhere', 1)");
    before = await contentOf(source);
    expect(await moving).toMatch(/A server was running on .* meanwhile; nothing was moved/);
    expect(await target.sql.query("select nspname from pg_namespace where nspname like 'waystone%'")).toEqual([]);
    await target.close();
    // Nowhere to go to.
    expect(await failed("--from", url, "--to", "postgres://nobody@127.0.0.1:1/none")).toMatch(/The database at .* cannot be used/);
    expect(await move(dataDir, "--from", url, "--to", url)).toMatchObject({ exitCode: 2 });
    expect(await move(dataDir, "--from", "here", "--to", url)).toMatchObject({ exitCode: 2 });
  } finally {
    await opened.close();
  }
});
