/** What `npm run cluster` tells its processes. */
import { expect, test } from "vitest";
import { layOut } from "../../scripts/cluster/environment.ts";
import { parseOptions } from "../../scripts/cluster/options.ts";

const WHERE = { data: "/nowhere", cluster: "/nowhere/cluster", services: "/nowhere/services", postgres: "/nowhere/postgres", redis: "/nowhere/redis", nginx: "/nowhere/nginx", logs: "/nowhere/logs" };
const SERVICES = { databaseUrl: "postgres://waystone@127.0.0.1:1/waystone", redisUrl: "redis://127.0.0.1:1", nginx: true };
const SECRET = { JWT_SECRET: "a secret that is long enough for everybody" };
const originsOf = async (given: NodeJS.ProcessEnv): Promise<string | undefined> =>
  (await layOut(parseOptions(["--processes", "2", "--http-port", "8080"]), { ...SECRET, ...given }, WHERE, SERVICES)).environment["WAYSTONE_ALLOWED_ORIGINS"];

test("whoever has started it may open it as localhost, though seats are at the address that others know", async () => {
  expect(await originsOf({})).toBe("http://localhost:8080,http://127.0.0.1:8080");
});

test("nothing is allowed beside what the operator says, nor where nobody else knows another address", async () => {
  expect(await originsOf({ WAYSTONE_ALLOWED_ORIGINS: "https://portal.example.com" })).toBe("https://portal.example.com");
  expect(await originsOf({ HOST: "127.0.0.1" })).toBeUndefined();
});
