/**
 * `npm run pitr`: point-in-time recovery, done once from beginning to end as docs/backup.md describes it. A PostgreSQL of its own
 * archives its log; a base backup is taken while people play; a mistake ruins the world, then the disk is lost; the database is
 * brought back to the moment before the mistake; a server starts on it, the people find what they had, and all checks of the
 * chaos runs hold. Fails when anything is otherwise.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openDatabase } from "../src/persistence/orm.ts";
import { quietLog } from "../src/run-cli.ts";
import { systemClock } from "../src/timers.ts";
import { expectSound, findsAll, liveALittle, liveOn, remembers } from "../test/support/lived-in.ts";
import { ServerProcess } from "../test/support/server-process.ts";
import { run } from "./cluster/programs.ts";
import { ArchivingPostgres } from "./pitr/archiving-postgres.ts";

const RESTORE = fileURLToPath(new URL("../src/persistence/restore-cli.ts", import.meta.url));
const clock = systemClock((error) => {
  throw error;
});

export async function drill(say: (line: string) => void): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "waystone-pitr-"));
  // PostgreSQL may run as somebody else, who must get in.
  await run("chmod", ["755", folder]);
  let server: ServerProcess | undefined;
  let postgres: ArchivingPostgres | undefined;
  const since = stopwatch();
  try {
    postgres = await ArchivingPostgres.make(join(folder, "postgres"));
    server = await ServerProcess.start({ DATABASE_URL: postgres.url });
    const { ada, ben } = await liveALittle(server.endpoint);
    since();
    const bytes = await postgres.baseBackup();
    say(`Base backup while a server runs: ${(bytes / 1024 / 1024).toFixed(0)} MB in ${since()} s.`);

    // What is played after the base backup is in the log alone.
    await ada.types("drop 2 coins");
    await ben.types("north");
    await ben.types("drop leaflet");
    const remembered = [await remembers(ada), await remembers(ben)];
    const moment = await postgres.now();
    say(`The moment: ${moment}.`);
    await new Promise((resolve) => setTimeout(resolve, 1_500));

    await ada.types("get coins");
    await postgres.psql("delete from item; update character set coins = 0");
    await ada.types("say Where is everything?");
    await postgres.archived();
    say(`A mistake has deleted every thing and emptied every purse; ${postgres.segments} files of the log are in the archive. Now the disk is lost.`);
    server.freeze();
    await postgres.lose();

    since();
    await postgres.recoverTo(moment);
    say(`Brought back from the base backup and the archive in ${since()} s:`);
    for (const line of postgres.recoveryLog) say(`  ${line.replace(/^.*?(LOG|FATAL|ERROR): +/, "")}`);
    // By the rows the old process serves the world still; its lease has run out meanwhile, or does so now.
    for (const line of await settled(postgres.url)) say(line);

    const heir = await ServerProcess.start({ DATABASE_URL: postgres.url });
    try {
      const people = await findsAll(heir.endpoint, remembered);
      server.thaw();
      for (let tries = 0; server.alive; tries += 1) {
        if (tries > 600) throw new Error("the process from before the disaster goes on");
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      say("The process from before the disaster woke up, saw that its place was taken, and ended.");
      await liveOn(people);
      await heir.stop();
    } finally {
      await heir.remove();
    }
    const db = await openDatabase({ databaseUrl: postgres.url, dataDir: "unused", log: quietLog, clock });
    await expectSound(db.sql);
    await db.close();
    say("Everybody found what they had at that moment and plays on; every check by SQL holds.");
  } finally {
    await server?.remove();
    await postgres?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** `npm run restore -- --settle`, again until the lease that came back with the database has run out. */
async function settled(url: string): Promise<string[]> {
  for (let tries = 0; ; tries += 1) {
    try {
      return (await run(process.execPath, ["--disable-warning=ExperimentalWarning", RESTORE, "--settle"], { env: { ...process.env, DATABASE_URL: url }, name: "restore" })).trim().split("\n");
    } catch (error) {
      if (tries > 20 || !(error instanceof Error && error.message.includes("is running on"))) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }
}

function stopwatch(): () => string {
  let startedMs = performance.now();
  return () => {
    const passed = ((performance.now() - startedMs) / 1000).toFixed(1);
    startedMs = performance.now();
    return passed;
  };
}

if (import.meta.main) await drill((line) => console.log(line));
