/**
 * What the browser page costs: bytes of the first load as they go over the wire; then, with 10,000 lines in the log and
 * fifty arriving every second from players on a real server, the pictures per second, the longest time that nothing
 * could be typed, and the same page at rest for comparison.
 * `npm run bench:client -- [seconds]`. Needs Chromium. Without a screen every picture is drawn by the processor.
 */
import { loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { BrowserContext, Page } from "playwright-core";
import { openBrowser } from "../test/support/browser.ts";
import { StockPlayer } from "../test/support/players.ts";
import { ServerProcess } from "../test/support/server-process.ts";

const MOST_FIRST_LOAD_KB = 200;
const MOST_BLOCK_MS = 50;
const LINES = 10_000;
const PER_S = 50;
/** Each says five lines a second: below what one player may. */
const SPEAKERS = 10;
const KEY_EVERY_MS = 250;
const seconds = Number(process.argv.find((arg) => /^\d+$/.test(arg)) ?? "20");

/** What the page says of a stretch of time. */
interface Measured {
  frames: number;
  ms: number;
  /** The longest gap between two pictures, and that of the worst hundredth. */
  longestMs: number;
  p99Ms: number;
  /** The longest task of the page, and the longest that a key waited before it was heard. */
  taskMs: number;
  keyMs: number;
}

/** The share of the time that the page's main thread worked, by CPU time: not by how busy the machine is with other things. */
interface Work {
  all: number;
  script: number;
  layout: number;
  style: number;
}

/** Runs in the page: starts to measure, and hands out the way to the result. */
const MEASURE = `window.measured = (() => {
  const gaps = [];
  let task = 0, key = 0, last = performance.now(), on = true;
  const began = last;
  const tasks = new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) task = Math.max(task, duration); });
  tasks.observe({ type: "longtask" });
  const keys = new PerformanceObserver((list) => { for (const entry of list.getEntries()) if (entry.name === "keydown") key = Math.max(key, entry.processingStart - entry.startTime); });
  keys.observe({ type: "event", durationThreshold: 16 });
  const frame = (now) => { if (!on) return; gaps.push(now - last); last = now; requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
  return () => {
    on = false;
    tasks.disconnect();
    keys.disconnect();
    const sorted = gaps.slice(1).sort((a, b) => a - b);
    return { frames: sorted.length, ms: performance.now() - began, longestMs: sorted.at(-1), p99Ms: sorted[Math.floor(sorted.length * 0.99)], taskMs: task, keyMs: key };
  };
})(); undefined`;

/** The bytes of everything that a new visitor's browser asks for, as sent, until the page can be used. */
async function firstLoadBytes(context: BrowserContext, endpoint: string): Promise<number> {
  const page = await context.newPage();
  const network = await context.newCDPSession(page);
  await network.send("Network.enable");
  let bytes = 0;
  network.on("Network.loadingFinished", ({ encodedDataLength }) => { bytes += encodedDataLength; });
  await page.goto(endpoint);
  await page.getByRole("button", { name: "Look around as a guest" }).waitFor();
  await page.close();
  return bytes;
}

/** A page in the world whose log has so many lines from before. */
async function enterWithLog(context: BrowserContext, endpoint: string): Promise<Page> {
  const answer = await fetch(`${endpoint}/auth/register`, {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ username: "Reader", password: "ten thousand lines" }),
  });
  const login = (await answer.json()) as { username: string };
  const types = ["say", "move", "npc", "ambiance", "channel", "room_description"];
  const entries = Array.from({ length: LINES }, (_, nth) => ({
    kind: "line", atMs: 0, type: types[nth % types.length], message: `Line ${nth}. ${"Somebody says something of no great length about the weather. ".repeat(1 + (nth % 3))}`, refs: [],
  }));
  await context.addInitScript(({ stored, log }) => {
    localStorage.setItem("waystone.login", stored);
    sessionStorage.setItem("waystone.log", log);
  }, { stored: JSON.stringify({ login, guest: false }), log: JSON.stringify({ username: login.username, atMs: 0, entries }) });
  const page = await context.newPage();
  await page.goto(endpoint);
  await page.getByRole("log").getByText("The Town Square").first().waitFor();
  await page.getByLabel("What do you do?").focus();
  // The menus are fetched ahead when the page stands; that is not what is measured.
  await sleep(3_000);
  return page;
}

/** Measures while somebody types, letter by letter. */
async function measure(page: Page, ms: number): Promise<Measured & { work: Work }> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const metrics = async (): Promise<Map<string, number>> => new Map((await session.send("Performance.getMetrics")).metrics.map(({ name, value }) => [name, value]));
  const before = await metrics();
  await session.send("Runtime.evaluate", { expression: MEASURE });
  for (const end = Date.now() + ms; Date.now() < end; await sleep(KEY_EVERY_MS)) await page.keyboard.press("x");
  const { result } = await session.send("Runtime.evaluate", { expression: "window.measured()", returnByValue: true });
  const after = await metrics();
  await page.keyboard.press("Escape");
  const measured = result.value as Measured;
  const share = (name: string): number => (((after.get(name) ?? 0) - (before.get(name) ?? 0)) * 1000) / measured.ms;
  return { ...measured, work: { all: share("TaskDuration"), script: share("ScriptDuration"), layout: share("LayoutDuration"), style: share("RecalcStyleDuration") } };
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const told = ({ frames, ms, longestMs, p99Ms, taskMs, keyMs, work }: Measured & { work: Work }): string =>
  `the page worked ${percent(work.all)} of the time (script ${percent(work.script)}, layout ${percent(work.layout)}, style ${percent(work.style)}); ${((frames * 1000) / ms).toFixed(1)} frames/s, 99 % of the gaps up to ${p99Ms.toFixed(1)} ms, the longest ${longestMs.toFixed(1)} ms; longest task ${taskMs === 0 ? "below 50" : taskMs.toFixed(0)} ms; a key waited up to ${keyMs.toFixed(1)} ms`;

const [server, browser] = await Promise.all([ServerProcess.start(), openBrowser()]);
const speakers: StockPlayer[] = [];
try {
  const bytes = await firstLoadBytes(await browser.newContext(), server.endpoint);
  console.log(`first load: ${(bytes / 1024).toFixed(1)} KB as sent (at most ${MOST_FIRST_LOAD_KB})`);
  for (let nth = 0; nth < SPEAKERS; nth++) speakers.push(await StockPlayer.register(server.endpoint, `Speaker${"abcdefghij"[nth] ?? ""}`));
  const page = await enterWithLog(await browser.newContext({ viewport: { width: 1280, height: 800 } }), server.endpoint);
  console.log(`load of the machine: ${loadavg().map((load) => load.toFixed(1)).join(" ")}`);
  const atRest = await measure(page, seconds * 500);
  console.log(`at rest: ${told(atRest)}`);

  let said = 0;
  let talking = true;
  const talk = (async () => {
    for (const began = Date.now(); talking; await sleep(10)) {
      while (talking && said < ((Date.now() - began) / 1000) * PER_S) void speakers[said % SPEAKERS]!.types(`say This is line ${said++}, and it is about as long as what people say.`);
    }
  })();
  const before = await page.evaluate<number>("Number(document.querySelector('[role=log]').lastElementChild.dataset.key)");
  const busy = await measure(page, seconds * 1_000);
  const after = await page.evaluate<number>("Number(document.querySelector('[role=log]').lastElementChild.dataset.key)");
  talking = false;
  await talk;
  console.log(`${(((after - before) * 1000) / busy.ms).toFixed(0)} lines/s, ${after.toLocaleString("en")} lines in the log, ${await page.evaluate<number>("document.querySelectorAll('.line').length")} of them in the document: ${told(busy)}`);
  console.log(`frames/s with the lines, of those at rest: ${(((busy.frames / busy.ms) / (atRest.frames / atRest.ms)) * 100).toFixed(0)} %`);
  if (bytes > MOST_FIRST_LOAD_KB * 1024 || Math.max(busy.taskMs, busy.keyMs) > MOST_BLOCK_MS) process.exitCode = 1;
} finally {
  await Promise.all(speakers.map((speaker) => speaker.leaves()));
  await browser.close();
  await server.remove();
}
