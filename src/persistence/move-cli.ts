/**
 * `npm run move-database -- --from PLACE --to PLACE [--replace]`: takes a world from the embedded database into a PostgreSQL, or
 * back. A place is `embedded` (the one in DATA_DIR), `embedded:FOLDER` (another data folder), or a URL beginning with postgres://.
 */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Config } from "../config.ts";
import { quietLog, runCommand, type CliResult } from "../run-cli.ts";
import { systemClock } from "../timers.ts";
import { moveWorld } from "./backup/move.ts";
import { nameOf, type Place } from "./backup/place.ts";

const USAGE: CliResult = {
  exitCode: 2,
  lines: [
    "npm run move-database -- --from embedded --to postgres://…   from DATA_DIR into a PostgreSQL",
    "npm run move-database -- --from postgres://… --to embedded   and back",
    "Both may also be embedded:FOLDER, another data folder. With --replace a world that is in the target is kept aside.",
  ],
};

const clock = systemClock((error) => {
  throw error;
});

/** Carries out one call. Rejects with an `AppError` whose message says in one sentence what is wrong; both places are what they were then. */
export async function moveCommand(args: readonly string[], config: Config): Promise<CliResult> {
  const given = parse(args, config);
  if (given === undefined) return USAGE;
  const startedMs = performance.now();
  const { rows, tables, before } = await moveWorld({ ...given, clock, log: quietLog });
  return {
    exitCode: 0,
    lines: [
      `${rows} rows of ${tables} tables are in ${nameOf(given.to)} now, every table counted and summed on both sides, in ${((performance.now() - startedMs) / 1000).toFixed(1)} s.`,
      ...(before === undefined ? [] : [`What was there before is in ${before}; remove it when all is well.`]),
      given.to.kind === "postgres" ? "Start the server with DATABASE_URL set to it." : `Start the server with DATA_DIR=${given.to.dataDir}, and without DATABASE_URL.`,
      `The world in ${nameOf(given.from)} is as it was; do not start a server on it any more.`,
    ],
  };
}

function parse(args: readonly string[], config: Config): { from: Place; to: Place; replace: boolean } | undefined {
  try {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: { from: { type: "string" }, to: { type: "string" }, replace: { type: "boolean" } } });
    const from = placeOf(values.from, config);
    const to = placeOf(values.to, config);
    if (from === undefined || to === undefined || nameOf(from) === nameOf(to) || positionals.length > 0) return undefined;
    return { from, to, replace: values.replace === true };
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function placeOf(text: string | undefined, { dataDir }: Config): Place | undefined {
  if (text === "embedded") return { kind: "embedded", dataDir };
  if (text?.startsWith("embedded:") === true && text.length > "embedded:".length) return { kind: "embedded", dataDir: resolve(text.slice("embedded:".length)) };
  return text !== undefined && /^postgres(ql)?:\/\//.test(text) && URL.canParse(text) ? { kind: "postgres", url: text } : undefined;
}

if (import.meta.main) await runCommand(moveCommand);
