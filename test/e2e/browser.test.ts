import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openBrowser } from "../support/browser.ts";
import { StockPlayer } from "../support/players.ts";
import { ServerProcess } from "../support/server-process.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const SHOTS = fileURLToPath(new URL("../../test-results/", import.meta.url));
let server: ServerProcess;
let browser: Browser;

beforeAll(async () => {
  mkdirSync(SHOTS, { recursive: true });
  [server, browser] = await Promise.all([ServerProcess.start(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

async function types(page: Page, line: string): Promise<void> {
  const input = page.getByLabel("What do you do?");
  await input.fill(line);
  await input.press("Enter");
}

test("somebody registers in the browser, walks, takes a thing, and hears another player", async () => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => { if (message.type() === "error") problems.push(message.text()); });

  await page.goto(server.endpoint);
  await page.getByRole("button", { name: "New here" }).click();
  await page.getByLabel("Name").fill("Cressida");
  await page.getByLabel("Password").fill("a long walk north");
  await page.getByRole("button", { name: "Create and enter" }).click();

  const log = page.getByRole("log");
  await log.getByText("The Town Square").first().waitFor();
  await types(page, "get leaflet");
  await log.getByText(/You get .*leaflet/).waitFor();

  const ben = await StockPlayer.register(server.endpoint, "Benedikt");
  await ben.types("say Is that the newcomer?");
  await log.getByText("Is that the newcomer?").waitFor();

  await types(page, "n");
  await log.getByText("Market Row").first().waitFor();
  await page.getByRole("heading", { name: /Market Row/ }).first().waitFor();
  await types(page, "s");
  await ben.hears("Cressida arrives from the north");
  await page.screenshot({ path: `${SHOTS}browser-desktop.png` });

  // The server dies and comes back; the page goes on by itself, without logging in.
  await server.kill();
  await server.run();
  await types(page, "say still with you");
  await log.getByText('You say, "still with you"').waitFor({ timeout: 30_000 });
  await types(page, "inventory");
  await log.getByText("You carry:").waitFor();

  await page.setViewportSize({ width: 390, height: 844 });
  await page.screenshot({ path: `${SHOTS}browser-phone.png` });
  // The cut itself makes the browser complain of refused connections; nothing else may go wrong.
  expect(problems.filter((text) => !/ERR_CONNECTION_REFUSED|WebSocket connection/.test(text))).toEqual([]);
});
