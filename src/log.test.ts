import { expect, test } from "vitest";
import { createLog, prettyLine, SECRET_FIELDS } from "./log.ts";

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
