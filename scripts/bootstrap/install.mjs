/** Installs the dependencies when they are missing or belong to another lockfile or another platform. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { run } from "./run.mjs";
import { inRoot, readIfThere, ROOT, say, seconds, Trouble, withLock } from "./say.mjs";

const STAMP = inRoot("node_modules", ".waystone-lock");
/** How often a sign of life is printed where npm shows no progress bar, in ms. */
const STILL_BUSY_MS = 15_000;

export async function ensureInstalled() {
  if (isCurrent()) return;
  await withLock("installation", async () => {
    if (isCurrent()) return;
    if (!installedByHand()) await npmCi();
    mkdirSync(dirname(STAMP), { recursive: true });
    writeFileSync(STAMP, wanted());
  });
}

const lockfile = () => {
  const text = readIfThere(inRoot("package-lock.json"));
  if (text === undefined) throw new Trouble("package-lock.json is missing; this is not a whole copy of the project.");
  return text;
};
const isMusl = () => process.platform === "linux" && process.report?.getReport().header.glibcVersionRuntime === undefined;
const platform = () => `${process.platform}-${process.arch}${isMusl() ? "-musl" : ""}`;
const wanted = () => `${createHash("sha256").update(lockfile()).digest("hex")} ${platform()}\n`;
const isCurrent = () => readIfThere(STAMP) === wanted();

/**
 * Whether npm has already put in place what the lockfile asks for, by somebody's own `npm ci` or `npm install`:
 * npm writes what it installed into a lockfile of its own at the very end.
 */
function installedByHand() {
  const text = readIfThere(inRoot("node_modules", ".package-lock.json"));
  if (text === undefined) return false;
  const installed = JSON.parse(text).packages ?? {};
  return Object.entries(JSON.parse(lockfile()).packages).every(([path, locked]) => {
    if (path === "" || locked.link) return true;
    const found = installed[path];
    if (found === undefined) return locked.optional === true && !(locked.os && isForHere(locked));
    return found.version === locked.version && found.integrity === locked.integrity && existsSync(join(ROOT, path, "package.json"));
  });
}

/** Whether a package that names its platforms (`os`, `cpu`, `libc`) names this one. */
function isForHere({ os, cpu, libc }) {
  const names = (listed, value) => {
    const list = [listed ?? []].flat();
    return list.length === 0 || list.includes(value) || list.some((name) => name.startsWith("!") && name !== `!${value}`);
  };
  return names(os, process.platform) && names(cpu, process.arch) && names(libc, isMusl() ? "musl" : "glibc");
}

async function npmCi() {
  say("installing dependencies (npm ci); this takes a minute or two the first time …");
  const startedMs = Date.now();
  const [command, first, shell] = npmCommand();
  // The development packages too, whatever NODE_ENV says: the browser client is built from them.
  const args = [...first, "ci", "--ignore-scripts", "--include=dev", "--include=optional", "--no-audit", "--no-fund", "--engine-strict=false", "--loglevel=error"];
  const stillBusy = setInterval(() => say(`still installing (${seconds(startedMs)}) …`), STILL_BUSY_MS);
  if (process.stderr.isTTY) clearInterval(stillBusy);
  const { code, stopped } = await run(command, args, { stdio: ["ignore", "inherit", "inherit"], shell })
    .catch((error) => {
      throw error.code === "ENOENT" ? new Trouble("npm was not found. It comes with Node from nodejs.org; some systems have it in a package of its own, called npm.") : error;
    })
    .finally(() => clearInterval(stillBusy));
  if (stopped) throw new Trouble("the installation was interrupted; the next start goes on with it.");
  if (code !== 0) {
    throw new Trouble(
      `npm ci failed after ${seconds(startedMs)}; its own words are above. If the network was the trouble, set npm's proxy or registry ` +
        "(npm config set proxy …, npm config set registry …) and run the same command again; nothing else has to be cleaned up.",
    );
  }
  say(`installed in ${seconds(startedMs)}.`);
}

/** The npm that started us, if one did; otherwise the one in PATH (a batch file on Windows, which needs a shell). */
function npmCommand() {
  const running = process.env.npm_execpath;
  if (running !== undefined && /npm-cli\.c?js$/.test(running) && existsSync(running)) return [process.execPath, [running], false];
  return ["npm", [], process.platform === "win32"];
}
