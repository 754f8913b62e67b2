/** The page without a mouse, without sight, on a phone: played through, and looked over by axe. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { openBrowser } from "../support/browser.ts";
import { PagePlayer } from "../support/page-player.ts";
import { ServerProcess } from "../support/server-process.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 180_000 });

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const PASSWORD = "the keys of the whole town";

let server: ServerProcess;
let browser: Browser;
let player: PagePlayer | undefined;

beforeAll(async () => {
  [server, browser] = await Promise.all([ServerProcess.start({ ADMIN_PASSWORD: PASSWORD }), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await server?.remove();
});
beforeEach(({ onTestFailed }) => {
  player = undefined;
  onTestFailed(async () => await player?.shoots("failed-access.png"));
});

interface AxeResult {
  violations: { id: string; nodes: { target: unknown; failureSummary: string }[] }[];
}

/** Everything axe knows to look for; what it finds, with where. The script runs beside the page's own policy. */
async function violations(of: PagePlayer): Promise<string[]> {
  const session = await of.page.context().newCDPSession(of.page);
  const evaluate = async (expression: string): Promise<unknown> => {
    const { result, exceptionDetails } = await session.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails !== undefined) throw new Error(`axe: ${exceptionDetails.text} ${exceptionDetails.exception?.description ?? ""}`);
    return result.value;
  };
  await evaluate(`${axeSource}; undefined`);
  const found = (await evaluate("axe.run(document)")) as AxeResult;
  await session.detach();
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} at ${JSON.stringify(target)}: ${failureSummary}`));
}

test("axe finds nothing on any view, in any display", async () => {
  player = await PagePlayer.open(browser, server.endpoint, { reducedMotion: "reduce" });
  const { page } = player;
  await page.getByRole("button", { name: "Look around as a guest" }).waitFor();
  expect(await violations(player)).toEqual([]);
  await player.shoots("enter.png");
  await page.getByRole("button", { name: "New here" }).click();
  await page.getByRole("radio", { name: /High contrast/ }).check();
  expect(await violations(player)).toEqual([]);
  await player.register("Verity");
  // What a mouse drags and what a menu does are the same commands.
  await player.panel("Here").getByRole("listitem").filter({ hasText: "a folded leaflet" }).dragTo(player.panel("Things").locator(".drop-zone").last());
  await player.reads("You get");
  for (const [command, words] of [
    ["n", "Market Row"], ["e", "Dorit Hale's Bakery"], ["ask dorit about errand", "A Warm Loaf"],
    ["chat Good morning from the bakery", "[chat] Verity"], ["dance", "You dance"], ["fly", "There is no command fly"],
  ] as const) {
    await player.types(command);
    await player.reads(words);
  }
  await player.panel("Map").locator("svg .map-here").waitFor();
  await player.shoots("contrast.png");
  expect(await violations(player)).toEqual([]);

  await page.keyboard.press("Control+,");
  const dialog = page.getByRole("dialog", { name: "Settings" });
  for (const name of ["Display", "Colours", "Keys", "Triggers", "Aliases", "Log", "Take along"]) {
    await dialog.getByRole("tab", { name }).click();
    expect(await violations(player)).toEqual([]);
  }
  await dialog.getByRole("tab", { name: "Log" }).click();
  const [saved] = await Promise.all([page.waitForEvent("download"), dialog.getByRole("button", { name: "Save as text" }).click()]);
  expect(readFileSync(await saved.path(), "utf8")).toMatch(/^\d\d:\d\d:\d\d {2}\[chat\] Verity: Good morning from the bakery$/m);
  await dialog.getByRole("tab", { name: "Display" }).click();
  await dialog.getByRole("radio", { name: /Standard/ }).check();
  await dialog.getByLabel("Theme").selectOption("dark");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+/");
  await page.getByRole("dialog", { name: "Shortcuts" }).waitFor();
  expect(await violations(player)).toEqual([]);
  await page.keyboard.press("Escape");
  await player.panel("Here").getByRole("button", { name: "More for the way west" }).click();
  await page.getByRole("menu").waitFor();
  expect(await violations(player)).toEqual([]);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+Shift+F");
  await page.getByRole("search").getByRole("textbox").fill("square");
  await page.getByRole("search").getByText(/^\d+ of \d+$/).waitFor();
  expect(await violations(player)).toEqual([]);
  await page.keyboard.press("Escape");
  await player.shoots("play-dark.png");
  // 200 % of a small window: nothing has to be scrolled sideways.
  await page.setViewportSize({ width: 640, height: 430 });
  expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
  await page.setViewportSize({ width: 320, height: 600 });
  expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
  player.isWell();
  await player.closes();
});

test("a quest from the door to its reward, by keys alone and with a screen reader's display", async () => {
  player = await PagePlayer.open(browser, server.endpoint);
  const { page } = player;
  const { keyboard } = page;
  /** Tabs on until the wanted thing has the focus: it must be in reach, and nothing may hold the focus. */
  const tabTo = async (wanted: ReturnType<typeof page.locator>): Promise<void> => {
    await wanted.waitFor();
    for (let nth = 0; nth < 40; nth++) {
      if (await wanted.evaluate((element) => element === element.ownerDocument.activeElement)) return;
      await keyboard.press("Tab");
    }
    throw new Error("Forty tabs did not lead there.");
  };
  await tabTo(page.getByRole("radio", { name: /Standard/ }));
  await keyboard.press("ArrowDown");
  expect(await page.getByRole("radio", { name: /Screen reader/ }).isChecked()).toBe(true);
  await page.reload();
  await tabTo(page.getByRole("button", { name: "New here" }));
  await keyboard.press("Enter");
  await tabTo(page.getByLabel("Name"));
  await keyboard.type("Tamsin");
  await tabTo(page.getByLabel("Password"));
  await keyboard.type("keys are enough");
  await keyboard.press("Enter");
  await player.reads("The Town Square");

  const enter = async (command: string, words: string | RegExp): Promise<void> => {
    await keyboard.type(command);
    await keyboard.press("Enter");
    await player?.reads(words);
  };
  await enter("n", "Market Row");
  await keyboard.press("Control+ArrowRight");
  await player.reads("Dorit Hale's Bakery");
  await player.panel("Here").getByRole("button", { name: "Dorit Hale the baker", exact: true }).waitFor();
  // What is seen completes a word; with nothing typed, Tab goes on.
  await keyboard.type("ask dor");
  await keyboard.press("Tab");
  expect(await player.line.inputValue()).toBe("ask dorit");
  await enter(" about errand", "A Warm Loaf");
  await enter("w", "Market Row");
  await enter("n", /Gate|Market|Street/);
  await enter("n", "Bram Holt");
  await enter("give wrapped to bram", /Bram says he is not hungry/);
  await enter("s; s; e", "Dorit Hale's Bakery");
  await enter("ask dorit about bram", /Dorit counts coins into your hand/);
  await player.panel("Quests").getByText("Done").waitFor();

  // Everything on the page is in reach: Tab leads out of the line, F6 from part to part.
  await keyboard.press("Tab");
  expect(await player.line.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(false);
  const seen = new Set<string>();
  for (let nth = 0; nth < 14; nth++) {
    await keyboard.press("F6");
    seen.add(await page.evaluate("document.activeElement.closest('[data-region]')?.dataset.panel ?? document.activeElement.closest('[data-region]')?.className ?? ''"));
  }
  expect([...seen]).toEqual(expect.arrayContaining(["play-header", "command-line", "room", "map", "inventory", "talk"]));
  // The map is a list here, and walking by it needs no mouse.
  await player.panel("Map").getByRole("list", { name: "Rooms you have seen" }).waitFor();
  await player.panel("Map").getByRole("button", { name: /^Market Row, 1 step/ }).focus();
  await keyboard.press("Enter");
  await page.getByRole("heading", { name: "Market Row" }).waitFor();
  expect(await violations(player)).toEqual([]);
  player.isWell();
  await player.closes();
});

test("each line is put into the log once and never again, while old ones leave it and come back into sight above", async () => {
  player = await PagePlayer.open(browser, server.endpoint);
  const { page, log } = player;
  await player.register("Oriel");
  await page.evaluate(`(() => {
    const log = document.querySelector("[role=log]");
    window.seen = { added: [...log.children].map((line) => line.dataset.key), removed: 0, strange: 0 };
    new MutationObserver((changes) => {
      for (const { addedNodes, removedNodes } of changes) {
        for (const node of addedNodes) node.dataset?.key === undefined ? window.seen.strange++ : window.seen.added.push(node.dataset.key);
        window.seen.removed += removedNodes.length;
      }
    }).observe(log, { childList: true });
  })()`);
  // A paste of many lines is split and paced; it gives the log more than its live part holds.
  await player.line.focus();
  await page.evaluate(`(() => {
    const data = new DataTransfer();
    data.setData("text/plain", Array.from({ length: 36 }, (_, nth) => nth % 12 === 11 ? "say pasted " + nth : "look").join("\\n"));
    document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  })()`);
  await player.reads('You say, "pasted 35"');
  // A click that selects words keeps them, to be copied: the command line takes the focus only from one that does not.
  const selected = (): Promise<string> => page.evaluate<string>("getSelection().toString()");
  await vi.waitFor(async () => {
    await log.getByText('You say, "pasted 35"').click({ clickCount: 3 });
    // The town crier may speak meanwhile, and move everything up a line.
    expect(await selected()).toContain("pasted 35");
  }, { timeout: 30_000, interval: 300 });
  expect(await player.line.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(false);
  await page.evaluate("getSelection().removeAllRanges()");
  // Further up, the split view opens; what left the log stands there, and is not put in again.
  await page.mouse.move(680, 400);
  await page.mouse.wheel(0, -3_000);
  await page.getByRole("button", { name: /Back to now|new lines?/ }).waitFor();
  for (let nth = 0; nth < 8; nth++) await page.mouse.wheel(0, -4_000);
  await page.getByRole("group", { name: "Earlier lines" }).getByText("Welcome to Waystone.").waitFor();
  await page.getByRole("button", { name: /Back to now|new lines?/ }).click();
  await server.kill();
  await server.run();
  await player.types("say after all");
  await player.reads('You say, "after all"');

  const seen = await page.evaluate<{ added: string[]; removed: number; strange: number }>("window.seen");
  expect(seen.removed).toBeGreaterThan(100);
  expect(seen.strange).toBe(0);
  expect(new Set(seen.added).size).toBe(seen.added.length);
  expect(seen.added.map(Number)).toEqual(seen.added.map((_, nth) => Number(seen.added[0]) + nth));
  player.isWell();
  await player.closes();
});

test("on a phone: tabs, keys for the thumb, a swipe", async () => {
  player = await PagePlayer.open(browser, server.endpoint, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, colorScheme: "light" });
  const { page } = player;
  await player.register("Posy");
  await page.getByRole("navigation", { name: "Ways by thumb" }).getByRole("button", { name: "north to Market Row" }).tap();
  await player.reads("Market Row");
  await player.shoots("phone.png");
  expect(await violations(player)).toEqual([]);
  const tabs = page.getByRole("navigation", { name: "Views" });
  for (const [tab, panel] of [["Here", "Here"], ["Map", "Map"], ["You", "Things"], ["Talk", "Talk"]] as const) {
    await tabs.getByRole("button", { name: tab }).tap();
    await player.panel(panel).waitFor();
    if (tab === "Map") await player.shoots("phone-map.png");
    expect(await violations(player)).toEqual([]);
  }
  expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
  // From Talk to You with one swipe to the right.
  await page.evaluate(`(() => {
    const target = document.querySelector("[data-panel=who]");
    const touch = (clientX) => new Touch({ identifier: 1, target, clientX, clientY: 500 });
    target.dispatchEvent(new TouchEvent("touchstart", { bubbles: true, touches: [touch(60)], changedTouches: [touch(60)] }));
    target.dispatchEvent(new TouchEvent("touchend", { bubbles: true, touches: [], changedTouches: [touch(280)] }));
  })()`);
  await player.panel("Things").waitFor();
  player.isWell();
  await player.closes();
});

test("an operator has a panel of their own, and the server decides about each deed", async () => {
  player = await PagePlayer.open(browser, server.endpoint);
  const { page } = player;
  await player.register("Warden");
  expect(await page.getByRole("heading", { name: "Operators" }).count()).toBe(0);
  const api = async (path: string, body: object, token?: string): Promise<{ token?: string }> => {
    const answer = await fetch(`${server.endpoint}/admin/api${path}`, {
      method: "POST", headers: { "content-type": "application/json", ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) }, body: JSON.stringify(body),
    });
    expect(answer.status).toBeLessThan(300);
    return (await answer.json()) as { token?: string };
  };
  const { token } = await api("/login", { password: PASSWORD });
  await api("/characters/Warden/role", { role: "operator", reason: "The town needs somebody." }, token);
  // The role comes with the next login.
  await page.getByRole("button", { name: "Menu of Warden" }).click();
  await page.getByRole("menuitem", { name: "Log out" }).click();
  await page.getByLabel("Name").fill("Warden");
  await page.getByLabel("Password").fill("a long walk of Warden");
  await page.getByRole("button", { name: "Enter", exact: true }).click();

  const panel = player.panel("Operators");
  await panel.getByLabel("Announcement").fill("The bell rings at noon.");
  await panel.getByRole("button", { name: "Announce" }).click();
  await player.reads("The bell rings at noon.");
  await panel.getByLabel("Weather").selectOption("snow");
  await panel.getByLabel("Why the world changes").fill("A feast.");
  await panel.getByRole("button", { name: "Set the weather" }).click();
  await player.panel("Clock and weather").getByText("snow", { exact: true }).waitFor();
  await panel.getByLabel("Who").fill("Nobody-at-all");
  await panel.getByLabel("Why", { exact: true }).fill("To see.");
  await panel.getByRole("button", { name: "Kick" }).click();
  await panel.getByRole("status").getByText("Nobody is called Nobody-at-all.").waitFor();
  expect(await violations(player)).toEqual([]);
  await player.closes();
});
