/**
 * `npm run flag` lists the feature flags; `npm run flag -- <name> <share> [--note "why"]` sets one, `-- <name> remove` takes
 * it away. A share is a number from 0 to 1, a percentage, `on` or `off`. Processes follow within some seconds.
 */
import { parseArgs } from "node:util";
import { Redis } from "ioredis";
import { quietLog, runCommand, type CliResult } from "../run-cli.ts";
import type { Config } from "../config.ts";
import { REDIS_COMMAND_TIMEOUT_MS } from "../limits.ts";
import { openDatabase } from "../persistence/orm.ts";
import { systemClock } from "../timers.ts";
import { readFlags, removeFlag, writeFlag, type FlagRow } from "./feature-flags.ts";

const USAGE: CliResult = {
  exitCode: 2,
  lines: ["npm run flag                                  all flags", "npm run flag -- <name> <share> [--note TEXT]  0.1, 10%, on, off", "npm run flag -- <name> remove"],
};

/** Carries out one call. Rejects with an `AppError` whose message says in one sentence what is wrong. */
export async function flag(args: readonly string[], config: Config): Promise<CliResult> {
  const { values: { note }, positionals: [name, share, ...more] } = parseArgs({ args: [...args], allowPositionals: true, options: { note: { type: "string" } } });
  if (more.length > 0 || (name !== undefined && share === undefined)) return USAGE;
  const clock = systemClock((error) => {
    throw error;
  });
  const db = await openDatabase({ databaseUrl: config.database.kind === "postgres" ? config.database.url : undefined, dataDir: config.dataDir, log: quietLog, clock, allowUnsafe: config.allowUnsafeStorage });
  try {
    if (name === undefined || share === undefined) return { exitCode: 0, lines: listing(await readFlags(db.sql)) };
    if (share === "remove") {
      if (!await removeFlag(db.sql, name)) return { exitCode: 1, lines: [`There is no flag ${name}.`] };
    } else {
      await writeFlag(db.sql, { name, share: shareIn(share), note });
    }
    await tell(config);
    return { exitCode: 0, lines: listing((await readFlags(db.sql)).filter((row) => row.name === name)) };
  } finally {
    await db.close();
  }
}

/** `0.1`, `10%`, `on`, `off`; NaN for what is none of these. */
function shareIn(text: string): number {
  if (text === "on" || text === "off") return text === "on" ? 1 : 0;
  return text.endsWith("%") ? Number(text.slice(0, -1)) / 100 : text.trim() === "" ? NaN : Number(text);
}

const listing = (rows: readonly FlagRow[]): string[] =>
  rows.length === 0 ? ["No flags."] : rows.map(({ name, share, note }) => `${name.padEnd(32)} ${`${Number((share * 100).toPrecision(4))} %`.padStart(8)}  ${note ?? ""}`.trimEnd());

/** Says on the bus that the rows have changed; without it the processes look by themselves. */
async function tell({ redis }: Config): Promise<void> {
  if (redis === null) return;
  const client = new Redis(redis.pubsubUrl, { lazyConnect: true, retryStrategy: () => null, connectTimeout: REDIS_COMMAND_TIMEOUT_MS, commandTimeout: REDIS_COMMAND_TIMEOUT_MS, maxRetriesPerRequest: 0 });
  // What goes wrong is said below.
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.publish("global", JSON.stringify({ type: "world_changed", key: "feature_flag" }));
  } catch (error) {
    console.error(`Redis could not be told (${error instanceof Error ? error.message : String(error)}); the processes look by themselves within some seconds.`);
  } finally {
    client.disconnect();
  }
}

if (import.meta.main) await runCommand(flag);
