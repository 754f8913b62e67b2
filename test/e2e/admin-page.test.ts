/** The pages of those who look after the world, and of one's account, in a real browser. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openBrowser } from "../support/browser.ts";
import { StockPlayer, textOf } from "../support/players.ts";
import { ServerProcess } from "../support/server-process.ts";

vi.setConfig({ testTimeout: 400_000, hookTimeout: 90_000 });
const PASSWORD = "open sesame, says the operator";
let server: ServerProcess;
let browser: Browser;
beforeAll(async () => {
  [server, browser] = await Promise.all([ServerProcess.start({ ADMIN_PASSWORD: PASSWORD }), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

/** A page, and what its console complained of. */
async function aPage(path: string): Promise<{ page: Page; complaints: string[] }> {
  const page = await browser.newPage();
  page.setDefaultTimeout(60_000);
  const complaints: string[] = [];
  page.on("console", (message) => { if (message.type() === "error") complaints.push(message.text()); });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(`${server.endpoint}${path}`);
  return { page, complaints };
}

/** Opens a tab, and waits until what it asked for has come: what is typed before that would be replaced by it. */
async function opens(page: Page, tab: string): Promise<void> {
  await page.getByRole("button", { name: tab, exact: true }).click();
  await page.locator("#view:not([aria-busy])").waitFor();
}

test("an operator logs in by the password, finds a player, mutes them, and finds that recorded; the monitor opens", async () => {
  const ada = await StockPlayer.register(server.endpoint, "Adalind");
  const { page, complaints } = await aPage("/admin");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("button", { name: "Adalind" }).click();
  await page.getByRole("heading", { name: "Adalind (player)" }).waitFor();
  const mute = page.locator("form", { has: page.getByRole("heading", { name: "Mute", exact: true }) });
  await mute.getByLabel("Why").fill("<b>flooding</b>");
  await mute.getByLabel("Minutes").fill("10");
  await mute.getByRole("button").click();
  await ada.hears("You have been muted: <b>flooding</b>");
  expect(textOf(await ada.types("say hello"))).toContain("You have been muted");
  // What somebody typed is text and never markup.
  await page.getByText("Muted: <b>flooding</b>").waitFor();
  await opens(page, "Records");
  await page.getByRole("cell", { name: "mute" }).waitFor();
  await opens(page, "Room");
  await page.getByLabel("Room's id").fill("town_square");
  await page.getByRole("button", { name: "Look" }).click();
  await page.getByRole("heading", { name: /The Town Square/ }).waitFor();
  await opens(page, "Server");
  const profile = page.locator("form", { has: page.getByRole("heading", { name: "CPU profile" }) });
  await profile.getByLabel("Seconds").fill("1");
  await profile.getByLabel("Why").fill("to see");
  await profile.getByRole("button").click();
  const file = page.getByRole("button", { name: /^cpu-.*\.cpuprofile$/ });
  await vi.waitFor(async () => {
    await opens(page, "Server");
    expect(await file.count()).toBe(1);
  }, { timeout: 60_000, interval: 500 });
  const [saved] = await Promise.all([page.waitForEvent("download"), file.click()]);
  expect(saved.suggestedFilename()).toMatch(/^cpu-.*\.cpuprofile$/);
  // Jobs begin some seconds after the start.
  const job = page.locator("form", { has: page.getByRole("heading", { name: "Run one now" }) });
  await vi.waitFor(async () => {
    await opens(page, "Jobs");
    await page.getByRole("heading", { name: "Leaderboards" }).waitFor();
    expect(await page.getByRole("cell", { name: "7 * * * *", exact: true }).count()).toBe(1);
    expect(await page.getByRole("cell", { name: "?", exact: true }).count()).toBe(0);
  }, { timeout: 90_000, interval: 500 });
  await job.getByRole("combobox").selectOption("leaderboards");
  await job.getByLabel("Why").fill("to see");
  await job.getByRole("button").click();
  await page.getByText("The job leaderboards is run by the next process that is free.").waitFor();
  await vi.waitFor(async () => {
    await opens(page, "Jobs");
    await page.getByRole("heading", { name: "coins", exact: true }).waitFor();
    expect(await page.getByRole("row", { name: /Adalind/ }).count()).toBeGreaterThan(0);
  }, { timeout: 90_000, interval: 1_000 });
  await opens(page, "World");
  await page.getByRole("heading", { name: "Processes" }).waitFor();
  expect(complaints).toEqual([]);
  await page.getByRole("button", { name: "Open the monitor of Colyseus" }).click();
  await page.getByText(/square-\d/).first().waitFor();
  await page.close();
});

test("no page of another origin can read what staff read, also where it may play", async () => {
  const asked = async (path: string, origin: string) => (await fetch(`${server.endpoint}${path}`, { headers: { origin } })).headers.get("access-control-allow-origin");
  const ownOtherPort = "http://127.0.0.1:9";
  expect([await asked("/admin/api/me", ownOtherPort), await asked("/monitor/api", ownOtherPort), await asked("/api/world", ownOtherPort)]).toEqual([null, null, ownOtherPort]);
  expect(await asked("/api/world", "https://elsewhere.example")).toBe(null);
});

test("a wrong password says so; nobody is logged in by it", async () => {
  const { page } = await aPage("/admin/");
  await page.getByLabel("Password").fill("wrong");
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByText("That is not the password.").waitFor();
  expect(await page.locator("#desk").isVisible()).toBe(false);
  await page.close();
});

test("somebody changes their password on the page of their account", async () => {
  await StockPlayer.register(server.endpoint, "Benedikt");
  const { page, complaints } = await aPage("/account/");
  const login = page.locator("#login");
  await login.getByLabel("Name").fill("Benedikt");
  await login.getByLabel("Password").fill("secret of Benedikt");
  await login.getByRole("button").click();
  await page.getByText("You are Benedikt.").waitFor();
  const form = page.locator("form#password");
  await form.getByLabel("Password now").fill("secret of Benedikt");
  await form.getByLabel("New password").fill("correct horse battery");
  await form.getByRole("button").click();
  await page.getByText("It is changed.").waitFor();
  const answer = await fetch(`${server.endpoint}/auth/login`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ username: "Benedikt", password: "correct horse battery" }) });
  expect(answer.status).toBe(200);
  expect(complaints).toEqual([]);
  await page.close();
});
