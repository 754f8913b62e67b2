/** Finds a Node that runs the project: TypeScript without flags and argon2 came with 24. */
import { existsSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { inRoot, Trouble } from "./say.mjs";

const OLDEST_MAJOR = 24;

/** The path of a Node that is new enough: the one running this, or else the one among the dependencies. */
export function chooseNode() {
  if (Number(process.versions.node.split(".")[0]) >= OLDEST_MAJOR) return process.execPath;
  const name = process.platform === "win32" ? "win" : process.platform;
  const file = process.platform === "win32" ? "node.exe" : "node";
  const packaged = inRoot("node_modules", `node-${name}-${process.arch}`, "bin", file);
  if (existsSync(packaged)) {
    // It may be there and not start: it is linked against glibc, which Alpine does not have.
    const tried = spawnSync(packaged, ["--version"], { encoding: "utf8" });
    if (tried.status === 0) return packaged;
  }
  throw new Trouble(
    `Waystone needs Node ${OLDEST_MAJOR} or newer; this is ${process.version}, and there is no packaged one that runs on ` +
      `${process.platform}-${process.arch}. Install Node ${OLDEST_MAJOR} (nodejs.org, nvm, or your system's packages) and run this again with it.`,
  );
}
