/**
 * Reads the environment and the world, starts the server, and stops it when told to. What waits for others begins first:
 * the database opens while the modules and the world are being read here.
 */
import { flushCompileCache } from "node:module";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { describeConfig, loadConfig, type Config } from "./config.ts";
import type { ContentIndex } from "./engine/content.ts";
import { STOP_DEADLINE_MS } from "./limits.ts";
import type { Log } from "./log.ts";
import { startObserving } from "./observe.ts";
import { openDatabase } from "./persistence/orm.ts";
import type { RunningServer } from "./server.ts";
import { startTracing } from "./telemetry/tracing.ts";
import { systemClock, timeout } from "./timers.ts";

/** Says what is wrong, one line each, and ends. */
function refuse(lines: readonly string[]): never {
  for (const line of lines) console.error(line);
  process.exit(1);
}

async function readWorld(config: Config): Promise<ContentIndex> {
  const [{ loadWorldCached }, { roomsAsAreas }, { formatMistake }] = await Promise.all([import("./content/cached-world.ts"), import("./content/rooms-as-areas.ts"), import("./content/mistake.ts")]);
  const world = await loadWorldCached(config.worldDir, join(config.dataDir, "cache"), (fields, message) => log.warn(fields, message));
  if ("mistakes" in world) refuse([...world.mistakes.map(formatMistake), `The world in ${config.worldDir} has mistakes; the server does not start with it.`]);
  return config.areaMode === "room" ? roomsAsAreas(world.content) : world.content;
}

/** Where players reach this process, as far as it can tell. */
function addresses(config: Config, port: number): string[] {
  if (config.host !== "0.0.0.0" && config.host !== "::") return [`http://${config.host}:${port}`];
  const lan = Object.values(networkInterfaces()).flat().find((face) => face?.family === "IPv4" && !face.internal);
  return [`http://localhost:${port}`, ...(lan === undefined ? [] : [`http://${lan.address}:${port}`])];
}

/** The first signal stops in order, within a deadline; a second one ends at once. */
function stopOnSignals(server: RunningServer, log: Log): void {
  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) process.exit(130);
    stopping = true;
    log.info({ signal }, "stopping");
    timeout(() => {
      log.error({ afterMs: STOP_DEADLINE_MS }, "could not stop in time; ending now");
      process.exit(1);
    }, STOP_DEADLINE_MS, () => undefined);
    server.stop().then(
      async () => {
        await observing.stop();
        process.exit(0);
      },
      (error: unknown) => {
        log.error({ err: error }, "stopping failed");
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", () => stop("SIGTERM"));
  process.on("SIGINT", () => stop("SIGINT"));
  // PM2 on systems without signals.
  process.on("message", (message) => { if (message === "shutdown") stop("shutdown"); });
}

const loaded = loadConfig(process.env);
if ("problems" in loaded) refuse(loaded.problems);
const { config } = loaded;
const observing = startObserving(config);
const { log } = observing.log;
if (await startTracing()) log.info("traces are made: an OpenTelemetry SDK has been loaded");

// A rejected promise that nobody looks at is a bug, and no reason to throw everybody out.
process.on("unhandledRejection", (error) => log.error({ err: error }, "a rejection was not handled"));
process.on("uncaughtException", (error) => {
  observing.endsBy(error);
  process.exit(1);
});

log.debug(describeConfig(config), "configuration");
try {
  const clock = systemClock((error) => log.error({ err: error }, "a background task failed"));
  const { database, dataDir, allowUnsafeStorage: allowUnsafe } = config;
  const postgres = database.kind === "embedded" ? {} : { databaseUrl: database.url, poolSize: database.pool, replicas: { urls: database.replicaUrls, poolSize: database.replicaPool, maxLagS: database.replicaLagS } };
  const opening = openDatabase({ ...postgres, dataDir, log, clock, allowUnsafe });
  // startServer awaits it and says what was wrong; until then a failure is not "unhandled".
  opening.catch(() => undefined);
  const content = await readWorld(config);
  const { startServer } = await import("./server.ts");
  const server = await startServer(config, content, observing, opening);
  stopOnSignals(server, log);
  server.ended.then((why) => {
    log.fatal({ why }, "this process serves nothing any more; ending, to be started anew");
    process.exit(1);
  }).catch((error: unknown) => log.error({ err: error }, "waiting for the end failed"));
  for (const line of server.report) log.info(line);
  log.info(`${content.world.name} is open: ${addresses(config, server.port).join("  ")}`);
  process.send?.("ready");
  // Now and not at the end, which may be a kill -9: the start after that is the one that must be quick.
  flushCompileCache();
} catch (error) {
  log.debug({ err: error }, "the start failed");
  refuse([observing.log.scrubber.text(`The server cannot start: ${error instanceof Error ? error.message : String(error)}`)]);
}
