/** The embedded database belongs to one server at a time, and loses nothing of what it answered when that is killed. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockFolder } from "../../src/persistence/folder-lock.ts";
import { openDatabase } from "../../src/persistence/orm.ts";
import { quietLog, testClock } from "./storage/sql-bench.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "waystone-lock-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const lock = () => lockFolder(folder, testClock, quietLog);
const locks = () => readdirSync(folder).filter((name) => name.startsWith("pglite.lock"));
const claim = (claimed: object, name = "left"): string => {
  const path = join(folder, `pglite.lock.${name}`);
  writeFileSync(path, JSON.stringify({ pid: process.pid, started: null, host: "elsewhere", ...claimed }));
  return path;
};

describe("the lock", () => {
  it("refuses a second server in one sentence, and lets it in when the first has gone", async () => {
    const unlock = await lock();
    await expect(lock()).rejects.toMatchObject({
      code: "E_STORAGE", message: expect.stringMatching(new RegExp(`^Another server \\(process ${process.pid} on .+\\) is using .+; stop it, or give this one another DATA_DIR\\.$`)) as string,
    });
    await unlock();
    await (await lock())();
    expect(locks()).toEqual([]);
  });

  it("never lets in two that come at once", async () => {
    const came = await Promise.allSettled([lock(), lock(), lock(), lock()]);
    expect(came.filter(({ status }) => status === "fulfilled").length).toBeLessThanOrEqual(1);
  });

  it("of a process that was killed is taken over, its number used by another process or not", async () => {
    const { hostname } = await import("node:os");
    claim({ pid: 2 ** 22 - 1, host: hostname() }, "nobody");
    claim({ pid: process.pid, started: "1", host: hostname() }, "number-used-again");
    await lock();
    expect(locks()).toHaveLength(1);
  });

  it("of another host counts while it is touched", async () => {
    const path = claim({ host: "another-container" });
    await expect(lock()).rejects.toMatchObject({ code: "E_STORAGE" });
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(path, longAgo, longAgo);
    await (await lock())();
  });
});

it("what a start that was killed while it made the database has left is in nobody's way", async () => {
  const making = join(folder, "pglite-making");
  mkdirSync(making);
  writeFileSync(join(making, "PG_VERSION"), "18");
  const db = await openDatabase({ dataDir: folder, log: quietLog, clock: testClock });
  expect(await db.sql.query("select 1 as n")).toEqual([{ n: 1 }]);
  await db.close();
  expect(readdirSync(folder).filter((name) => name.startsWith("pglite"))).toEqual(["pglite"]);
}, 60_000);

it("a folder that is there and empty, as a volume may be, is made a database", async () => {
  mkdirSync(join(folder, "pglite"));
  const db = await openDatabase({ dataDir: folder, log: quietLog, clock: testClock });
  expect(await db.sql.query("select 1 as n")).toEqual([{ n: 1 }]);
  await db.close();
}, 60_000);

it("whoever asks while it keeps house is answered in between, and it can be closed in the middle of that", async () => {
  const db = await openDatabase({ dataDir: folder, log: quietLog, clock: testClock });
  let isKept = false;
  const keeping = db.maintain().then(() => (isKept = true));
  for (let n = 0; n < 5; n += 1) expect(await db.sql.query("select 1 as n")).toEqual([{ n: 1 }]);
  expect(isKept).toBe(false);
  await keeping;
  const again = db.maintain();
  await db.close();
  await again;
}, 60_000);

it("kill -9 of the server takes nothing back that was answered, and the next one opens the folder", async () => {
  const writer = spawn(process.execPath, [fileURLToPath(new URL("./storage/pglite-writer.ts", import.meta.url)), folder], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  writer.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const last = (): number => Number(said.trimEnd().split("\n").at(-1));
  await expect.poll(last, { timeout: 60_000, interval: 50 }).toBeGreaterThan(50);
  await expect(openDatabase({ dataDir: folder, log: quietLog, clock: testClock })).rejects.toMatchObject({ message: expect.stringContaining(`process ${writer.pid}`) as string });
  const exited = new Promise((resolve) => writer.once("exit", resolve));
  writer.kill("SIGKILL");
  await exited;
  const answered = said.endsWith("\n") ? last() : last() - 1;
  const db = await openDatabase({ dataDir: folder, log: quietLog, clock: testClock });
  const [row] = await db.sql.query<{ n: number }>("select count(*)::int as n from world_meta");
  expect(row?.n).toBeGreaterThanOrEqual(answered);
  expect(row?.n).toBeLessThanOrEqual(answered + 2);
  await db.close();
}, 120_000);
