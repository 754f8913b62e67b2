/** A flood of one error on a real server: counted, in the metrics, at Sentry once, and no secret anywhere (issue 6). */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { LOG_LINES_PER_KIND } from "../../src/limits.ts";
import { freePorts } from "../support/free-ports.ts";
import { ServerProcess } from "../support/server-process.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

interface SentryEvent {
  readonly exception: { readonly values: readonly { readonly type: string; readonly value: string; readonly stacktrace: { readonly frames: readonly { readonly function?: string }[] } }[] };
  readonly fingerprint: readonly string[];
  readonly release: string;
  readonly environment: string;
  readonly extra: Readonly<Record<string, unknown>>;
  readonly tags: Readonly<Record<string, unknown>>;
}

/** Takes what Sentry's SDKs send: envelopes of lines of JSON. */
class Ingest {
  readonly events: SentryEvent[] = [];
  text = "";
  readonly #server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      const text = (request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body).toString();
      this.text += text;
      const lines = text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as Record<string, unknown>);
      for (const [index, line] of lines.entries()) if (line["type"] === "event") this.events.push(lines[index + 1] as unknown as SentryEvent);
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://abcdef0123456789@127.0.0.1:${(this.#server.address() as AddressInfo).port}/42`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** Loaded into the server before everything else: a part of the program that fails over and over, from the start on and when it is told to. */
const FAULTY = `
function faulty(n) {
  throw new RangeError("no room for " + n + " at postgres://ada:hunter2-and-more@db.example/world?password=open-sesame");
}
let n = 0;
const fifty = () => { for (let i = 0; i < 50; i += 1) Promise.resolve(++n).then(faulty); };
const timer = setInterval(() => {
  fifty();
  if (n >= 100) clearInterval(timer);
}, 200);
process.on("SIGCONT", fifty);
`;

let folder: string;
let server: ServerProcess | undefined;
const ingest = new Ingest();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "waystone-faulty-"));
  await writeFile(join(folder, "faulty.mjs"), FAULTY);
});
afterEach(async () => {
  await server?.remove();
  server = undefined;
});
afterAll(async () => {
  ingest.close();
  await rm(folder, { recursive: true, force: true });
});

test("what a process ended by is told by the one that takes its place", async () => {
  const file = join(folder, "deadly.mjs");
  await writeFile(file, 'process.on("SIGCONT", () => { setImmediate(function deadly() { throw Object.assign(new TypeError("no heart at redis://x:hunter2-and-more@cache"), { code: "E_DEAD" }); }); });');
  server = await ServerProcess.start({ WAYSTONE_IMPORT: file, PORT: String(await freePorts(1)) });
  const here = server;
  const errors = async (): Promise<string | undefined> => /waystone_errors_total\{type="TypeError",code="E_DEAD"\} (\d+)/.exec(await (await fetch(`${here.endpoint}/metrics`)).text())?.[1];
  expect(await errors()).toBeUndefined();
  here.thaw();
  await vi.waitFor(() => expect(here.alive).toBe(false), { timeout: 30_000 });
  const before = here.output.length;
  await here.run();
  const said = here.output.slice(before);
  expect(said).toMatch(/"level":"error".*TypeError.*deadly.*the process before this one ended by an error/);
  expect(here.output).not.toContain("hunter2");
  expect(await errors()).toBe("1");
  // Once.
  await here.stop();
  const again = here.output.length;
  await here.run();
  expect(here.output.slice(again)).not.toContain("the process before this one");
});

test("two hundred failures are one kind in the table, some lines in the log, one event at Sentry", async () => {
  server = await ServerProcess.start({ SENTRY_DSN: await ingest.listen(), WAYSTONE_IMPORT: join(folder, "faulty.mjs") });
  const here = server;
  const metric = async (): Promise<string> => /waystone_errors_total\{type="RangeError",code=""\} (\d+)/.exec(await (await fetch(`${here.endpoint}/metrics`)).text())?.[1] ?? "none";
  await vi.waitFor(async () => expect(await metric()).toBe("100"), { timeout: 60_000, interval: 200 });
  // By now everything is loaded that will be, and some libraries would have a say about what nobody handled.
  for (const many of ["150", "200"]) {
    here.thaw();
    await vi.waitFor(async () => expect(await metric()).toBe(many), { timeout: 60_000, interval: 200 });
  }
  await vi.waitFor(() => expect(ingest.events).toHaveLength(1), { timeout: 60_000, interval: 200 });
  const [event] = ingest.events;
  expect(event).toMatchObject({
    environment: "test", release: expect.stringMatching(/^waystone@\d/), fingerprint: [expect.stringMatching(/^[0-9a-f]{12}$/)],
    tags: { type: "RangeError" }, extra: { where: "a rejection was not handled", count: 1 },
  });
  const [exception] = event!.exception.values;
  expect(exception!.value).toBe("no room for 1 at postgres://[redacted]@db.example/world?password=[redacted]");
  expect(exception!.stacktrace.frames.some((frame) => frame.function === "faulty")).toBe(true);
  expect(here.output.split("\n").filter((line) => line.includes("a rejection was not handled"))).toHaveLength(LOG_LINES_PER_KIND);
  for (const secret of ["hunter2", "open-sesame"]) for (const text of [here.output, JSON.stringify(ingest.events.map(({ exception, extra }) => ({ value: exception.values[0]!.value, extra })))]) expect(text).not.toContain(secret);
  // Sentry's SDK sets up OpenTelemetry by itself unless it is told not to: traces are the operator's choice.
  expect(here.output).not.toContain("traces are made");
  await here.stop();
  expect(here.output).toMatch(/"kind":"a rejection was not handled: RangeError - faulty .*"times":180/);
});
