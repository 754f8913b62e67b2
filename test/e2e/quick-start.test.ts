/** What makes a start after a crash quick, told by a real process: what it reads, and what it kept. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { StockPlayer } from "../support/players.ts";
import { ServerProcess } from "../support/server-process.ts";

const PATIENCE_MS = 60_000;
const READ = "reads @mikro-orm";
/** Prints when a module of the ORM is loaded, whoever imports it. */
const WATCH = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from "node:module";
  registerHooks({ load(url, context, next) { if (url.includes("/@mikro-orm/")) console.log("${READ}"); return next(url, context); } });
`)}`;

let server: ServerProcess;
beforeAll(async () => {
  // Without the cache that the tests' servers share.
  server = await ServerProcess.startAnew({ NODE_COMPILE_CACHE: "", NODE_OPTIONS: `--import=${WATCH}` });
}, 120_000);
afterAll(async () => server.remove());

test("a new database is made with the ORM, a known one is opened without it, and it is there for whoever registers", async () => {
  expect(server.output).toContain(READ);
  await server.kill();
  const before = server.output.length;
  await server.run();
  const printed = server.output.slice(before);
  expect(printed.slice(0, printed.indexOf("is open"))).not.toContain(READ);

  await new StockPlayer(server.endpoint, "Adalind").authenticate("register");
  await vi.waitUntil(() => server.output.slice(before).includes(READ), { timeout: PATIENCE_MS });
}, 240_000);

test("what was compiled is kept in the data folder before anybody stops the server", async () => {
  await vi.waitUntil(async () => (await filesUnder(join(server.dataDir, "cache", "compiled"))) > 100, { timeout: PATIENCE_MS });
}, 240_000);

async function filesUnder(folder: string): Promise<number> {
  return (await readdir(folder, { recursive: true })).length;
}
