import { expect, test } from "vitest";
import { MAX_LOG_LINE_CHARS } from "../limits.ts";
import { Scrubber } from "./scrub.ts";

const JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJlLW9mLWFkYQ";

test.each([
  ["connect ECONNREFUSED postgres://ada:hunter2!@db.example/world", "connect ECONNREFUSED postgres://[redacted]@db.example/world"],
  ["rediss://:hunter2!@cache:6379/0 timed out", "rediss://[redacted]@cache:6379/0 timed out"],
  ["postgres://ada:hunt/er2!@db/world, again postgres://ben:hunter2!@db/world", "postgres://[redacted]@db/world, again postgres://[redacted]@db/world"],
  ["GET /pit?_authToken=hunter2!&area=square", "GET /pit?_authToken=[redacted]&area=square"],
  ["https://x.example/a?area=1&password=hunter2!#top", "https://x.example/a?area=1&password=[redacted]#top"],
  ["authorization: Bearer abcdEfghijkl.mnop", "authorization: Bearer [redacted]"],
  [`token was ${JWT}, too old`, "token was [redacted], too old"],
])("%s", (text, clean) => {
  expect(new Scrubber().text(text)).toBe(clean);
});

test("what is no secret stays as it is", () => {
  const scrubber = new Scrubber(["", "abc"]);
  for (const text of ["http://localhost:2567 is open", "mail to ada@example.com", "the token is not good any more", "abc", "a basic question", `http://localhost:2567/account/#reset=${JWT}`]) expect(scrubber.text(text)).toBe(text);
});

test("secrets of the configuration are found wherever they stand, also encoded; names of fields are never touched", () => {
  const scrubber = new Scrubber(["s3cret/of the \"server\"", "message"]);
  const line = JSON.stringify({ level: "warn", message: "about a message", args: ["AUTH", "s3cret/of the \"server\""], url: "x?p=s3cret%2Fof%20the%20%22server%22" });
  expect(JSON.parse(scrubber.line(`${line}\n`))).toEqual({ level: "warn", message: "about a [redacted]", args: ["AUTH", "[redacted]"], url: "x?p=[redacted]" });
});

test("a line keeps its length within bounds and stays one line of JSON", () => {
  const scrubber = new Scrubber();
  const long = (fields: object): Record<string, unknown> => {
    const line = scrubber.line(`${JSON.stringify({ level: "error", time: "now", message: "too much", ...fields })}\n`);
    expect(line.length).toBeLessThanOrEqual(MAX_LOG_LINE_CHARS + 1);
    expect(line.endsWith("}\n")).toBe(true);
    return JSON.parse(line) as Record<string, unknown>;
  };
  expect(long({ error: { stack: "x".repeat(1_000_000) } })).toMatchObject({ message: "too much", shortened: true });
  expect(long(Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`field ${i}`, "x".repeat(50)])))).toEqual({ level: "error", time: "now", message: "too much", shortened: true });
});
