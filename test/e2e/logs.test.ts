/** The log of a real server: what an operator reads, and what nobody must (issue 6). */
import { afterEach, expect, test, vi } from "vitest";
import { freePorts, systemPorts } from "../support/free-ports.ts";
import { ServerProcess } from "../support/server-process.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });
let server: ServerProcess | undefined;
afterEach(async () => {
  await server?.remove();
  server = undefined;
});

const lines = (output: string): Record<string, unknown>[] => output.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as Record<string, unknown>);

test("kill -USR2 has a running server say more, and once more has it say what it did before; no password is in it", async () => {
  const port = await freePorts(1);
  // Nothing listens there: the server goes on without, and says so.
  server = await ServerProcess.start({ REDIS_URL: `redis://waystone:open-sesame@127.0.0.1:${port}`, ADMIN_PASSWORD: "also a sesame, but a longer one" });
  const here = server;
  const changes = (): Record<string, unknown>[] => lines(here.output).filter(({ message }) => message === "the level of the log changes");
  process.kill(here.pid, "SIGUSR2");
  await vi.waitFor(() => expect(changes()).toMatchObject([{ from: "info", to: "debug", forMs: 900_000 }]), { timeout: 20_000 });
  process.kill(here.pid, "SIGUSR2");
  await vi.waitFor(() => expect(changes().at(-1)).toMatchObject({ from: "debug", to: "info" }), { timeout: 20_000 });
  await vi.waitFor(() => expect(here.output).toContain("Redis cannot be reached"), { timeout: 20_000 });
  expect(here.output).not.toContain("sesame");
});

test("a database that cannot be reached is complained of without its password", async () => {
  const [port] = await systemPorts(1);
  const started = ServerProcess.start({ DATABASE_URL: `postgres://ada:open-sesame@127.0.0.1:${port}/world`, LOG_LEVEL: "trace" });
  const said = await started.then((running) => { server = running; return "it started"; }, (error: Error) => error.message);
  expect(said).toContain("The server cannot start: ");
  expect(said).not.toContain("sesame");
});
