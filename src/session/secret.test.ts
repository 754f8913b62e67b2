import { chmod, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadOrCreateSecret } from "./secret.ts";

let directory = "";
beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), "waystone-secret-"))));
afterEach(() => rm(directory, { recursive: true }));

test("is made once, for its owner only, and found again", async () => {
  const dataDir = join(directory, "not", "there", "yet");
  const secret = await loadOrCreateSecret(dataDir);
  expect(secret).toMatch(/^[\w-]{43}$/);
  expect(await loadOrCreateSecret(dataDir)).toBe(secret);
  expect((await stat(join(dataDir, "jwt-secret"))).mode & 0o777).toBe(0o600);
  expect(await readdir(dataDir)).toEqual(["jwt-secret"]);
});

test("is one secret when many start at once", async () => {
  const secrets = await Promise.all(Array.from({ length: 10 }, () => loadOrCreateSecret(directory)));
  expect(new Set(secrets).size).toBe(1);
  expect(await readdir(directory)).toEqual(["jwt-secret"]);
});

test("is closed again when a copy has made it readable", async () => {
  const secret = await loadOrCreateSecret(directory);
  await chmod(join(directory, "jwt-secret"), 0o644);
  expect(await loadOrCreateSecret(directory)).toBe(secret);
  expect((await stat(join(directory, "jwt-secret"))).mode & 0o777).toBe(0o600);
});

test("that is too short stops the start with a sentence", async () => {
  await writeFile(join(directory, "jwt-secret"), "oops\n");
  await expect(loadOrCreateSecret(directory)).rejects.toThrow(/jwt-secret holds no secret of 32 characters/);
});
