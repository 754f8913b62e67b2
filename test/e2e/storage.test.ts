import { afterEach, expect, test, vi } from "vitest";
import type { Response } from "../../src/protocol/server-messages.ts";
import { StockPlayer, textOf } from "../support/players.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { ServerProcess } from "../support/server-process.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let server: ServerProcess | undefined;
let postgres: TestPostgres | undefined;
afterEach(async () => {
  await server?.remove();
  await postgres?.stop();
});

test("PostgreSQL dies: play goes on in words, what would change the world waits, and is done when it is back", async () => {
  postgres = await startPostgres();
  server = await ServerProcess.start({ DATABASE_URL: await postgres.url() });
  const ada = await StockPlayer.register(server.endpoint, "Adalind");
  const ben = await StockPlayer.register(server.endpoint, "Benedikt");
  const final: Response[] = [];
  ada.room.onMessage("response", (reply: Response) => final.push(reply));

  await postgres.kill();
  await ada.hears("The world's memory cannot be reached");
  const waiting = await ada.types("get leaflet");
  expect(waiting.status).toBe("queued");
  expect((await ada.types("say Can you hear me?")).status).toBe("ok");
  await ben.hears("Can you hear me?");
  expect(textOf(await ben.types("look"))).toContain("folded leaflet");
  await expect(StockPlayer.register(server.endpoint, "Cressida")).rejects.toThrow("E_STORAGE");
  expect((await fetch(`${server.endpoint}/readyz`)).status).toBe(503);

  await postgres.start();
  await ada.until(() => final.length > 0, "the final answer");
  expect(final).toMatchObject([{ id: waiting.id, status: "ok" }]);
  await ada.hears("The world's memory is back");
  expect(ada.lines.filter((line) => line.includes("The world's memory"))).toHaveLength(2);
  expect(textOf(await ada.types("inventory"))).toContain("two folded leaflets".replace("two", "Two"));
  expect((await ben.types("north")).status).toBe("ok");
  expect(server.output).not.toContain("fault of the program");
});
