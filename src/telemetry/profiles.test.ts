import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { MAX_PROFILE_FILES } from "../limits.ts";
import { createLog } from "../log.ts";
import { Profiles } from "./profiles.ts";

vi.setConfig({ testTimeout: 120_000 });
let root: string;
let dir: string;
let runs = 0;
beforeAll(async () => void (root = await mkdtemp(join(tmpdir(), "waystone-profiles-"))));
beforeEach(() => void (dir = join(root, String(++runs))));
afterAll(() => rm(root, { recursive: true, force: true }));

function profiles(said: string[] = []): Profiles {
  let nowMs = Date.now();
  return new Profiles({
    // Each a second later: their names differ.
    dir, processId: () => "p1", nowMs: () => (nowMs += 1000), beforeStandstill: () => Promise.resolve(void said.push("before")),
    log: createLog({ level: "info", destination: { write: (line: string) => void said.push(String((JSON.parse(line) as { message: string }).message)) } }),
  });
}
const done = (some: Profiles): Promise<void> => vi.waitFor(() => expect(some.taking).toBeNull(), { timeout: 60_000, interval: 20 });

test("a CPU profile is a file that DevTools reads, for its owner only, and one is taken at a time", async () => {
  const some = profiles();
  expect(await some.list()).toEqual([]);
  const { file } = await some.cpu(0.2);
  expect(some.taking).toBe(file);
  await expect(some.cpu(0.2)).rejects.toMatchObject({ code: "E_BUSY" });
  await expect(some.heap(true)).rejects.toMatchObject({ code: "E_BUSY" });
  await done(some);
  expect(file).toMatch(/^cpu-\d{8}T\d{6}Z-p1\.cpuprofile$/);
  const profile = JSON.parse(await readFile(join(dir, file), "utf8")) as { nodes: unknown[]; samples: unknown[] };
  expect(profile.nodes.length).toBeGreaterThan(0);
  expect((await stat(join(dir, file))).mode & 0o777).toBe(0o600);
  expect((await stat(dir)).mode & 0o777).toBe(0o700);
  expect(await some.list()).toMatchObject([{ name: file }]);
});

test("a heap snapshot is whole and for its owner only; the lease is renewed right before everything stops", async () => {
  const said: string[] = [];
  const some = profiles(said);
  const { file } = await some.heap(true);
  await done(some);
  expect(said).toEqual(["before", "the process stood still for a heap snapshot", "a profile has been taken"]);
  expect((await stat(join(dir, file))).mode & 0o777).toBe(0o600);
  const pieces: Buffer[] = [];
  for (let offset = 0; ; ) {
    const chunk = await some.chunk(file, offset);
    pieces.push(chunk!.bytes);
    offset += chunk!.bytes.length;
    if (offset >= chunk!.total) break;
  }
  expect(pieces.length).toBeGreaterThan(1);
  expect(Buffer.concat(pieces).equals(await readFile(join(dir, file)))).toBe(true);
});

test("only our own files are read, and the oldest make room", async () => {
  const some = profiles();
  await some.cpu(0.01);
  await done(some);
  for (let n = 0; n < MAX_PROFILE_FILES + 2; n += 1) {
    const path = join(dir, `cpu-2020-${String(n).padStart(2, "0")}.cpuprofile`);
    await writeFile(path, "{}");
    await utimes(path, 1_600_000_000 + n, 1_600_000_000 + n);
  }
  await writeFile(join(dir, "notes.txt"), "somebody's");
  await writeFile(join(dir, "heap-left.heapsnapshot.part"), "half");
  await utimes(join(dir, "heap-left.heapsnapshot.part"), 1, 1);
  await some.cpu(0.01);
  await done(some);
  const left = await readdir(dir);
  expect(left.filter((name) => name.endsWith(".cpuprofile"))).toHaveLength(MAX_PROFILE_FILES);
  expect(left).toContain("notes.txt");
  expect(left).toContain("cpu-2020-11.cpuprofile");
  expect(left).not.toContain("cpu-2020-00.cpuprofile");
  expect(left).not.toContain("heap-left.heapsnapshot.part");
  for (const name of ["notes.txt", "../profiles/notes.txt", "cpu-../../x.cpuprofile", "cpu-2020-00.cpuprofile", "", "heap-left.heapsnapshot.part"]) expect(await some.chunk(name, 0)).toBeUndefined();
});
