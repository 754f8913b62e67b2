import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { connection, findProgram, majorIn, runProgram } from "./pg-tools.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "waystone-tools-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function program(name: string, version: string, says = `echo "${name} (PostgreSQL) ${version}.4"`): string {
  const bin = join(folder, version);
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, name), `#!/bin/sh\n${says}\n`);
  chmodSync(join(bin, name), 0o755);
  return bin;
}

describe("the program whose version fits", () => {
  test("is the server's own, or the next newer one", async () => {
    const folders = ["13", "17", "15", "16"].map((version) => program("pg_dump", version));
    expect(await findProgram("pg_dump", 15, folders)).toEqual({ path: join(folder, "15", "pg_dump"), major: 15 });
    expect(await findProgram("pg_dump", 14, folders)).toMatchObject({ major: 15 });
  });

  test("is asked for in one sentence when it is not there, or too old", async () => {
    await expect(findProgram("pg_dump", 15, [folder])).rejects.toThrow(/^pg_dump of PostgreSQL 15 or newer is needed, and there is none on this machine: install it \(.*postgresql-client-15.*\)\.$/);
    const old = [program("pg_restore", "13"), program("pg_restore", "14"), program("pg_restore", "broken", "exit 1")];
    await expect(findProgram("pg_restore", 15, old)).rejects.toThrow(/there is only that of 13 and 14: install it/);
  });
});

test("what a program complains about is what is said; a password is in no argument", async () => {
  const bin = program("pg_dump", "15", "echo 'the disk is full' >&2; exit 1");
  await expect(runProgram(join(bin, "pg_dump"), [])).rejects.toThrow(/pg_dump failed: the disk is full$/);
  await expect(runProgram(join(folder, "nothing"), [])).rejects.toThrow(/nothing failed: .*ENOENT/);
  const { args, env } = connection("postgres://way:p%40ss@db:5433/world?sslmode=require");
  expect(args.join(" ")).toBe("--no-password --dbname=postgres://way@db:5433/world?sslmode=require");
  expect(env["PGPASSWORD"]).toBe("p@ss");
  expect(majorIn("150014")).toBe(15);
});
