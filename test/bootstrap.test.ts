import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
let copy = "";

/** A copy of the project with a server of three lines, over the dependencies that are installed here. */
beforeAll(() => {
  copy = realpathSync(mkdtempSync(join(tmpdir(), "waystone-bootstrap-")));
  for (const name of ["scripts", "package.json", "package-lock.json"]) cpSync(join(ROOT, name), join(copy, name), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"), "dir");
  mkdirSync(join(copy, "src"));
  writeFileSync(join(copy, "src", "main.ts"), `
    const wait: number = 60_000;
    process.on("SIGTERM", () => { console.log("got SIGTERM"); process.exit(7); });
    process.on("SIGINT", () => { console.log("got SIGINT"); process.exit(8); });
    console.log("up", process.version, process.argv.slice(2).join(" "));
    if (process.argv[2] === "fail") process.exit(3);
    setTimeout(() => undefined, wait);
  `);
});
afterAll(() => rmSync(copy, { recursive: true }));

/** Runs it; `out` grows, `until` waits for words in it, `ended` says how it ended. */
function start(command: string, args: string[], env: Record<string, string | undefined> = {}) {
  const child = spawn(command, args, { cwd: copy, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, npm_lifecycle_event: undefined, ...env } });
  const state = { out: "" };
  const waiting: (() => void)[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      state.out += chunk.toString();
      for (const look of waiting) look();
    });
  }
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => child.once("close", (code, signal) => resolve({ code, signal })));
  const until = (words: string) => new Promise<void>((resolve) => {
    const look = (): void => { if (state.out.includes(words)) resolve(); };
    waiting.push(look);
    look();
  });
  return { child, state, ended, until };
}
const bootstrap = (...args: string[]) => start(process.execPath, ["scripts/bootstrap.mjs", ...args]);

describe("the bootstrap", () => {
  test("knows its tasks, and says them to who does not", async () => {
    const { ended, state } = bootstrap("strat");
    expect(await ended).toEqual({ code: 1, signal: null });
    expect(state.out).toMatch(/^waystone: There is no task "strat"\. Tasks: start, dev, test, check, .*world:check.*\.\n$/);
  });

  test("passes arguments in and the exit code out", async () => {
    const { ended, state } = bootstrap("start", "fail", "now");
    expect(await ended).toEqual({ code: 3, signal: null });
    expect(state.out).toMatch(/up v(2[4-9]|[3-9]\d)\.\S+ fail now/);
  });

  test.each([["SIGTERM", 7], ["SIGINT", 8]] as const)("passes %s on and waits for the end", async (signal, code) => {
    const { child, ended, state, until } = bootstrap("start");
    await until("up ");
    child.kill(signal);
    expect(await ended).toEqual({ code, signal: null });
    expect(state.out).toContain(`got ${signal}`);
  });

  test("does not leave the server behind when npm, which started it, is gone", async () => {
    const { child, ended, state, until } = start("sh", ["-c", `"${process.execPath}" scripts/bootstrap.mjs start; true`], { npm_lifecycle_event: "start" });
    await until("up ");
    child.kill("SIGKILL");
    await ended;
    expect(state.out).toContain("got SIGTERM");
  });

  test("lets one process at a time do a thing, and takes over from a dead one", async () => {
    writeFileSync(join(copy, "locker.mjs"), `
      import { appendFileSync } from "node:fs";
      import { withLock } from "./scripts/bootstrap/say.mjs";
      await withLock("test of locks", async () => {
        if (process.argv[2] === "die") process.kill(process.pid, "SIGKILL");
        appendFileSync("trace", "in ");
        await new Promise((resolve) => setTimeout(resolve, 100));
        appendFileSync("trace", "out ");
      });
      console.log("done");
    `);
    writeFileSync(join(copy, "trace"), "");
    expect((await start(process.execPath, ["locker.mjs", "die"]).ended).signal).toBe("SIGKILL");
    const runs = [1, 2, 3].map(() => start(process.execPath, ["locker.mjs"]));
    for (const run of runs) expect(await run.ended).toEqual({ code: 0, signal: null });
    expect(readFileSync(join(copy, "trace"), "utf8").trim()).toBe("in out in out in out");
  });
});
