import { expect, test } from "vitest";
import { createLog } from "../log.ts";
import { Scrubber } from "./scrub.ts";
import { openSentry } from "./sentry.ts";

test("without the SDK there is one clear line, and everything else goes on", () => {
  const lines: string[] = [];
  const log = createLog({ level: "info", destination: { write: (line: string) => void lines.push(line) } });
  const sentry = openSentry({ dsn: "https://key@sentry.example/1", environment: "test", release: "x", scrubber: new Scrubber(), nowMs: Date.now, log, sdk: "@sentry/that-nobody-has" });
  expect(sentry).toBeNull();
  expect(lines.map((line) => (JSON.parse(line) as { level: string; message: string })).map(({ level, message }) => [level, message])).toEqual([["warn", expect.stringContaining("npm install @sentry/node")]]);
});
