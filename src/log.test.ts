import { afterEach, expect, test, vi } from "vitest";
import { LOG_LINES_PER_KIND, LOG_WINDOW_MS } from "./limits.ts";
import { createLog, openLog, prettyLine, SECRET_FIELDS, type LogOptions } from "./log.ts";

function captured(options: { pretty?: boolean } = {}) {
  const lines: string[] = [];
  const log = createLog({ level: "info", destination: { write: (line: string) => lines.push(line) }, fields: { process: "p1" }, ...options });
  return { log, lines, last: () => JSON.parse(lines.at(-1)!) as Record<string, unknown> };
}

test("a line is one JSON object with time, level, message and the process", () => {
  const { log, lines, last } = captured();
  log.info({ port: 2567 }, "listening");
  expect(lines[0]).toMatch(/^\{.*\}\n$/);
  expect(last()).toMatchObject({ level: "info", message: "listening", process: "p1", port: 2567 });
  expect(last()["time"]).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
});

test("what is below the level is not written", () => {
  const { log, lines } = captured();
  log.debug("quiet");
  expect(lines).toEqual([]);
});

test("secrets do not reach the log, at the top or two levels down", () => {
  const { log, lines } = captured();
  for (const field of SECRET_FIELDS) log.info({ [field]: "hunter2!", request: { [field]: "hunter2!", headers: { [field]: "hunter2!" } } }, "odd");
  expect(lines.length).toBe(SECRET_FIELDS.length);
  expect(lines.join("")).not.toContain("hunter2!");
});

test("an error keeps its stack and its cause", () => {
  const { log, last } = captured();
  log.error({ error: new Error("outer", { cause: new Error("inner") }) }, "failed");
  const error = last()["error"] as { stack: string; cause: { message: string } };
  expect(error.stack).toContain("log.test.ts");
  expect(error.cause.message).toBe("inner");
});

test("on a terminal the line is short, and a stack follows on its own lines", () => {
  const { log, lines } = captured({ pretty: true });
  log.warn({ port: 80, error: new Error("no") }, "cannot listen");
  // eslint-disable-next-line no-control-regex
  const plain = lines[0]!.replace(/\u001b\[\d+m/g, "");
  expect(plain).toMatch(/^\d\d:\d\d:\d\d\.\d{3} warn {2}cannot listen {2}process=p1 {2}port=80\nError: no\n/);
  log.error({ err: new Error("also") }, "by its other name");
  log.error({ error: "only words" }, "no error at all");
  expect(lines[1]).toMatch(/\nError: also\n {4}at /);
  expect(lines[2]).toMatch(/\n"only words"\n$/);
  expect(prettyLine('{"level":"info","time":"2026-01-01T00:00:00.000Z"}')).toContain("00:00:00.000");
});

afterEach(() => void vi.useRealTimers());

function opened(options: Partial<LogOptions> = {}) {
  const lines: { level: string; message: string; [field: string]: unknown }[] = [];
  const open = openLog({ level: "info", destination: { write: (line: string) => void lines.push(JSON.parse(line)) }, ...options });
  return { ...open, lines };
}

test("secrets inside of messages and errors do not reach the log, whoever put them there", () => {
  const { log, lines } = opened({ secrets: ["hunter2!"] });
  const refused = Object.assign(new Error("WRONGPASS for redis://ada:hunter2!@cache"), { command: { name: "auth", args: ["ada", "hunter2!"] } });
  log.warn({ err: new Error("no redis", { cause: refused }), url: "/pit?_authToken=abc.def" }, "seen at rediss://x:y@cache");
  const text = JSON.stringify(lines);
  expect(text).not.toContain("hunter2!");
  expect(text).not.toContain("abc.def");
  expect(lines[0]).toMatchObject({ message: "seen at rediss://[redacted]@cache", url: "/pit?_authToken=[redacted]" });
});

test("a flood of one error is some lines and a number; another error is not held back by it", async () => {
  vi.useFakeTimers();
  const { log, lines, stop } = opened();
  const flood = (): Error => new RangeError(`number ${lines.length}`);
  for (let i = 0; i < 5_000; i += 1) log.error({ err: flood() }, "it went wrong");
  log.error({ err: new Error("else") }, "it went wrong");
  expect(lines).toHaveLength(LOG_LINES_PER_KIND + 1);
  await vi.advanceTimersByTimeAsync(LOG_WINDOW_MS * 2);
  const told = lines.filter(({ message }) => message === "lines of one kind were held back");
  expect(told).toMatchObject([{ level: "error", times: 5_000 - LOG_LINES_PER_KIND, kind: expect.stringContaining("it went wrong: RangeError - flood (src/log.test.ts:") }]);
  stop();
});

test("what was held back is told at the end, too", () => {
  const { log, lines, stop } = opened();
  for (let i = 0; i < LOG_LINES_PER_KIND + 3; i += 1) log.warn("again");
  stop();
  expect(lines.at(-1)).toMatchObject({ level: "warn", kind: "again", times: 3 });
});

test("another level holds for a while, for children too, and goes back by itself", () => {
  vi.useFakeTimers();
  const { log, lines, level, setLevel } = opened();
  const child = log.child({ part: "x" });
  child.debug("not yet");
  expect(setLevel("debug", 60_000)).toEqual({ level: "debug", untilMs: Date.now() + 60_000 });
  child.debug("now");
  vi.advanceTimersByTime(60_001);
  child.debug("no more");
  expect(lines.map(({ message }) => message)).toEqual(["the level of the log changes", "now", "the level of the log is back"]);
  expect(level()).toEqual({ level: "info", untilMs: null });
  // The later word counts, also where the earlier one would end before it.
  setLevel("debug", 1_000);
  setLevel("trace", 60_000);
  vi.advanceTimersByTime(2_000);
  expect(level().level).toBe("trace");
  setLevel("info", 60_000);
  expect(level()).toEqual({ level: "info", untilMs: null });
  vi.advanceTimersByTime(120_000);
  expect(level().level).toBe("info");
});

test("every error that is logged is told on, also the ones whose line is held back", () => {
  const told: unknown[] = [];
  const { log } = opened({ onError: (error) => void told.push(error) });
  for (let i = 0; i < 100; i += 1) log.error({ error: new Error("x") }, "again");
  log.warn({ err: new Error("only a warning") }, "careful");
  log.error(new Error("alone"));
  log.error("words");
  expect(told).toHaveLength(101);
});
