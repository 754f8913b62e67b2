/** What a process says of itself to those who look after it, opened before anything else: its log, and its errors by kind. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "./config.ts";
import { LOG_LEVEL_HOLDS_MS, LAST_WORDS_MS } from "./limits.ts";
import { openLog, type OpenLog } from "./log.ts";
import { ErrorTable } from "./telemetry/error-table.ts";
import { leaveLastWords, takeLastWords } from "./telemetry/last-words.ts";
import { openSentry } from "./telemetry/sentry.ts";
import { flushTraces } from "./telemetry/tracing.ts";
import { sleep } from "./timers.ts";

/** Told to other processes (during a deploy areas stay among processes of one version while they can), and to whoever collects errors. */
export const VERSION = (JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string }).version;

export interface Observing {
  readonly log: OpenLog;
  readonly errors: ErrorTable;
  /** The process ends now, by this error: the one that takes its place will tell. */
  endsBy(error: unknown): void;
  /** Writes what was held back, and has the last spans and errors sent; resolves within some seconds in any case. */
  stop(): Promise<void>;
}

export function startObserving(config: Config): Observing {
  // Processes of one machine may write into one file: then each line says whose it is.
  const log = openLog({
    level: config.logLevel, secrets: secretsOf(config), ...(config.processes > 1 && { fields: { port: config.port } }),
    onError: (error, { message }) => errors.report(error, message),
  });
  const errors = new ErrorTable({ nowMs: Date.now, scrub: (text) => log.scrubber.text(text) });
  const sentry = config.sentryDsn === null ? null : openSentry({ dsn: config.sentryDsn, environment: config.environment, release: `waystone@${VERSION}`, scrubber: log.scrubber, nowMs: Date.now, log: log.log });
  if (sentry !== null) errors.onError((group, error) => sentry.report(group, error));
  const forgetSignal = debugOnSignal(log, config);
  const lastWords = join(config.dataDir, `last-error-${config.port}.json`);
  try {
    const before = takeLastWords(lastWords);
    if (before !== undefined) log.log.error({ err: before.error, at: before.at }, "the process before this one ended by an error");
  } catch (error) {
    log.log.warn({ err: error, file: lastWords }, "what the process before this one ended by cannot be read");
  }
  return {
    log, errors,
    endsBy: (error) => {
      log.log.fatal({ err: error }, "an exception was not caught; ending");
      try {
        leaveLastWords(lastWords, error, Date.now());
      } catch (failure) {
        log.log.warn({ err: failure }, "what this process ends by cannot be left for the next one");
      }
    },
    stop: async () => {
      forgetSignal();
      try {
        await Promise.race([Promise.all([flushTraces(), sentry?.stop()]), sleep(LAST_WORDS_MS)]);
      } catch (error) {
        log.log.warn({ err: error }, "the last spans or errors could not be sent");
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
