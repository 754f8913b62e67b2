/** The walk in docs/operate.md is true: its lines are run as they stand there, in a copy of the project, by a real shell (issue 6). */
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePorts } from "../support/free-ports.ts";
import { blocksOf, expectPrinted, WalkPlayers, WalkShell } from "../support/walk.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PARTS = ["src", "rooms", "schema", "client", "world", "scripts", "package.json", "package-lock.json", "tsconfig.json"];
/** A first start on a busy machine. */
const BLOCK_PATIENCE_MS = 240_000;
/** The one thing that is another in the test. */
const PORT = "2567";

let copy: string;
let shell: WalkShell;
beforeAll(() => {
  // With other dependencies the walk would begin by installing them, into the folder that the copy shares with us.
  const stamp = readFileSync(join(ROOT, "node_modules", ".waystone-lock"), "utf8");
  if (!stamp.startsWith(createHash("sha256").update(readFileSync(join(ROOT, "package-lock.json"))).digest("hex"))) throw new Error("node_modules is not what package-lock.json says: npm test installs it");
  copy = realpathSync(mkdtempSync(join(tmpdir(), "waystone-walk-")));
  for (const name of PARTS) cpSync(join(ROOT, name), join(copy, name), { recursive: true, preserveTimestamps: true });
  symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"), "dir");
  shell = new WalkShell(copy, { PATH: [dirname(process.execPath), process.env["PATH"] ?? ""].join(delimiter), HOME: homedir(), NO_UPDATE_NOTIFIER: "1" });
});
afterAll(() => {
  shell?.end();
  rmSync(copy, { recursive: true, force: true });
});

test("the operator's walk", async () => {
  const port = String(await freePorts(1));
  const document = readFileSync(join(ROOT, "docs", "operate.md"), "utf8").replaceAll(`PORT=${PORT}`, `PORT=${port}`);
  const blocks = blocksOf(document, "## A walk through all of it");
  expect(blocks.filter(({ kind }) => kind === "sh").length).toBeGreaterThan(8);
  const players = new WalkPlayers(`http://127.0.0.1:${port}`);
  let printed = "";
  for (const block of blocks) {
    if (block.kind === "sh") printed = await shell.run(block, BLOCK_PATIENCE_MS);
    if (block.kind === "text") expectPrinted(printed, block);
    if (block.kind === "game") await players.play(block);
  }
}, 1_800_000);

test("what it says cannot be untrue: a line that is not printed, a command that fails, a refusal are found", async () => {
  const text = { kind: "text", line: 3, text: "a…c\nd" } as const;
  expect(() => expectPrinted("abc\nd\n", text)).not.toThrow();
  expect(() => expectPrinted("d\nabc\n", text)).toThrow('line 3: "d" was not printed');
  const other = new WalkShell(copy, { PATH: process.env["PATH"] ?? "" });
  expect(await other.run({ kind: "sh", line: 1, text: "X=1\necho $X" }, 30_000)).toBe("1\n");
  expect(await other.run({ kind: "sh", line: 1, text: "echo $X$X" }, 30_000)).toBe("11\n");
  await expect(other.run({ kind: "sh", line: 7, text: "false\necho on" }, 30_000)).rejects.toThrow("line 7: a command failed");
  expect(() => blocksOf("## A\n```py\n```", "## A")).toThrow('line 2: a block of the kind "py"');
}, 120_000);
