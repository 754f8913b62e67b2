/** A world is backed up while it is played, destroyed, restored, and goes on as if nothing had been (issue 6). */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { cp, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { loadConfig } from "../../src/config.ts";
import { backupCommand } from "../../src/persistence/backup-cli.ts";
import { openDatabase } from "../../src/persistence/orm.ts";
import { restoreCommand } from "../../src/persistence/restore-cli.ts";
import type { CliResult } from "../../src/run-cli.ts";
import { quietLog, sqlBench, testClock } from "../contracts/storage/sql-bench.ts";
import { expectSound, findsAll, liveALittle, liveOn } from "../support/lived-in.ts";
import { StockPlayer, textOf } from "../support/players.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { ServerProcess } from "../support/server-process.ts";
import { until } from "../support/until.ts";

vi.setConfig({ testTimeout: 600_000, hookTimeout: 60_000 });
let server: ServerProcess | undefined;
let postgres: TestPostgres | undefined;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "waystone-backups-"));
});
afterEach(async () => {
  await server?.remove();
  await postgres?.stop();
  server = postgres = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const RESTORE = fileURLToPath(new URL("../../src/persistence/restore-cli.ts", import.meta.url));
type Env = Record<string, string>;
function run(command: typeof backupCommand, env: Env, ...args: string[]): Promise<CliResult> {
  const loaded = loadConfig({ WAYSTONE_BACKUP_DIR: folder, WAYSTONE_ALLOW_UNSAFE_STORAGE: "1", ...env });
  if ("problems" in loaded) throw new Error(loaded.problems.join());
  return command(args, loaded.config);
}
const backups = async (): Promise<string[]> => (await readdir(folder)).filter((name) => name !== "jobs").sort();
const newest = async (): Promise<string> => join(folder, (await backups()).at(-1)!);
const manifestIn = (backup: string): unknown => JSON.parse(readFileSync(join(backup, "manifest.json"), "utf8"));

/** Somebody who does not stop playing while the backup is made. */
async function playThrough(endpoint: string, work: () => Promise<CliResult>): Promise<CliResult> {
  const cleo = await StockPlayer.register(endpoint, "Cleolinde");
  // A coin that lies there in the moment of the backup is in it: not where the others look about them afterwards.
  expect((await cleo.types("south")).status).toBe("ok");
  let isDone = false;
  const playing = (async () => {
    while (!isDone) {
      expect((await cleo.types("drop 1 coin")).status).toBe("ok");
      expect((await cleo.types("get coin")).status).toBe("ok");
      // No faster than a player may.
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  })();
  const result = await work().finally(() => (isDone = true));
  await playing;
  await cleo.leaves();
  return result;
}

async function expectSoundAt(env: Env): Promise<void> {
  const db = await openDatabase({ databaseUrl: env["DATABASE_URL"], dataDir: env["DATA_DIR"] ?? "unused", log: quietLog, clock: testClock, allowUnsafe: true });
  await expectSound(db.sql);
  // Areas that nobody had owned yet begin above all epochs of before, too.
  const bench = sqlBench(db);
  const owned = await (await bench.lease("afterwards")).acquire("never_owned" as never);
  expect("epoch" in owned ? owned.epoch : 0).toBeGreaterThan(1_700_000_000);
  await bench.end();
  await db.close();
}

test("the embedded database, backed up by the server while it runs", async () => {
  server = await ServerProcess.start({ WAYSTONE_BACKUP_DIR: folder });
  const env = { DATA_DIR: server.dataDir };
  const metric = async (): Promise<number> => Number(/^waystone_backup_last_success_timestamp_seconds (\S+)$/m.exec(await (await fetch(`${server!.endpoint}/metrics`)).text())?.[1]);
  expect(await metric()).toBe(0);
  const { ada, ben, remembered } = await liveALittle(server.endpoint);
  const token = ada.token;
  const result = await playThrough(server.endpoint, () => run(backupCommand, env));
  expect(result).toMatchObject({ exitCode: 0, lines: [expect.stringContaining("read back and found sound")] });
  expect(await metric()).toBeGreaterThan(Date.now() / 1000 - 300);
  // Nothing lies about, and only the owner can read it.
  expect((await readdir(server.dataDir)).filter((name) => name.startsWith("snapshot"))).toEqual([]);
  const backup = await newest();
  expect(manifestIn(backup)).toMatchObject({ format: 1, world: expect.any(String), database: { kind: "embedded", dump: "rows" }, tables: { character: { rows: "3" }, letter: { rows: "1" } } });

  // What happens later is lost with the disaster.
  await ada.types("drop 4 coins");
  await ada.leaves();
  await ben.leaves();
  await server.kill();
  await rm(join(server.dataDir, "pglite"), { recursive: true });
  expect(await run(restoreCommand, env, backup)).toMatchObject({ exitCode: 0 });
  await server.run();
  // A token from before is not good any more: what has been done about it since the backup is forgotten.
  await expect(fetch(`${server.endpoint}/auth/refresh`, { method: "POST", headers: { authorization: `Bearer ${token}` } })).resolves.toMatchObject({ status: 401 });
  await liveOn(await findsAll(server.endpoint, remembered));
  await server.stop();
  await expectSoundAt(env);

  // A stopped server's database is backed up as well, older ones go, and the backup fits into a PostgreSQL.
  expect((await run(backupCommand, env, "--keep", "1")).lines.at(-1)).toMatch(/was removed\.$/);
  expect(await backups()).toHaveLength(1);
  postgres = await startPostgres(["fsync = off"]);
  const url = await postgres.url("moved");
  expect(await run(restoreCommand, { ...env, DATABASE_URL: url }, await newest())).toMatchObject({ exitCode: 0 });
  await expectSoundAt({ DATABASE_URL: url });
});

test("PostgreSQL, by pg_dump; and a process that slept through the restore can write nothing", async () => {
  postgres = await startPostgres();
  const env: Env = { DATABASE_URL: await postgres.url("world") };
  server = await ServerProcess.start(env);
  env["DATA_DIR"] = server.dataDir;
  await mkdir(join(server.dataDir, "archive"));
  await writeFile(join(server.dataDir, "archive", "journal-2025-01.jsonl.gz"), "what was archived");
  const { remembered, ada } = await liveALittle(server.endpoint);
  expect(await playThrough(server.endpoint, () => run(backupCommand, env))).toMatchObject({ exitCode: 0 });
  const backup = await newest();
  expect(manifestIn(backup)).toMatchObject({ database: { kind: "postgres", dump: "pg_dump" }, tables: { letter: { rows: "1" } } });
  // Archived months are linked from backup to backup.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  await run(backupCommand, env);
  expect(readFileSync(join(await newest(), "archive", "journal-2025-01.jsonl.gz"), "utf8")).toBe("what was archived");

  // Into an empty database, with another data folder, and on with it.
  const other: Env = { DATABASE_URL: await postgres.url("other"), DATA_DIR: join(folder, "jobs") };
  expect(await run(restoreCommand, other, backup)).toMatchObject({ exitCode: 0, lines: expect.arrayContaining(["1 archived months of the journal were put back."]) });
  expect(readFileSync(join(folder, "jobs", "archive", "journal-2025-01.jsonl.gz"), "utf8")).toBe("what was archived");
  const second = await ServerProcess.start(other);
  try {
    await liveOn(await findsAll(second.endpoint, remembered));
  } finally {
    await second.stop();
    await second.remove();
  }
  await expectSoundAt(other);

  await expect(run(restoreCommand, { DATA_DIR: join(folder, "jobs", "embedded") }, backup)).rejects.toMatchObject({ message: expect.stringContaining("was made by pg_dump: restore it into a PostgreSQL") });
  // In use: refused. Fast asleep: its lease runs out, the world is put back under it, and it wakes up.
  await expect(run(restoreCommand, env, backup)).rejects.toMatchObject({ message: expect.stringContaining("--replace") });
  await expect(run(restoreCommand, env, backup, "--replace")).rejects.toMatchObject({ message: expect.stringMatching(/A server \(at .*\) is running on .*; stop it first/) });
  await ada.types("drop 1 coin");
  server.freeze();
  // No answer is one of the right ones: its process ends.
  const late = ada.types("get coin").catch(() => null);
  await until(() => run(restoreCommand, env, backup, "--replace").then(() => true, (error: Error) => {
    if (error.message.includes("is running on")) return false;
    throw error;
  }), "its lease has run out", 60_000);
  const heir = await ServerProcess.start({ ...env, DATA_DIR: server.dataDir });
  try {
    const people = await findsAll(heir.endpoint, remembered);
    server.thaw();
    await until(() => !server!.alive, "it has noticed and ended", 60_000);
    const answer = await Promise.race([late, new Promise<null>((resolve) => setTimeout(() => resolve(null), 2_000))]);
    expect(answer?.status).not.toBe("ok");
    await liveOn(people);
  } finally {
    await heir.stop();
    await heir.remove();
  }
  await expectSoundAt(env);
});

test("what is damaged, incomplete, newer, or would be written over is refused in one sentence, and nothing is changed", async () => {
  server = await ServerProcess.start();
  const env = { DATA_DIR: server.dataDir };
  const before = await liveALittle(server.endpoint);
  await before.ada.leaves();
  await before.ben.leaves();
  await server.stop();
  await run(backupCommand, env);
  const good = await newest();
  const bad = join(folder, "bad");
  const restored = async (change: () => Promise<void>): Promise<string> => {
    await rm(bad, { recursive: true, force: true });
    await cp(good, bad, { recursive: true });
    await change();
    const target = { DATA_DIR: join(folder, "jobs", "empty") };
    const error = await run(restoreCommand, target, bad).then(() => new Error("it was restored"), (failure: Error) => failure);
    expect(await readdir(target.DATA_DIR).catch(() => [])).toEqual([]);
    return error.message;
  };
  const edit = async (file: string, change: (bytes: Buffer) => Buffer): Promise<void> => writeFile(join(bad, file), change(readFileSync(join(bad, file))));
  const signAgain = async (): Promise<void> => {
    const { createHash } = await import("node:crypto");
    await edit("SHA256SUMS", (sums) => Buffer.from(sums.toString().replace(/^\w{64} {2}(\S+)$/gm, (_, name: string) => `${createHash("sha256").update(readFileSync(join(bad, name))).digest("hex")}  ${name}`)));
  };
  const flip = (bytes: Buffer): Buffer => {
    bytes[bytes.length >> 1]! ^= 1;
    return bytes;
  };
  const dump = "database.jsonl.gz";

  expect(await restored(() => edit(dump, flip))).toMatch(/is damaged: database\.jsonl\.gz is not what was written\.$/);
  expect(await restored(() => edit("manifest.json", flip))).toMatch(/is damaged: manifest\.json is not what was written\.$/);
  expect(await restored(() => edit("SHA256SUMS", flip))).toMatch(/is damaged/);
  expect(await restored(() => edit(dump, (bytes) => bytes.subarray(0, bytes.length - 100)))).toMatch(/is damaged/);
  expect(await restored(() => rm(join(bad, dump)))).toMatch(/is incomplete: database\.jsonl\.gz is missing\.$/);
  expect(await restored(() => rm(join(bad, "SHA256SUMS")))).toMatch(/is no backup, or not a complete one/);
  expect(await restored(() => rm(bad, { recursive: true }))).toMatch(/is no backup/);
  // Somebody has put it together anew, so that the checksums are right.
  const manifest = (change: (text: string) => string) => async (): Promise<void> => {
    await edit("manifest.json", (bytes) => Buffer.from(change(bytes.toString())));
    await signAgain();
  };
  expect(await restored(manifest((text) => text.replace(/"format": 1/, '"format": 2')))).toMatch(/has the form 2; this server reads 1/);
  expect(await restored(manifest((text) => text.replace(/("schema": \[)/, '$1 "m9999-from-the-future",')))).toMatch(/made by a newer server \(.*\): this one does not know m9999-from-the-future/);
  expect(await restored(manifest((text) => text.replace(/("character": \{\s*"rows": ")\d+/, "$17")))).toMatch(/What was written is not what was read: character has 2 rows instead of 7\.$/);
  expect(await restored(async () => {
    await edit(dump, (bytes) => bytes.subarray(0, bytes.length - 100));
    await signAgain();
  })).toMatch(/The world could not be written.*(cannot be read|ends before its end)/);

  // The target has a world, and a server.
  await expect(run(restoreCommand, env, good)).rejects.toMatchObject({ message: expect.stringContaining("is left as it is") });
  await server.run();
  await expect(run(restoreCommand, env, good, "--replace")).rejects.toMatchObject({ message: expect.stringContaining("Another server") });
  const again = await findsAll(server.endpoint, before.remembered);
  await again.ada.types("drop 4 coins");
  await server.stop();
  expect(await run(restoreCommand, env, good, "--replace")).toMatchObject({ lines: expect.arrayContaining([expect.stringMatching(/What was there before is in .*pglite-before\./)]) });
  await server.run();
  await liveOn(await findsAll(server.endpoint, before.remembered));

  // No backup of the same second is written over, and what is called wrongly says how it is called.
  const taken = join(folder, "taken");
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  try {
    await server.stop();
    expect(await run(backupCommand, env, "--to", taken)).toMatchObject({ exitCode: 0 });
    await expect(run(backupCommand, env, "--to", taken)).rejects.toMatchObject({ message: expect.stringContaining("is not written over") });
  } finally {
    vi.useRealTimers();
  }
  expect(await readdir(taken)).toHaveLength(1);
  expect(await run(backupCommand, env, "--keep", "0")).toMatchObject({ exitCode: 2 });
  expect(await run(restoreCommand, env)).toMatchObject({ exitCode: 2 });
  await rename(good, `${good}.kept`);
  await expect(run(backupCommand, { DATA_DIR: join(folder, "jobs", "nothing") })).rejects.toMatchObject({ message: expect.stringContaining("There is no embedded database in") });
});

test("a restore that is killed in the middle leaves the world that was there", async () => {
  server = await ServerProcess.start();
  const env = { DATA_DIR: server.dataDir };
  const ada = await StockPlayer.register(server.endpoint, "Adalind");
  await server.stop();
  await run(backupCommand, env);
  await server.run();
  const again = await StockPlayer.login(server.endpoint, ada.name);
  expect((await again.types("drop 4 coins")).status).toBe("ok");
  await server.stop();

  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", RESTORE, await newest(), "--replace"], { env: { PATH: process.env["PATH"], ...env }, stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  await until(async () => (await readdir(server!.dataDir)).some((name) => name.startsWith("pglite-new")), "it has begun to build");
  child.kill("SIGKILL");
  await ended;
  expect(child.signalCode).toBe("SIGKILL");
  await server.run();
  const third = await StockPlayer.login(server.endpoint, ada.name);
  expect(textOf(await third.types("look"))).toMatch(/coins/);
  await server.stop();
  expect(await run(restoreCommand, env, await newest(), "--replace")).toMatchObject({ exitCode: 0 });
  await expectSoundAt(env);
});
