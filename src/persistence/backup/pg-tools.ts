/** PostgreSQL's own programs for dumps, and what they are told. */
import { spawn } from "node:child_process";
import { readdir } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { PROGRAM_SAID_CHARS } from "../../limits.ts";
import { AppError } from "../../protocol/codes.ts";
import { exists, hasCode } from "./durable-files.ts";

type Program = "pg_dump" | "pg_restore";

/**
 * The program whose version fits best: the server's own major version, or the next newer one (an older pg_dump refuses a
 * newer server, and what a newer one writes an older server may not take). Looks into PATH and where Debian keeps its versions.
 * (or only into `folders`). Rejects with a sentence that says what to install.
 */
export async function findProgram(program: Program, serverMajor: number, folders?: readonly string[]): Promise<{ readonly path: string; readonly major: number }> {
  const found = new Map<number, string>();
  for (const folder of folders ?? [...(process.env["PATH"] ?? "").split(delimiter), ...await debianFolders()]) {
    const path = join(folder, process.platform === "win32" ? `${program}.exe` : program);
    if (folder === "" || !await exists(path)) continue;
    const major = await majorOf(path);
    if (major !== undefined && !found.has(major)) found.set(major, path);
  }
  const fits = [...found.keys()].filter((major) => major >= serverMajor).sort((a, b) => a - b)[0];
  const path = fits === undefined ? undefined : found.get(fits);
  if (path !== undefined && fits !== undefined) return { path, major: fits };
  const there = found.size === 0 ? "there is none on this machine" : `there is only that of ${[...found.keys()].join(" and ")}`;
  throw new AppError("E_STORAGE", `${program} of PostgreSQL ${serverMajor} or newer is needed, and ${there}: install it (Debian and Ubuntu: apt-get install postgresql-client-${serverMajor}; macOS: brew install libpq).`);
}

async function debianFolders(): Promise<string[]> {
  const folder = "/usr/lib/postgresql";
  try {
    return (await readdir(folder)).map((version) => join(folder, version, "bin"));
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR", "EACCES")) return [];
    throw error;
  }
}

/** Undefined when it cannot be run here. Debian's wrapper in PATH asks for no server when it is asked for its version. */
async function majorOf(path: string): Promise<number | undefined> {
  try {
    const major = /\(PostgreSQL\) (\d+)/.exec(await runProgram(path, ["--version"]))?.[1];
    return major === undefined ? undefined : Number(major);
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

/** Runs it and answers what it printed. Rejects with what it complained about. */
export async function runProgram(path: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<string> {
  return await new Promise((resolve, reject) => {
    const child = spawn(path, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    const said = { out: "", err: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => (said.out += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (said.err = (said.err + text).slice(-PROGRAM_SAID_CHARS)));
    // It must not go on when its caller is gone.
    const end = (): void => void child.kill("SIGTERM");
    process.once("exit", end);
    const fail = (why: string, cause?: unknown): void => reject(new AppError("E_STORAGE", `${path} failed: ${why}`, { cause }));
    child.once("error", (error) => fail(error.message, error));
    child.once("close", (code, signal) => {
      process.removeListener("exit", end);
      if (code === 0) resolve(said.out);
      else fail(said.err.trim() || `it ended with ${code ?? signal}`);
    });
  });
}

/** 150014 is a 15. */
export const majorIn = (serverVersion: string): number => Math.floor(Number(serverVersion) / 10_000);

/** How a program is told where the database is. The password goes by the environment: arguments can be read by everybody. */
export function connection(databaseUrl: string): { readonly args: readonly string[]; readonly env: NodeJS.ProcessEnv } {
  const url = new URL(databaseUrl);
  const password = decodeURIComponent(url.password);
  url.password = "";
  return { args: ["--no-password", `--dbname=${url.href}`], env: { ...process.env, ...(password === "" ? {} : { PGPASSWORD: password }) } };
}
