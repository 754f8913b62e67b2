import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Away, lasting } from "./away.ts";
import { keepLog, readKeptLog } from "./kept-log.ts";
import type { Entry } from "./log-buffer.ts";
import { logAsHtml, logAsText } from "./log-export.ts";
import { searchLog } from "./log-search.ts";
import { DEFAULT_SETTINGS, readSettings } from "./settings.ts";
import { asksForText, briefOf } from "./spoken.ts";

const said = (key: number, message: string): Entry => ({ kind: "line", key, atMs: 0, message, type: "say", refs: [] });
const kept = new Map<string, string>();
beforeEach(() => vi.stubGlobal("sessionStorage", { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => kept.set(key, value) }));
afterEach(() => {
  vi.unstubAllGlobals();
  kept.clear();
});

test("a log is kept for a reload by whoever left it, the newest of it first of all", () => {
  const leftOff = { place: { room_id: "square", line: 7 }, heard: ["a"] };
  keepLog("ann", leftOff, [said(1, "one"), { kind: "echo", key: 2, atMs: 0, command: "look", mark: "sent" }], 5);
  expect(readKeptLog("ben")).toBeUndefined();
  expect(readKeptLog("ann")).toMatchObject({ leftOff, atMs: 5, entries: [{ message: "one", old: true }, { command: "look", mark: "unanswered" }] });
  keepLog("ann", undefined, Array.from({ length: 5_000 }, (_, nth) => said(nth, "x".repeat(1_000))), 5);
  const { entries } = readKeptLog("ann")!;
  expect(entries.length).toBeGreaterThan(1_000);
  expect(entries.length).toBeLessThan(2_000);
  kept.set("waystone.log", `{"username":"ann","atMs":1,"leftOff":{"place":{"room_id":3}},"entries":[7,{"kind":"line","atMs":1}]}`);
  expect(readKeptLog("ann")).toEqual({ username: "ann", leftOff: undefined, atMs: 1, entries: [] });
});

test("the log goes into a file as text, and as a page in which nothing of it is markup", () => {
  const entries = [said(1, `Ben says, "<script>alert(1)</script>"`), said(2, "\u001b[31mred\u001b[0m")];
  expect(logAsText(entries)).toMatch(/^\d\d:\d\d:\d\d {2}Ben says, "<script>.*\n\d\d:\d\d:\d\d {2}red\n$/);
  const page = logAsHtml(entries, "Log & more");
  expect(page).toContain("<title>Log &amp; more</title>");
  expect(page).toContain("Ben says, &quot;&lt;script&gt;alert(1)&lt;/script&gt;&quot;");
  expect(page).not.toContain("<script");
});

test("words are found wherever they stand in the log", () => {
  const entries = [said(10, "A lamp."), said(11, "Nothing."), said(12, "Two LAMPS.")];
  expect([searchLog(entries, "lamp"), searchLog(entries, "  "), searchLog(entries, "sword")]).toEqual([[10, 12], [], []]);
});

test("long texts that come by themselves have a short form; asked for, they have none", () => {
  const long = `Four roads run into a wide square of worn cobbles. ${"The town has grown up around it. ".repeat(6)}`;
  expect(briefOf(long, "room_description", false)).toBe("Four roads run into a wide square of worn cobbles.");
  expect(briefOf("word ".repeat(60), "ambiance", false)).toMatch(/^word .*word\u2026$/);
  expect([briefOf(long, "room_description", true), briefOf(long, "say", false), briefOf("Short.", "npc", false)]).toEqual([undefined, undefined, undefined]);
  expect(["look", "l", "read leaflet", "help", "say look", "north"].map(asksForText)).toEqual([true, true, true, true, false, false]);
});

test("who was away for a moment is told nothing", () => {
  const away = new Away();
  away.leaves(0);
  expect([away.line(1_000), away.returns(2_000)]).toEqual([undefined, undefined]);
  away.leaves(10_000);
  expect([away.line(40_000), away.line(41_000), away.returns(70_000)]).toEqual(["While you were away:", undefined, "You are back after 60 seconds. 2 lines came meanwhile."]);
  expect([lasting(1_000), lasting(120_000), lasting(7_200_000)]).toEqual(["1 second", "2 minutes", "2 hours"]);
});

test("settings from anywhere are made sense of, or are as by default", () => {
  for (const junk of [undefined, 7, [], { display: "loud", sizePercent: "big", colours: { say: "red" }, sounds: "yes" }]) expect(readSettings(junk)).toEqual(DEFAULT_SETTINGS);
  expect(readSettings({ display: "reader", sizePercent: 900, colours: { say: "#ff0000" }, sounds: true })).toMatchObject({ display: "reader", sizePercent: 200, colours: { say: "#ff0000" }, sounds: true });
});
