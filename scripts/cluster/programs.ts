/** The programs that a cluster on one machine needs beside Node: found, run as somebody without rights, ended by pid. */
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { delimiter, join } from "node:path";

/** Something the person who started this can put right; shown without a stack. */
export class Trouble extends Error {}

export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL refuses to run as root, and nothing else needs to: then it is somebody without rights. */
export function unprivilegedUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync("/etc/passwd", "utf8").split("\n").map((line) => line.split(":"));
  const found = users.find(([name]) => name === "postgres") ?? users.find(([name]) => name === "nobody");
  if (found === undefined) throw new Trouble("Started as root, this needs a user called postgres or nobody to run PostgreSQL as.");
  return { name: found[0]!, uid: Number(found[2]), gid: Number(found[3]) };
}

const USUAL = ["/usr/local/bin", "/usr/bin", "/usr/local/sbin", "/usr/sbin", "/opt/homebrew/bin"];

/** Systems put PostgreSQL's own programs where PATH does not look; the newest comes first. */
function postgresFolders(): string[] {
  return ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"].flatMap((parent) =>
    existsSync(parent)
      ? readdirSync(parent).filter((name) => /^(\d+|postgresql@\d+)$/.test(name)).sort((a, b) => Number(b.replace(/\D/g, "")) - Number(a.replace(/\D/g, ""))).map((name) => join(parent, name, "bin"))
      : []);
}

/** The program's path; undefined when it is not there. */
export function find(name: string): string | undefined {
  const folders = [...postgresFolders(), ...(process.env["PATH"] ?? "").split(delimiter), ...USUAL];
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
}

/** Runs a program to its end and answers what it printed; its words are the error when it fails (`name`: what it is called there). */
export async function run(command: string, args: readonly string[], options: { user?: User | undefined; cwd?: string; env?: NodeJS.ProcessEnv; name?: string } = {}): Promise<string> {
  const { user, cwd, env, name = command.split("/").at(-1) } = options;
  // In a group of its own: Ctrl-C is for us, and we end what we started in order.
  const child = spawn(command, args, { cwd, env: env ?? process.env, stdio: ["ignore", "pipe", "pipe"], detached: true, ...(user && { uid: user.uid, gid: user.gid }) });
  let out = "";
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)));
  // A service that stays keeps our pipes open: what counts is that the program itself has ended.
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
  if (code !== 0) throw new Error(`${name} failed (${code}): ${(said || out).trim().slice(-4000)}`);
  return out;
}

/** Makes a folder for a service, owned by whoever runs it and closed to others. */
export function serviceFolder(folder: string, user: User | undefined): string {
  mkdirSync(folder, { recursive: true });
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  chmodSync(folder, 0o700);
  return folder;
}

/** Whether that user can get into a folder, through all those above it. */
export function canEnter(folder: string, user: User | undefined): boolean {
  if (user === undefined) return true;
  return spawnSync("test", ["-x", folder], { uid: user.uid, gid: user.gid }).status === 0;
}

/** A port of this host that nothing listens on; `wanted` when it is free. */
export async function freePort(wanted = 0, host = "127.0.0.1"): Promise<number> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(wanted, host, resolve);
    });
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    return address.port;
  } catch (error) {
    if (wanted !== 0 && error instanceof Error && "code" in error && error.code === "EADDRINUSE") return await freePort(0, host);
    throw error;
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

/** The process id in a file, if that process lives and is what we take it for. */
export function livingPid(file: string, words: readonly string[]): number | undefined {
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, "utf8").split("\n")[0]);
  if (!Number.isInteger(pid) || pid <= 1) return undefined;
  // The number may belong to somebody else since the machine was started anew.
  const shown = spawnSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" });
  return shown.status === 0 && words.every((word) => shown.stdout.includes(word)) ? pid : undefined;
}

/** Ends a process in order and waits for it; rejects when it does not end in time. */
export async function end(pid: number, signal: NodeJS.Signals, waitMs: number): Promise<void> {
  const startedMs = performance.now();
  for (let sent = false; ; sent = true) {
    try {
      process.kill(pid, sent ? 0 : signal);
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ESRCH") return;
      throw error;
    }
    // Ended, and not yet taken note of by whoever is its parent.
    if (spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).stdout.trimStart().startsWith("Z")) return;
    if (performance.now() - startedMs > waitMs) throw new Error(`process ${pid} did not end within ${waitMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
