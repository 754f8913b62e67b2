/**
 * A process that does nothing but background jobs, for tests that end it. Its one job writes a row into `worked` when it begins and
 * when it ends; between them it takes the time it is told to.
 * Arguments: the database's URL, the process's name, how long the job takes, in ms, and whether it is due every minute.
 */
import { JobRunner } from "../../src/jobs/job-runner.ts";
import { JobRuns } from "../../src/jobs/job-runs.ts";
import { createLog } from "../../src/log.ts";
import { openDatabase } from "../../src/persistence/orm.ts";
import { sleep, systemClock } from "../../src/timers.ts";

const [url = "", name = "", takesMs = "0"] = process.argv.slice(2);
const clock = systemClock((error) => { throw error; });
const log = createLog({ level: "warn" });
const db = await openDatabase({ databaseUrl: url, dataDir: "unused", log, clock, allowUnsafe: true });
const note = (what: string) => db.background.query("insert into worked (process, what) values ($1, $2)", [name, what]);
const runner = new JobRunner({
  db, clock, log, isDown: () => false, runs: new JobRuns(db.sql, () => name), onRun: () => undefined,
  timing: { pollS: 0.5, heartbeatS: 10, superviseS: 1, scheduleEveryS: 1, retryAfterS: 1 },
  jobs: [{
    name: "work", about: "Works.", cron: "* * * * *",
    run: async ({ signal, say }) => {
      await note("begins");
      await sleep(Number(takesMs), signal);
      await note("ends");
      say(`${name} worked.`);
    },
  }],
});
await runner.start();
process.on("message", (message) => {
  if (message === "run") runner.runNow("work").then(() => process.send?.("sent"), (error: unknown) => process.send?.(String(error)));
  if (message === "stop") {
    runner.stop().then(() => process.send?.("stopped"), (error: unknown) => process.send?.(String(error)));
  }
});
process.send?.("ready");
