/** Builds the browser client when what it is made of has changed since the last build. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { runNode } from "./run.mjs";
import { inRoot, readIfThere, ROOT, say, seconds, Trouble, withLock } from "./say.mjs";

const CONFIG = inRoot("client", "vite.config.ts");
const STAMP = inRoot("client", "dist", ".waystone-build");
const SOURCES = ["client", "src/protocol", "src/limits.ts", "package-lock.json"];
const NOT_SOURCES = new Set(["dist", "node_modules"]);

/** Leaves a build from the present sources in client/dist. */
export async function buildClient(node, { always }) {
  if (!existsSync(CONFIG)) return say("this copy has no client/vite.config.ts; going on without a browser client.");
  const isCurrent = () => readIfThere(STAMP) === fingerprint();
  if (!always && isCurrent()) return;
  await withLock("client build", async () => {
    if (!always && isCurrent()) return;
    const startedMs = Date.now();
    const built = fingerprint();
    say("building the browser client …");
    const { code, stopped } = await runNode(node, {
      args: [inRoot("node_modules", "vite", "bin", "vite.js"), "build", "--config", CONFIG, "--logLevel", "warn"],
      env: { NODE_ENV: "production" },
    });
    if (stopped) throw new Trouble("the build of the browser client was interrupted.");
    if (code !== 0) throw new Trouble("the browser client could not be built; vite's own words are above.");
    writeFileSync(STAMP, built);
    say(`built the browser client in ${seconds(startedMs)}.`);
  });
}

/** A hash over all that goes into the build. */
function fingerprint() {
  const hash = createHash("sha256");
  for (const source of SOURCES) for (const file of filesOf(inRoot(source))) hash.update(`${relative(ROOT, file)}\0`).update(readFileSync(file)).update("\0");
  // Vite writes it into the links of the page.
  return `${hash.update(process.env.ASSET_BASE_URL ?? "").digest("hex")}\n`;
}

/** The files at and under a path, in a fixed order, without tests and without what is built or installed. */
function* filesOf(path) {
  if (!statSync(path).isDirectory()) return yield path;
  for (const name of readdirSync(path).sort()) {
    if (!NOT_SOURCES.has(name) && !/\.test\.tsx?$/.test(name)) yield* filesOf(join(path, name));
  }
}
