/**
 * The programs that the tests start beside the server: PostgreSQL, Redis, nginx, Prometheus and Chromium. Finds them, installs what is
 * missing where it may (root on Debian), and otherwise says exactly what to install.
 */
import { existsSync, readdirSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { spawnSync } from "node:child_process";
import { pathToFileURL } from "node:url";
import { say, seconds, Trouble } from "./bootstrap/say.mjs";

/** Directories where systems put PostgreSQL's server programs, which are often not in PATH; newest version first. */
function postgresDirectories() {
  return ["/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt", "/usr/local/opt"].flatMap((parent) =>
    existsSync(parent)
      ? readdirSync(parent).filter((name) => /^(\d+|postgresql@\d+)$/.test(name)).sort((a, b) => Number(b.replace(/\D/g, "")) - Number(a.replace(/\D/g, ""))).map((name) => join(parent, name, "bin"))
      : []);
}
const COMMON = ["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"];

const SERVICES = [
  { what: "PostgreSQL (15 or newer)", packages: ["postgresql"], brew: "postgresql@15", names: ["initdb"], where: postgresDirectories },
  { what: "redis-server", packages: ["redis-server"], brew: "redis", names: ["redis-server"], where: () => COMMON },
  { what: "nginx", packages: ["nginx"], brew: "nginx", names: ["nginx"], where: () => [...COMMON, "/usr/sbin", "/usr/local/sbin"] },
  { what: "Prometheus, with promtool", packages: ["prometheus"], brew: "prometheus", names: ["promtool"], where: () => COMMON },
  {
    what: "Chromium", packages: ["chromium"], brew: "--cask chromium",
    names: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"], where: () => [...COMMON, "/Applications/Chromium.app/Contents/MacOS"],
  },
];

/** The first of `names` in PATH or in one of the directories, as a path; undefined when there is none. */
function find({ names, where }) {
  const directories = [...(process.env.PATH ?? "").split(delimiter), ...where()];
  return names.flatMap((name) => directories.map((directory) => join(directory, name))).find((file) => existsSync(file));
}

/**
 * Makes sure all of them are there. Resolves with what the tests need to find them: directories for PATH, and
 * `CHROMIUM_PATH`. Fails with one sentence per missing program.
 */
export async function ensureTestServices() {
  const missing = SERVICES.filter((service) => find(service) === undefined);
  if (missing.length > 0) {
    if (mayInstall()) aptInstall(missing);
    const still = SERVICES.filter((service) => find(service) === undefined);
    if (still.length > 0) throw new Trouble(howToInstall(still));
  }
  const [postgres, redis, nginx, prometheus, chromium] = SERVICES.map(find);
  return { path: [postgres, redis, nginx, prometheus].map((file) => dirname(file)), env: { CHROMIUM_PATH: chromium } };
}

/** Debian itself only: Ubuntu's chromium package is a pointer to a snap, which does not run in containers. */
function mayInstall() {
  return process.platform === "linux" && process.getuid?.() === 0 && existsSync("/etc/debian_version") && existsSync("/usr/bin/apt-get");
}

function aptInstall(missing) {
  const packages = missing.flatMap((service) => service.packages);
  const startedMs = Date.now();
  say(`installing ${packages.join(", ")} for the tests (apt-get) …`);
  for (const args of [["update", "-q"], ["install", "-y", "-q", "--no-install-recommends", ...packages]]) {
    const done = spawnSync("apt-get", args, { stdio: ["ignore", "inherit", "inherit"], env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
    if (done.status !== 0) throw new Trouble(`apt-get ${args[0]} failed; its own words are above. ${howToInstall(missing)}`);
  }
  say(`installed in ${seconds(startedMs)}.`);
}

function howToInstall(missing) {
  const debian = `apt-get install --no-install-recommends ${missing.flatMap((service) => service.packages).join(" ")}`;
  const brew = missing.map((service) => `brew install ${service.brew}`).join("; ");
  return `the tests need ${missing.map((service) => service.what).join(", ")}. Install: ${process.platform === "darwin" ? brew : `${debian} (Debian; other systems name them alike)`}. Then run this again.`;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  ensureTestServices().then(
    (found) => say(`found: ${JSON.stringify(found)}`),
    (error) => {
      say(error.message);
      process.exitCode = 1;
    },
  );
}
