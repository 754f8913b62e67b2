import { afterEach, expect, test, vi } from "vitest";
import { startPostgres } from "../support/postgres.ts";
import { ServerProcess } from "../support/server-process.ts";
import { tellStory } from "./story.ts";

const running: { remove(): Promise<void> }[] = [];// Each story starts processes; a loaded machine takes its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

afterEach(async () => {
  for (const server of running.splice(0)) await server.remove();
});

async function serve(env: Record<string, string> = {}): Promise<ServerProcess> {
  const server = await ServerProcess.start(env);
  running.push(server);
  return server;
}

test("two people meet and part on the embedded database", async () => {
  const server = await serve();
  await tellStory(server.endpoint);
  expect(await server.stop()).toBe(0);
  expect(server.output).not.toContain("fault of the program");
});

test("the same with every room an area of its own", async () => {
  const server = await serve({ WAYSTONE_AREA_MODE: "room" });
  await tellStory(server.endpoint);
  expect(server.output).not.toContain("fault of the program");
});

test("the same on a PostgreSQL server", async () => {
  const postgres = await startPostgres();
  running.push({ remove: () => postgres.stop() });
  const server = await serve({ DATABASE_URL: await postgres.url() });
  running.reverse(); // the server ends before its database
  await tellStory(server.endpoint);
  expect(server.output).toContain("PostgreSQL");
  expect(server.output).not.toContain("fault of the program");
});
