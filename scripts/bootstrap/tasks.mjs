/** What each task runs: the steps in order, each a list of arguments for Node, and whether it needs the browser client. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { COLLECTING } from "./node-args.mjs";
import { inRoot, Trouble } from "./say.mjs";
import { ensureTestServices } from "../test-services.mjs";

const tool = (...parts) => inRoot("node_modules", ...parts);
const script = (title, file, ...before) => ({
  steps: (args) => {
    if (!existsSync(inRoot(file))) throw new Trouble(`this copy has no ${file}.`);
    return [{ title, args: [...before, file, ...args] }];
  },
});

/** What `src/main.ts` says for itself, said early enough to cover that file too. */
const compiled = () => ({ NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(process.env.DATA_DIR || "data", "cache", "compiled") });
const server = (env, ...before) => {
  const { steps } = script("server", "src/main.ts", ...before, ...COLLECTING);
  return { client: "when-stale", steps: (args) => steps(args).map((step) => ({ ...step, env: { ...compiled(), ...env } })) };
};

const typecheck = () => [
  { title: "types of the server", args: [tool("typescript", "bin", "tsc"), "-p", "."] },
  ...(existsSync(inRoot("client", "tsconfig.json")) ? [{ title: "types of the client", args: [tool("typescript", "bin", "tsc"), "-p", "client"] }] : []),
];
const lint = (args) => [{ title: "lint", args: [tool("eslint", "bin", "eslint.js"), ...(args.length > 0 ? args : ["."])] }];
const worldCheck = script("world", "src/content/check-cli.ts");

export const TASKS = {
  /** The server, with the bundled world and the browser client. */
  start: server({}),
  /** The same, started again whenever a source file changes, with Colyseus' playground. */
  dev: server({ NODE_ENV: process.env.NODE_ENV ?? "development" }, "--watch"),
  /** Everything: system services, types, lint, all tests. Arguments go to vitest. */
  test: {
    client: "when-stale",
    steps: async (args) => {
      const services = await ensureTestServices();
      return [...typecheck(), ...lint([]), { title: "tests", args: [tool("vitest", "vitest.mjs"), "run", ...args], ...services }];
    },
  },
  /** What needs no running service: types, lint, the world's files. */
  check: { steps: () => [...typecheck(), ...lint([]), ...worldCheck.steps([])] },
  lint: { steps: lint },
  typecheck: { steps: typecheck },
  /** The browser client, whether or not its sources changed. */
  build: { client: "always", steps: () => [] },
  "world:check": worldCheck,
  /** Several processes on this machine, with all that belongs to them. */
  cluster: { client: "when-stale", ...script("cluster", "scripts/cluster/main.ts") },
  loadtest: script("load test", "loadtest/main.ts"),
  "loadtest:screen": script("load test", "loadtest/screen.ts"),
  bench: script("benchmark", "scripts/bench/main.ts"),
  "bench:quick": script("benchmark", "scripts/bench/quick.ts"),
  "bench:client": { client: "when-stale", ...script("benchmark of the browser page", "scripts/bench-client.ts") },
  "bench:metrics": script("benchmark of metrics", "scripts/bench-metrics.ts"),
  "bench:commit": script("benchmark of commits", "scripts/bench-commit.ts"),
  "bench:restart": script("benchmark of restarts", "scripts/bench-restart.ts"),
  "bench:pglite": script("benchmark of the embedded database", "scripts/bench-pglite.ts"),
  "bench:transfer": script("benchmark of transfers", "scripts/bench-transfer.ts"),
  "bench:far": script("benchmark of walks from far away", "scripts/bench-far.ts"),
  "bench:tracing": script("benchmark of traces", "scripts/bench-tracing.ts"),
  chaos: script("chaos", "scripts/chaos.ts"),
  "chaos:cluster": script("chaos on many processes", "scripts/chaos-cluster.ts"),
  "chaos:model": script("chaos of the model", "scripts/chaos-model.ts"),
  flag: script("feature flags", "src/cluster/flag-cli.ts"),
  journal: script("journal", "src/persistence/journal-cli.ts"),
  backup: script("backup", "src/persistence/backup-cli.ts"),
  restore: script("restore", "src/persistence/restore-cli.ts"),
  "move-database": script("moving the database", "src/persistence/move-cli.ts"),
  pitr: script("point-in-time recovery", "scripts/pitr-drill.ts"),
};
