import { expect, test } from "vitest";
import { Origins } from "./origins.ts";

const none = { allowed: [], ownNames: [], behindProxy: false };

test("whatever is no browser's page comes in, and so does a page of the same host, on whatever port", () => {
  const origins = new Origins(none);
  expect(origins.allows({ host: "game.example.com" })).toBe(true);
  expect(origins.allows({ host: "game.example.com:2568", origin: "https://game.example.com" })).toBe(true);
  expect(origins.allows({ host: "GAME.example.com", origin: "http://game.EXAMPLE.com:8080" })).toBe(true);
  expect(origins.allows({ host: "p2568.game.example.com", origin: "https://game.example.com" })).toBe(true);
  expect(origins.allows({ host: "127.0.0.1:2567", origin: "http://localhost:5173" })).toBe(true);
  expect(origins.allows({ host: "[::1]:2567", origin: "http://[::1]:2567" })).toBe(true);
});

test("a page of another site does not, whatever it calls itself", () => {
  const origins = new Origins(none);
  const from = (origin: string, host = "game.example.com"): boolean => origins.allows({ host, origin });
  expect(["https://elsewhere.example", "null", "https://game.example.com.evil.example", "https://evilgame.example.com", "file://", "https://x.game.example.com", "", "https://game.example.com@evil.example", "://", "http://localhost"].filter((origin) => from(origin))).toEqual([]);
  expect(origins.allows({ origin: "https://game.example.com" })).toBe(false);
  expect(origins.allows({ origin: "https://game.example.com", host: "evil/../", "x-forwarded-host": "game.example.com" })).toBe(false);
});

test("a proxy that gives the server another host name may say which it was asked for", () => {
  const headers = { host: "10.0.0.7:2567", origin: "https://game.example.com" };
  expect(new Origins(none).allows({ ...headers, "x-forwarded-host": "game.example.com" })).toBe(false);
  expect(new Origins({ ...none, behindProxy: true }).allows({ ...headers, "x-forwarded-host": "game.example.com" })).toBe(true);
  expect(new Origins({ ...none, ownNames: ["game.example.com"] }).allows(headers)).toBe(true);
  expect(new Origins(none).allows({ ...headers, "sec-fetch-site": "same-origin" })).toBe(true);
  expect(new Origins(none).allows({ ...headers, "sec-fetch-site": "cross-site" })).toBe(false);
});

test("others are named, or all are", () => {
  const origins = new Origins({ ...none, allowed: ["https://portal.example", "capacitor://localhost"] });
  expect(["https://portal.example", "capacitor://localhost", "http://portal.example", "https://portal.example:444"].map((origin) => origins.allows({ host: "game.example.com", origin }))).toEqual([true, true, false, false]);
  expect(new Origins({ ...none, allowed: ["*"] }).allows({ host: "game.example.com", origin: "null" })).toBe(true);
});
