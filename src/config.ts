/**
 * The environment, read once: every variable checked, one frozen `Config`, or the list of what is wrong with it.
 * An empty variable counts as absent, as `.env` files and compose files leave them.
 */
import { isIP } from "node:net";
import { isAbsolute, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { distance } from "./engine/parse/suggest.ts";
import {
  BACKUPS_KEPT_DEFAULT, GUEST_DAYS_DEFAULT, GUEST_DAYS_MAX, GUEST_DAYS_MIN, MAX_BACKUPS_KEPT,
  DB_POOL_DEFAULT, DB_POOL_MAX, DB_POOL_MIN, DB_REPLICA_LAG_DEFAULT_S, DB_REPLICA_LAG_MAX_S, DB_REPLICA_POOL_DEFAULT, DB_REPLICA_POOL_MAX,
  MAX_PASSWORD_CHARS, MAX_PROCESSES_PER_HOST, MAX_PROXY_HOPS, MAX_REPEATS, MIN_JWT_SECRET_CHARS, MIN_PASSWORD_CHARS, SPEECH_PER_10_S_DEFAULT, SPEECH_PER_10_S_MAX,
} from "./limits.ts";

export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface PostgresConfig {
  readonly kind: "postgres";
  readonly url: string;
  /** Connections of this process, all in all. */
  readonly pool: number;
  readonly replicaUrls: readonly string[];
  /** Connections of this process to each replica. */
  readonly replicaPool: number;
  /** A replica that is further behind, in s, is not read from. */
  readonly replicaLagS: number;
}

/** Everything the server is told from outside. Deeply frozen. */
export interface Config {
  readonly environment: "development" | "test" | "production";
  /** Colyseus' playground is served to operators: only where NODE_ENV says in words that this is for development. */
  readonly playground: boolean;
  /** Address to listen on. */
  readonly host: string;
  /** `PORT` plus `instance`: each process of a host has its own. 0: the system chooses. */
  readonly port: number;
  /** `NODE_APP_INSTANCE`, which PM2 counts from 0. */
  readonly instance: number;
  /** How many processes this host runs. */
  readonly processes: number;
  /** Absolute. */
  readonly dataDir: string;
  /** Absolute. */
  readonly worldDir: string;
  /** Where backups go; absolute. */
  readonly backupDir: string;
  /** When backups are made by themselves, a cron expression in UTC, and how many are kept; null: never. */
  readonly backups: { readonly cron: string; readonly keep: number } | null;
  /** Whether this process takes background jobs. */
  readonly runsJobs: boolean;
  /** A guest whom nobody has played for so many days is ended; 0: never. */
  readonly guestDays: number;
  readonly database: { readonly kind: "embedded" } | PostgresConfig;
  /** Null: no Redis. `pubsubUrl` equals `url` unless it was given. */
  readonly redis: { readonly url: string; readonly pubsubUrl: string } | null;
  /** Where clients reach this very process, `host[:port][/path]` without a scheme; null: by the address they came by. */
  readonly publicAddress: string | null;
  /** Where other processes reach this one, a host name or address; null: by `host`, or the machine's first address. */
  readonly internalHost: string | null;
  /** Null: made once and kept in the data directory (`loadOrCreateSecret`). */
  readonly jwtSecret: string | null;
  /** Null: /monitor and /admin are closed to passwords. */
  readonly adminPassword: string | null;
  readonly logLevel: LogLevel;
  readonly sentryDsn: string | null;
  /** Where the browser loads large assets from, without a trailing slash; null: from this server. */
  readonly assetBaseUrl: string | null;
  readonly areaMode: "area" | "room";
  /** Reverse proxies in front whose `X-Forwarded-For` is believed; 0: none, the socket's address counts. */
  readonly trustProxyHops: number;
  /** IP addresses that may log in and register as often as they like: a load test's own machine. */
  readonly unlimitedAddresses: readonly string[];
  /** Pages of other sites that may use this server, by their origin; `*`: all. */
  readonly allowedOrigins: readonly string[];
  /** What players may say to each other; 0 where there is no such rule. */
  readonly speech: { readonly perTenSeconds: number; readonly repeats: number; readonly capitals: number; /** Absolute. */ readonly wordList: string | null };
  /** A program that takes mail as `sendmail -i -t` does, and whom mails are from; null: mail goes into the log. */
  readonly mail: { readonly command: string; readonly from: string } | null;
  /** Where players find the page, for links in mails, without a trailing slash; null: this very server. */
  readonly publicUrl: string | null;
  /** Starts on a PostgreSQL whose settings let it lose what it acknowledged (`fsync=off` and the like). */
  readonly allowUnsafeStorage: boolean;
}

const WORLD_DIR_DEFAULT = fileURLToPath(new URL("../world", import.meta.url));
/** Longest value repeated in a complaint; a whole file pasted into a variable must not fill the log. */
const SHOWN_CHARS = 60;

/** A variable that `parse` understands; `undefined` from it means "not that". Secret values are never repeated. */
function variable<T>(expected: string, parse: (text: string) => T | undefined, options: { secret?: boolean } = {}) {
  return z.string().transform((text, context): T => {
    const value = parse(text.trim());
    if (value !== undefined) return value;
    const shown = text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text;
    context.addIssue({ code: "custom", message: `must be ${expected}${options.secret ? " (its value is not shown)" : `, not ${JSON.stringify(shown)}`}.` });
    return z.NEVER;
  });
}

const integer = (min: number, max: number) =>
  variable(`a whole number from ${min} to ${max}`, (text) => (/^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max ? Number(text) : undefined));

const oneOf = <const T extends readonly string[]>(values: T) =>
  variable<T[number]>(`one of ${values.join(", ")}`, (text) => values.find((value) => value === text.toLowerCase()));

function urlWith(protocols: readonly string[], text: string): string | undefined {
  return URL.canParse(text) && protocols.includes(new URL(text).protocol) ? text : undefined;
}
/** URLs may carry a password, so they are not repeated. */
const url = (expected: string, ...protocols: string[]) => variable(expected, (text) => urlWith(protocols, text), { secret: true });

const POSTGRES = ["postgres:", "postgresql:"];
const replicaUrls = variable(
  "URLs beginning with postgres://, separated by commas",
  (text) => {
    const urls = text.split(",").map((part) => part.trim()).filter((part) => part !== "");
    return urls.every((part) => urlWith(POSTGRES, part) !== undefined) ? urls : undefined;
  },
  { secret: true },
);

const HOST_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i;
const host = variable("an IP address or a host name", (text) => (isIP(text) !== 0 || HOST_NAME.test(text) ? text : undefined));

/** `game.example.com`, `game.example.com:8443`, `game.example.com/{port}`, `[::1]:2567`. */
const publicAddress = variable("a host name without a scheme, such as game.example.com or game.example.com/{port}", (text) =>
  URL.canParse(`https://${text.replaceAll("{port}", "1")}`) && !/[\s@?#]|:\/\/|\/$/.test(text) ? text : undefined);

const longEnough = (min: number, max: number) =>
  variable(`${min} to ${max} characters long`, (text) => (text.length >= min && text.length <= max ? text : undefined), { secret: true });

const assetBaseUrl = variable("an http(s) URL or a path that begins with /", (text) => {
  const bare = text.replace(/\/+$/, "");
  return /^\/(?!\/)/.test(text) ? bare : urlWith(["https:", "http:"], bare);
});

const addresses = variable("IP addresses, separated by commas", (text) => {
  const list = text.split(",").map((part) => part.trim()).filter((part) => part !== "");
  return list.every((part) => isIP(part) !== 0) ? list : undefined;
});

const origins = variable("origins such as https://portal.example.com, separated by commas, or *", (text) => {
  const list = text.split(",").map((part) => part.trim()).filter((part) => part !== "");
  return list.every((part) => part === "*" || /^[a-z][a-z0-9+.-]*:\/\/[^/?#@\s]+$/i.test(part)) ? list : undefined;
});

/** Minute, hour, day, month, day of the week. */
const cron = variable("a cron expression of five fields, such as 15 4 * * *", (text) => (/^[\d*/,-]+(\s+[\d*/,-]+){3}\s+[\da-zA-Z*/,-]+$/.test(text) ? text : undefined));

const variables = z.object({
  NODE_ENV: oneOf(["development", "test", "production"]).default("development"),
  HOST: host.default("0.0.0.0"),
  PORT: integer(0, 65_535).default(2567),
  NODE_APP_INSTANCE: integer(0, 65_535).default(0),
  WAYSTONE_PROCESSES: integer(1, MAX_PROCESSES_PER_HOST).default(1),
  DATA_DIR: variable("a directory", (text) => text || undefined).default("data"),
  WORLD_DIR: variable("a directory", (text) => text || undefined).default(WORLD_DIR_DEFAULT),
  WAYSTONE_BACKUP_DIR: variable("a directory", (text) => text || undefined).optional(),
  WAYSTONE_BACKUP_CRON: cron.optional(),
  WAYSTONE_BACKUP_KEEP: integer(1, MAX_BACKUPS_KEPT).default(BACKUPS_KEPT_DEFAULT),
  WAYSTONE_JOBS: oneOf(["on", "off"]).default("on"),
  WAYSTONE_GUEST_DAYS: variable(`0 (never), or a whole number from ${GUEST_DAYS_MIN} to ${GUEST_DAYS_MAX}`, (text) => (/^\d{1,9}$/.test(text) && (Number(text) === 0 || (Number(text) >= GUEST_DAYS_MIN && Number(text) <= GUEST_DAYS_MAX)) ? Number(text) : undefined)).default(GUEST_DAYS_DEFAULT),
  DATABASE_URL: url("a URL beginning with postgres://", ...POSTGRES).optional(),
  DATABASE_REPLICA_URLS: replicaUrls.default([]),
  WAYSTONE_DB_POOL: integer(DB_POOL_MIN, DB_POOL_MAX).default(DB_POOL_DEFAULT),
  WAYSTONE_DB_REPLICA_POOL: integer(1, DB_REPLICA_POOL_MAX).default(DB_REPLICA_POOL_DEFAULT),
  WAYSTONE_DB_REPLICA_LAG_S: integer(1, DB_REPLICA_LAG_MAX_S).default(DB_REPLICA_LAG_DEFAULT_S),
  REDIS_URL: url("a URL beginning with redis:// or rediss://", "redis:", "rediss:").optional(),
  REDIS_PUBSUB_URL: url("a URL beginning with redis:// or rediss://", "redis:", "rediss:").optional(),
  PUBLIC_ADDRESS: publicAddress.optional(),
  WAYSTONE_INTERNAL_HOST: host.optional(),
  JWT_SECRET: longEnough(MIN_JWT_SECRET_CHARS, 1024).optional(),
  ADMIN_PASSWORD: longEnough(MIN_PASSWORD_CHARS, MAX_PASSWORD_CHARS).optional(),
  LOG_LEVEL: oneOf(LOG_LEVELS).default("info"),
  SENTRY_DSN: url("an https URL", "https:", "http:").optional(),
  ASSET_BASE_URL: assetBaseUrl.optional(),
  WAYSTONE_AREA_MODE: oneOf(["area", "room"]).default("area"),
  WAYSTONE_TRUST_PROXY: integer(0, MAX_PROXY_HOPS).default(0),
  WAYSTONE_UNLIMITED_ADDRESSES: addresses.default([]),
  WAYSTONE_ALLOWED_ORIGINS: origins.default([]),
  WAYSTONE_SPEECH_PER_10_S: integer(1, SPEECH_PER_10_S_MAX).default(SPEECH_PER_10_S_DEFAULT),
  WAYSTONE_SPEECH_REPEATS: integer(0, MAX_REPEATS).default(0),
  WAYSTONE_SPEECH_CAPITALS: integer(0, 100).default(0),
  WAYSTONE_WORD_LIST: variable("a file", (text) => text || undefined).optional(),
  WAYSTONE_MAIL_COMMAND: variable("the absolute path of a program", (text) => (isAbsolute(text) ? text : undefined)).optional(),
  WAYSTONE_MAIL_FROM: variable("an address, such as Waystone <game@example.com>", (text) => (/^[^\r\n@]{1,200}@[^\r\n@\s]{1,200}$/.test(text) ? text : undefined)).optional(),
  WAYSTONE_PUBLIC_URL: variable("a URL beginning with https:// or http://", (text) => urlWith(["https:", "http:"], text.replace(/\/+$/, ""))).optional(),
  WAYSTONE_ALLOW_UNSAFE_STORAGE: oneOf(["0", "1"]).default("0"),
  /** Read by `main.ts`, before anything else. */
  WAYSTONE_IMPORT: variable("a file or the name of a package", (text) => text || undefined).optional(),
});
type Values = z.infer<typeof variables>;
type Name = keyof Values;
const NAMES = Object.keys(variables.shape) as Name[];

/** What holds between variables. Judged only where every variable it names is right by itself. */
const RULES: readonly { names: readonly Name[]; broken: (values: Values) => boolean; complaint: (values: Values) => string }[] = [
  {
    names: ["PORT", "NODE_APP_INSTANCE"],
    broken: ({ PORT, NODE_APP_INSTANCE }) => PORT + NODE_APP_INSTANCE > 65_535,
    complaint: ({ PORT, NODE_APP_INSTANCE }) => `PORT plus NODE_APP_INSTANCE must be at most 65535, not ${PORT} + ${NODE_APP_INSTANCE}.`,
  },
  {
    names: ["PORT", "NODE_APP_INSTANCE", "WAYSTONE_PROCESSES"],
    broken: (values) => values.PORT === 0 && severalProcesses(values),
    complaint: () => "PORT must not be 0 where several processes run: each adds its number to it.",
  },
  {
    names: ["DATABASE_REPLICA_URLS", "DATABASE_URL"],
    broken: (values) => values.DATABASE_REPLICA_URLS.length > 0 && values.DATABASE_URL === undefined,
    complaint: () => "DATABASE_REPLICA_URLS needs DATABASE_URL: the embedded database has no replicas.",
  },
  {
    names: ["WAYSTONE_PROCESSES", "NODE_APP_INSTANCE", "DATABASE_URL"],
    broken: (values) => severalProcesses(values) && values.DATABASE_URL === undefined,
    complaint: () => "DATABASE_URL must be set where several processes run: the embedded database serves one process.",
  },
  {
    names: ["REDIS_PUBSUB_URL", "REDIS_URL"],
    broken: (values) => values.REDIS_PUBSUB_URL !== undefined && values.REDIS_URL === undefined,
    complaint: () => "REDIS_PUBSUB_URL needs REDIS_URL.",
  },
  {
    names: ["WAYSTONE_MAIL_COMMAND", "WAYSTONE_MAIL_FROM", "WAYSTONE_PUBLIC_URL"],
    broken: (values) => (values.WAYSTONE_MAIL_COMMAND === undefined) !== (values.WAYSTONE_MAIL_FROM === undefined) || (values.WAYSTONE_MAIL_COMMAND !== undefined && values.WAYSTONE_PUBLIC_URL === undefined),
    complaint: () => MAIL_RULE,
  },
  {
    names: ["NODE_ENV", "WAYSTONE_PROCESSES", "NODE_APP_INSTANCE", "DATABASE_URL", "JWT_SECRET"],
    broken: (values) => values.NODE_ENV === "production" && values.DATABASE_URL !== undefined && severalProcesses(values) && values.JWT_SECRET === undefined,
    complaint: () => "JWT_SECRET must be set in production where several processes run: they must believe each other's tokens.",
  },
];

const MAIL_RULE = "WAYSTONE_MAIL_COMMAND, WAYSTONE_MAIL_FROM and WAYSTONE_PUBLIC_URL belong together: a mail is from somebody, and has a link to the page.";

const severalProcesses = (values: Values): boolean => values.WAYSTONE_PROCESSES > 1 || values.NODE_APP_INSTANCE > 0;

/**
 * Reads the configuration from environment variables. Never throws; with problems, each is one line that names
 * the variable and what is expected of it. Relative directories are taken from the working directory.
 */
export function loadConfig(environment: Readonly<Record<string, string | undefined>>): { config: Config } | { problems: string[] } {
  const given: Partial<Record<Name, string>> = {};
  for (const name of NAMES) {
    const text = environment[name];
    if (text !== undefined && text.trim() !== "") given[name] = text;
  }
  const problems = [...unknownNames(environment)];
  const bad = new Set<Name>();
  for (const issue of variables.safeParse(given).error?.issues ?? []) {
    const name = issue.path[0] as Name;
    bad.add(name);
    problems.push(`${name} ${issue.message}`);
    delete given[name];
  }
  const values = variables.parse(given);
  for (const rule of RULES) {
    if (!rule.names.some((name) => bad.has(name)) && rule.broken(values)) problems.push(rule.complaint(values));
  }
  return problems.length > 0 ? { problems } : { config: deepFreeze(toConfig(values, given.NODE_ENV === "development")) };
}

function toConfig(values: Values, playground: boolean): Config {
  const port = values.PORT + values.NODE_APP_INSTANCE;
  return {
    environment: values.NODE_ENV,
    playground,
    host: values.HOST,
    port,
    instance: values.NODE_APP_INSTANCE,
    processes: values.WAYSTONE_PROCESSES,
    dataDir: resolve(values.DATA_DIR),
    worldDir: resolve(values.WORLD_DIR),
    backupDir: values.WAYSTONE_BACKUP_DIR === undefined ? join(resolve(values.DATA_DIR), "backups") : resolve(values.WAYSTONE_BACKUP_DIR),
    backups: values.WAYSTONE_BACKUP_CRON === undefined ? null : { cron: values.WAYSTONE_BACKUP_CRON, keep: values.WAYSTONE_BACKUP_KEEP },
    runsJobs: values.WAYSTONE_JOBS === "on",
    guestDays: values.WAYSTONE_GUEST_DAYS,
    database: values.DATABASE_URL === undefined
      ? { kind: "embedded" }
      : {
          kind: "postgres", url: values.DATABASE_URL, pool: values.WAYSTONE_DB_POOL,
          replicaUrls: values.DATABASE_REPLICA_URLS, replicaPool: values.WAYSTONE_DB_REPLICA_POOL, replicaLagS: values.WAYSTONE_DB_REPLICA_LAG_S,
        },
    redis: values.REDIS_URL === undefined ? null : { url: values.REDIS_URL, pubsubUrl: values.REDIS_PUBSUB_URL ?? values.REDIS_URL },
    publicAddress: values.PUBLIC_ADDRESS === undefined ? null : addressOf(values.PUBLIC_ADDRESS, port, severalProcesses(values)),
    internalHost: values.WAYSTONE_INTERNAL_HOST ?? null,
    jwtSecret: values.JWT_SECRET ?? null,
    adminPassword: values.ADMIN_PASSWORD ?? null,
    logLevel: values.LOG_LEVEL,
    sentryDsn: values.SENTRY_DSN ?? null,
    assetBaseUrl: values.ASSET_BASE_URL ?? null,
    areaMode: values.WAYSTONE_AREA_MODE,
    trustProxyHops: values.WAYSTONE_TRUST_PROXY,
    unlimitedAddresses: values.WAYSTONE_UNLIMITED_ADDRESSES,
    allowedOrigins: values.WAYSTONE_ALLOWED_ORIGINS,
    speech: {
      perTenSeconds: values.WAYSTONE_SPEECH_PER_10_S, repeats: values.WAYSTONE_SPEECH_REPEATS, capitals: values.WAYSTONE_SPEECH_CAPITALS,
      wordList: values.WAYSTONE_WORD_LIST === undefined ? null : resolve(values.WAYSTONE_WORD_LIST),
    },
    mail: values.WAYSTONE_MAIL_COMMAND === undefined || values.WAYSTONE_MAIL_FROM === undefined ? null : { command: values.WAYSTONE_MAIL_COMMAND, from: values.WAYSTONE_MAIL_FROM },
    publicUrl: values.WAYSTONE_PUBLIC_URL ?? null,
    allowUnsafeStorage: values.WAYSTONE_ALLOW_UNSAFE_STORAGE === "1",
  };
}

/** Several processes behind one name are told apart by their port: as a path, unless the address says where it goes. */
function addressOf(pattern: string, port: number, several: boolean): string {
  if (pattern.includes("{port}")) return pattern.replaceAll("{port}", String(port));
  return several ? `${pattern}/${port}` : pattern;
}

function* unknownNames(environment: Readonly<Record<string, string | undefined>>): Generator<string> {
  for (const name of Object.keys(environment)) {
    if (!name.startsWith("WAYSTONE_") || (NAMES as string[]).includes(name)) continue;
    const near = nearest(name, NAMES.filter((known) => known.startsWith("WAYSTONE_")));
    yield `${name} is not a variable of this server${near === undefined ? "." : `; did you mean ${near}?`}`;
  }
}

/** Longer than any variable's name: how far two names are apart is always worked out. */
const MAX_NAME_EDITS = 100;

/** The known name that takes fewest edits, if at most half of its letters after the prefix change. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const [best] = known.map((candidate) => ({ candidate, edits: distance(name, candidate, MAX_NAME_EDITS) })).sort((a, b) => a.edits - b.edits);
  return best !== undefined && best.edits <= Math.ceil((best.candidate.length - "WAYSTONE_".length) / 2) ? best.candidate : undefined;
}

/** The configuration as it may be logged: secrets said to be there, URLs without user, password and query. */
export function describeConfig(config: Config): Record<string, unknown> {
  const secret = (value: string | null): string => (value === null ? "not set" : "set");
  return {
    ...config,
    database: config.database.kind === "embedded" ? config.database : { ...config.database, url: bareUrl(config.database.url), replicaUrls: config.database.replicaUrls.map(bareUrl) },
    redis: config.redis === null ? null : { url: bareUrl(config.redis.url), pubsubUrl: bareUrl(config.redis.pubsubUrl) },
    jwtSecret: secret(config.jwtSecret),
    adminPassword: secret(config.adminPassword),
    sentryDsn: secret(config.sentryDsn),
  };
}

function bareUrl(text: string): string {
  const { protocol, host: place, pathname } = new URL(text);
  return `${protocol}//${place}${pathname}`;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
