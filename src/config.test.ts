import { resolve } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { describeConfig, loadConfig, type Config } from "./config.ts";

const SECRET = "0123456789abcdef0123456789abcdef";

function configOf(environment: Record<string, string | undefined>): Config {
  const result = loadConfig(environment);
  if ("problems" in result) throw new Error(result.problems.join("\n"));
  return result.config;
}
function problemsOf(environment: Record<string, string | undefined>): string[] {
  const result = loadConfig(environment);
  return "problems" in result ? result.problems : [];
}

describe("a fresh clone", () => {
  test("needs nothing: port 2567, embedded database, no Redis, data beside the code", () => {
    const config = configOf({});
    expect(config).toMatchObject({
      environment: "development", host: "0.0.0.0", port: 2567, processes: 1, instance: 0,
      database: { kind: "embedded" }, redis: null, publicAddress: null, internalHost: null, jwtSecret: null, adminPassword: null,
      logLevel: "info", areaMode: "area", trustProxyHops: 0, allowUnsafeStorage: false,
    });
    expect(config.dataDir).toBe(resolve("data"));
    expect(config.worldDir).toMatch(/[\\/]world$/);
  });

  test("the playground needs somebody to say that this is for development", () => {
    expect([{}, { NODE_ENV: "development" }, { NODE_ENV: "production" }, { NODE_ENV: "test" }].map((environment) => configOf(environment).playground)).toEqual([false, true, false, false]);
  });

  test("other programs' variables are nobody's business here", () => {
    expect(problemsOf({ HOME: "/root", PATH: "", npm_config_cache: "x" })).toEqual([]);
  });

  test("an empty variable is an absent one", () => {
    expect(configOf({ PORT: "", DATABASE_URL: " ", REDIS_URL: "" })).toEqual(configOf({}));
  });
});

test("pages of other sites are named by their origin, or all are let in", () => {
  expect(configOf({ WAYSTONE_ALLOWED_ORIGINS: "https://portal.example, capacitor://localhost" }).allowedOrigins).toEqual(["https://portal.example", "capacitor://localhost"]);
  expect(configOf({ WAYSTONE_ALLOWED_ORIGINS: "*" }).allowedOrigins).toEqual(["*"]);
  expect(configOf({}).allowedOrigins).toEqual([]);
  expect(["portal.example", "https://portal.example/", "https://user@portal.example"].flatMap((value) => problemsOf({ WAYSTONE_ALLOWED_ORIGINS: value }))).toHaveLength(3);
});

describe("the database's connections", () => {
  const url = "postgres://u:p@db/world";

  test("are as many as usual, or as many as were asked for; replicas come beside", () => {
    expect(configOf({ DATABASE_URL: url }).database).toEqual({ kind: "postgres", url, pool: 13, replicaUrls: [], replicaPool: 2, replicaLagS: 10 });
    expect(configOf({ DATABASE_URL: url, WAYSTONE_DB_POOL: "30", DATABASE_REPLICA_URLS: `${url}2, ${url}3`, WAYSTONE_DB_REPLICA_POOL: "4", WAYSTONE_DB_REPLICA_LAG_S: "60" }).database)
      .toMatchObject({ pool: 30, replicaUrls: [`${url}2`, `${url}3`], replicaPool: 4, replicaLagS: 60 });
  });

  test("must be enough for what may not wait, and no more than helps", () => {
    expect(problemsOf({ DATABASE_URL: url, WAYSTONE_DB_POOL: "10" })).toEqual(["WAYSTONE_DB_POOL must be a whole number from 11 to 100, not \"10\"."]);
    expect(problemsOf({ DATABASE_URL: url, WAYSTONE_DB_REPLICA_LAG_S: "0" })).toHaveLength(1);
  });
});

describe("what goes on by itself", () => {
  test("jobs run everywhere and guests stay for a month, and there are no backups, unless somebody says otherwise", () => {
    expect(configOf({})).toMatchObject({ runsJobs: true, guestDays: 30, backups: null });
    expect(configOf({ WAYSTONE_JOBS: "off", WAYSTONE_GUEST_DAYS: "0", WAYSTONE_BACKUP_CRON: "15 4 * * 1-5" })).toMatchObject({ runsJobs: false, guestDays: 0, backups: { cron: "15 4 * * 1-5", keep: 14 } });
  });

  test("a guest is not ended while their token is good, and a time is one", () => {
    for (const wrong of [{ WAYSTONE_GUEST_DAYS: "1" }, { WAYSTONE_BACKUP_CRON: "daily" }, { WAYSTONE_BACKUP_CRON: "0 4 * *" }, { WAYSTONE_BACKUP_KEEP: "0" }, { WAYSTONE_JOBS: "maybe" }]) expect(problemsOf(wrong)).toHaveLength(1);
  });
});

describe("a cluster", () => {
  const cluster = {
    NODE_ENV: "production", PORT: "2600", NODE_APP_INSTANCE: "3", WAYSTONE_PROCESSES: "4", JWT_SECRET: SECRET,
    DATABASE_URL: "postgres://way:pa55word@db/way", DATABASE_REPLICA_URLS: "postgres://r1/way, postgresql://r2/way",
    REDIS_URL: "redis://:hush@cache:6379/0", PUBLIC_ADDRESS: "game.example.com", WAYSTONE_TRUST_PROXY: "1",
  };

  test("each process has its own port and its own public address", () => {
    const config = configOf(cluster);
    expect(config.port).toBe(2603);
    expect(config.publicAddress).toBe("game.example.com/2603");
    expect(configOf({ ...cluster, PUBLIC_ADDRESS: "{port}.game.example.com" }).publicAddress).toBe("2603.game.example.com");
    expect(configOf({ PUBLIC_ADDRESS: "game.example.com" }).publicAddress).toBe("game.example.com");
  });

  test("publish and subscribe go over the same Redis unless another is named", () => {
    expect(configOf(cluster).redis).toEqual({ url: cluster.REDIS_URL, pubsubUrl: cluster.REDIS_URL });
    expect(configOf({ ...cluster, REDIS_PUBSUB_URL: "redis://bus" }).redis?.pubsubUrl).toBe("redis://bus");
  });

  test("replicas are a list", () => {
    expect(configOf(cluster).database).toMatchObject({ replicaUrls: ["postgres://r1/way", "postgresql://r2/way"] });
  });

  test("what is logged of it holds no secret", () => {
    const logged = JSON.stringify(describeConfig(configOf({ ...cluster, ADMIN_PASSWORD: "open sesame", SENTRY_DSN: "https://key@sentry.example/1" })));
    for (const secret of ["pa55word", "hush", SECRET, "open sesame", "key@"]) expect(logged).not.toContain(secret);
    expect(logged).toContain("postgres://db/way");
  });

  test("nothing in it can be changed", () => {
    const config = configOf(cluster);
    expect(() => Object.assign(config, { port: 1 })).toThrow(TypeError);
    expect(() => Object.assign(config.database, { url: "x" })).toThrow(TypeError);
    if (config.database.kind === "postgres") expect(Object.isFrozen(config.database.replicaUrls)).toBe(true);
  });
});

describe("what is wrong is said in one line each", () => {
  test.each([
    [{ PORT: "80a" }, 'PORT must be a whole number from 0 to 65535, not "80a".'],
    [{ PORT: "65536" }, 'PORT must be a whole number from 0 to 65535, not "65536".'],
    [{ PORT: "-1" }, 'PORT must be a whole number from 0 to 65535, not "-1".'],
    [{ HOST: "not a host" }, 'HOST must be an IP address or a host name, not "not a host".'],
    [{ NODE_ENV: "staging" }, 'NODE_ENV must be one of development, test, production, not "staging".'],
    [{ LOG_LEVEL: "loud" }, 'LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent, not "loud".'],
    [{ WAYSTONE_ALLOW_UNSAFE_STORAGE: "perhaps" }, 'WAYSTONE_ALLOW_UNSAFE_STORAGE must be one of 0, 1, not "perhaps".'],
    [{ WAYSTONE_AREA_MODE: "zone" }, 'WAYSTONE_AREA_MODE must be one of area, room, not "zone".'],
    [{ PUBLIC_ADDRESS: "https://game.example.com" }, 'PUBLIC_ADDRESS must be a host name without a scheme, such as game.example.com or game.example.com/{port}, not "https://game.example.com".'],
    [{ ASSET_BASE_URL: "ftp://files" }, 'ASSET_BASE_URL must be an http(s) URL or a path that begins with /, not "ftp://files".'],
    [{ DATABASE_URL: "mysql://u:pw@h/d" }, "DATABASE_URL must be a URL beginning with postgres:// (its value is not shown)."],
    [{ REDIS_URL: "cache:6379" }, "REDIS_URL must be a URL beginning with redis:// or rediss:// (its value is not shown)."],
    [{ JWT_SECRET: "short" }, "JWT_SECRET must be 32 to 1024 characters long (its value is not shown)."],
    [{ WAYSTONE_MAIL_COMMAND: "sendmail" }, "WAYSTONE_MAIL_COMMAND must be the absolute path of a program, not \"sendmail\"."],
    [{ WAYSTONE_MAIL_FROM: "nobody" }, "WAYSTONE_MAIL_FROM must be an address, such as Waystone <game@example.com>, not \"nobody\"."],
    [{ WAYSTONE_MAIL_COMMAND: "/usr/sbin/sendmail" }, "WAYSTONE_MAIL_COMMAND, WAYSTONE_MAIL_FROM and WAYSTONE_PUBLIC_URL belong together: a mail is from somebody, and has a link to the page."],
    [{ ADMIN_PASSWORD: "admin" }, "ADMIN_PASSWORD must be 8 to 256 characters long (its value is not shown)."],
    [{ WAYSTONE_PROCESES: "2" }, "WAYSTONE_PROCESES is not a variable of this server; did you mean WAYSTONE_PROCESSES?"],
    [{ WAYSTONE_AREAMODE: "room" }, "WAYSTONE_AREAMODE is not a variable of this server; did you mean WAYSTONE_AREA_MODE?"],
    [{ WAYSTONE_COLOUR: "blue" }, "WAYSTONE_COLOUR is not a variable of this server."],
    [{ REDIS_PUBSUB_URL: "redis://bus" }, "REDIS_PUBSUB_URL needs REDIS_URL."],
    [{ DATABASE_REPLICA_URLS: "postgres://r" }, "DATABASE_REPLICA_URLS needs DATABASE_URL: the embedded database has no replicas."],
    [{ WAYSTONE_PROCESSES: "2" }, "DATABASE_URL must be set where several processes run: the embedded database serves one process."],
    [{ PORT: "65535", NODE_APP_INSTANCE: "1", DATABASE_URL: "postgres://h/d" }, "PORT plus NODE_APP_INSTANCE must be at most 65535, not 65535 + 1."],
    [{ PORT: "0", WAYSTONE_PROCESSES: "2", DATABASE_URL: "postgres://h/d" }, "PORT must not be 0 where several processes run: each adds its number to it."],
    [
      { NODE_ENV: "production", WAYSTONE_PROCESSES: "2", DATABASE_URL: "postgres://h/d" },
      "JWT_SECRET must be set in production where several processes run: they must believe each other's tokens.",
    ],
  ])("%j", (environment, line) => {
    expect(problemsOf(environment)).toEqual([line]);
  });

  test("all at once, and a bad variable is not also called missing", () => {
    expect(problemsOf({ WAYSTONE_PROCESSES: "2", DATABASE_URL: "oracle://x", LOG_LEVEL: "loud" }).map((line) => line.split(" ")[0]).sort())
      .toEqual(["DATABASE_URL", "LOG_LEVEL"]);
  });

  test("whatever the variables hold: a frozen configuration or problems, never an exception, never a secret", () => {
    const seed = 20260101;
    const names = ["PORT", "HOST", "DATABASE_URL", "REDIS_URL", "REDIS_PUBSUB_URL", "JWT_SECRET", "ADMIN_PASSWORD", "NODE_APP_INSTANCE", "PUBLIC_ADDRESS", "WAYSTONE_X", "NODE_ENV"];
    const secrets = ["DATABASE_URL", "REDIS_URL", "JWT_SECRET", "ADMIN_PASSWORD"];
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), fc.string({ maxLength: 300 })), (environment) => {
        const result = loadConfig(environment);
        if ("config" in result) return void expect(Object.isFrozen(result.config)).toBe(true);
        for (const line of result.problems) {
          expect(line).not.toContain("\n");
          for (const name of secrets) {
            const secret = environment[name];
            if (line.startsWith(name) && secret !== undefined && secret.length > 12) expect(line).not.toContain(secret);
          }
        }
      }),
      { seed, numRuns: 500 },
    );
  });
});
