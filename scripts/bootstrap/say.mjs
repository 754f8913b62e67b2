/** What the bootstrap tells the person who started it. */
import { closeSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's root directory. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const inRoot = (...parts) => join(ROOT, ...parts);

/** Something the user can put right; its message says how, and no stack is shown. */
export class Trouble extends Error {}

export const say = (line) => void process.stderr.write(`waystone: ${line}\n`);
export const seconds = (sinceMs) => `${((Date.now() - sinceMs) / 1000).toFixed(1)} s`;

/** Ends the program with what went wrong. */
export function fail(error) {
  say(error instanceof Trouble ? error.message : (error?.stack ?? String(error)));
  process.exitCode = 1;
}

/**
 * Runs `work` while no other bootstrap of this project on this host does the same thing. The lock is a file that holds
 * the process id; one left by a dead process is taken away.
 */
export async function withLock(thing, work) {
  const file = join(tmpdir(), `waystone-${createHash("sha256").update(ROOT).digest("hex").slice(0, 16)}-${thing}.lock`);
  let told = false;
  while (!tryLock(file)) {
    const holder = Number(readIfThere(file) ?? "0");
    if (holder > 0 && !isAlive(holder)) {
      takeAway(file, holder);
      continue;
    }
    if (!told) say(`another process (${holder || "starting"}) does the ${thing} just now; waiting for it.`);
    told = true;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  // A lock must not outlive an interrupted run; `rmSync` in an exit handler also covers Ctrl-C during npm.
  const release = () => rmSync(file, { force: true });
  process.once("exit", release);
  try {
    return await work();
  } finally {
    process.removeListener("exit", release);
    release();
  }
}

function tryLock(file) {
  try {
    const handle = openSync(file, "wx");
    writeSync(handle, String(process.pid));
    closeSync(handle);
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    return false;
  }
}

/** Moves the dead holder's file aside first: if another process was faster, what was moved is its fresh lock, and goes back. */
function takeAway(file, deadHolder) {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
    if (Number(readIfThere(aside)) !== deadHolder) renameSync(aside, file);
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
  rmSync(aside, { force: true });
}

export function readIfThere(file) {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    return undefined;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
