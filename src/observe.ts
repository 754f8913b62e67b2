/** What a process says of itself to those who look after it, opened before anything else: its log. */
import type { Config } from "./config.ts";
import { LOG_LEVEL_HOLDS_MS, TRACES_FLUSH_MS } from "./limits.ts";
import { openLog, type OpenLog } from "./log.ts";
import { flushTraces } from "./telemetry/tracing.ts";
import { sleep } from "./timers.ts";

export interface Observing {
  readonly log: OpenLog;
  /** Writes what was held back, and has the last spans sent; resolves within some seconds in any case. */
  stop(): Promise<void>;
}

export function startObserving(config: Config): Observing {
  // Processes of one machine may write into one file: then each line says whose it is.
  const log = openLog({ level: config.logLevel, secrets: secretsOf(config), ...(config.processes > 1 && { fields: { port: config.port } }) });
  const forgetSignal = debugOnSignal(log, config);
  return {
    log,
    stop: async () => {
      forgetSignal();
      try {
        await Promise.race([flushTraces(), sleep(TRACES_FLUSH_MS)]);
      } catch (error) {
        log.log.warn({ err: error }, "the last spans could not be sent");
      }
      log.stop();
    },
  };
}

/** `kill -USR2` has the process say more for a quarter of an hour, and again sends it back: that needs neither port nor database. */
function debugOnSignal(log: OpenLog, config: Config): () => void {
  // Windows has no such signal.
  if (process.platform === "win32") return () => undefined;
  const turn = (): void => void log.setLevel(log.level().untilMs === null ? "debug" : config.logLevel, LOG_LEVEL_HOLDS_MS);
  process.on("SIGUSR2", turn);
  return () => void process.removeListener("SIGUSR2", turn);
}

/** What must never be shown, whoever has it in a message. */
function secretsOf({ jwtSecret, adminPassword, sentryDsn, database, redis }: Config): string[] {
  const urls = [...(database.kind === "postgres" ? [database.url, ...database.replicaUrls] : []), ...(redis === null ? [] : [redis.url, redis.pubsubUrl]), ...(sentryDsn === null ? [] : [sentryDsn])];
  return [jwtSecret ?? "", adminPassword ?? "", ...urls.flatMap((url) => {
    const { password, searchParams } = new URL(url);
    return [decodeURIComponent(password), searchParams.get("password") ?? ""];
  })].filter((secret) => secret !== "");
}
