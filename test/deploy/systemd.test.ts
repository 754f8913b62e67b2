/** The units of systemd: understood by it, configured as the server understands it, with time enough to end in order. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { COLLECTING, QUIET } from "../../scripts/bootstrap/node-args.mjs";
import { find } from "../../scripts/cluster/programs.ts";
import { loadConfig } from "../../src/config.ts";
import { STOP_DEADLINE_MS } from "../../src/limits.ts";
import { DEPLOY, deployed, readUnit, variablesIn } from "../support/deploy.ts";
import { ROOT } from "../support/source-tree.ts";

const UNITS = ["waystone.service", "waystone@.service", "waystone.target"];

// Not everywhere where the tests run there is a systemd to ask.
test.skipIf(find("systemd-analyze") === undefined)("systemd takes them", async () => {
  const folder = await mkdtemp(join(tmpdir(), "waystone-units-"));
  try {
    // As installed, but where this copy and this Node are: it looks whether there is what it shall start.
    for (const name of UNITS) await writeFile(join(folder, name), deployed(`systemd/${name}`).replaceAll("/usr/bin/node", process.execPath).replaceAll("/opt/waystone", ROOT.replace(/\/$/, "")).replaceAll("/usr/bin/curl", process.execPath));
    await writeFile(join(folder, "waystone@2567.service"), deployed("systemd/waystone@.service").replaceAll("/usr/bin/node", process.execPath).replaceAll("/usr/bin/curl", process.execPath));
    const { stdout, stderr } = await promisify(execFile)(find("systemd-analyze")!, ["verify", "./waystone.service", "./waystone@2567.service", "./waystone.target"], { cwd: folder, env: { ...process.env, SYSTEMD_UNIT_PATH: `${folder}:` } });
    expect(`${stdout}${stderr}`.split("\n").filter((line) => line.includes("waystone"))).toEqual([]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

describe.each(UNITS.filter((name) => name.endsWith(".service")))("%s", (name) => {
  const unit = readUnit(deployed(`systemd/${name}`));

  test("starts what is there, and lets it end in order", () => {
    const [start] = unit.get("Service", "ExecStart");
    const [, ...args] = start!.split(" ");
    expect(args).toEqual([...QUIET, ...COLLECTING, "src/main.ts"]);
    expect(existsSync(join(ROOT, args.at(-1)!))).toBe(true);
    expect(Number(unit.get("Service", "TimeoutStopSec")[0]) * 1000).toBeGreaterThan(STOP_DEADLINE_MS);
    expect(unit.get("Service", "Restart")).toEqual(["always"]);
  });

  test("is configured as the server understands it", () => {
    const own = Object.fromEntries(unit.get("Service", "Environment").map((pair) => pair.replaceAll("%i", "2568").split("=") as [string, string]));
    // As it is before anybody fills it in, behind nginx by its name.
    const given = variablesIn(deployed("systemd/waystone.env").replaceAll(/^#.*$/gm, ""));
    const port = name.includes("@") ? 2568 : 2567;
    expect(loadConfig({ ...given, ...own })).toMatchObject({ config: { environment: "production", dataDir: "/var/lib/waystone", port, publicAddress: `game.example.com/${port}`, host: "127.0.0.1" } });
  });
});

test("every variable in waystone.env is one of the server's, and all of them together are right", () => {
  const all = variablesIn(deployed("systemd/waystone.env"));
  const { config } = loadConfig({ ...all, DATABASE_URL: "postgres://waystone:x@127.0.0.1/waystone", JWT_SECRET: "0123456789abcdef0123456789abcdef", PORT: "2567" }) as { config: object };
  expect(config).toMatchObject({ processes: 4, publicAddress: "game.example.com/2567", internalHost: "10.0.0.11", backups: { cron: "15 4 * * *" } });
  const documents = ["README.md", "docs/cluster.md", "docs/operate.md", "docs/backup.md", "docs/deploy.md"].map((name) => deployed(`../${name}`)).join("");
  expect(Object.keys(all).filter((name) => !new RegExp(`\`${name}[=\`]`).test(documents))).toEqual([]);
});

test("a shell reads waystone.env as systemd does, for commands that need the server's variables", async () => {
  const filled = deployed("systemd/waystone.env").replaceAll(/^#(?=[A-Z])/gm, "");
  const { stdout } = await promisify(execFile)("/bin/sh", ["-c", `set -eua\n${filled}\nexec env`], { env: {} });
  const seen = variablesIn(stdout);
  for (const [name, value] of Object.entries(variablesIn(filled))) expect([name, seen[name]]).toEqual([name, value]);
});

describe("the reload", () => {
  /** Runs it with a systemctl that lists `units`, and cannot restart one of them; answers what it was asked, and how it ended. */
  async function reload(units: readonly string[], broken = ""): Promise<{ asked: string[]; code: number; said: string }> {
    const folder = await mkdtemp(join(tmpdir(), "waystone-reload-"));
    try {
      const log = join(folder, "asked");
      await writeFile(log, "");
      await writeFile(join(folder, "systemctl"), `#!/bin/sh
if [ "$1" = list-units ]; then printf '%s loaded active running Waystone\\n' ${units.map((unit) => `'${unit}'`).join(" ") || "''"} | grep '^waystone@' || true; exit 0; fi
echo "$*" >> '${log}'
[ "$2" != '${broken}' ]
`, { mode: 0o755 });
      const run = promisify(execFile)(join(DEPLOY, "systemd/waystone-reload"), { env: { PATH: `${folder}:/usr/bin:/bin` } });
      const [code, said] = await run.then(({ stdout }) => [0, stdout] as const, (error: { code: number; stderr: string; stdout: string }) => [error.code, error.stdout + error.stderr] as const);
      return { asked: (await readFile(log, "utf8")).split("\n").filter((line) => line !== ""), code, said };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  const units = ["waystone@2567.service", "waystone@2568.service", "waystone@2569.service"];

  test("renews one after the other", async () => {
    expect(await reload(units)).toMatchObject({ code: 0, asked: units.map((unit) => `restart ${unit}`) });
  });

  test("stops at the first that does not come up, so that the others serve on", async () => {
    const { code, asked } = await reload(units, units[1]);
    expect(code).not.toBe(0);
    expect(asked).toEqual([`restart ${units[0]}`, `restart ${units[1]}`]);
  });

  test("says so where nothing runs", async () => {
    const { code, said } = await reload([]);
    expect(code).toBe(1);
    expect(said).toContain("no waystone@… process runs here");
  });
});
