import { defineConfig } from "vitest/config";

/** Ten times as patient where a run is slowed down on purpose (a tool that traces, a machine that is shared). */
const patience = Number(process.env["TEST_PATIENCE"] ?? "1");

/** These leave the process they run in as they found it, in whatever order they come (`--sequence.shuffle.files`). */
const BESIDE_CODE = ["src/**/*.test.ts", "rooms/**/*.test.ts", "schema/**/*.test.ts", "client/**/*.test.ts", "client/**/*.test.tsx", "loadtest/**/*.test.ts", "test/{runtime,cluster,chaos,chaos-cluster,world,worlds}/**/*.test.ts"];

export default defineConfig({
  test: {
    exclude: ["**/node_modules/**", "client/dist/**"],
    // Real processes: tests that start servers, databases and browsers must not share a heap or signals.
    pool: "forks",
    // The end-to-end files each start several processes and wait half of the time; more workers than this only make them wait for each other.
    maxWorkers: 3,
    testTimeout: 20_000 * patience,
    hookTimeout: 60_000 * patience,
    teardownTimeout: 20_000 * patience,
    // A rejection nobody handles fails the run, as it would end the server.
    dangerouslyIgnoreUnhandledErrors: false,
    environment: "node",
    reporters: ["default", "./test/support/failed-last.ts"],
    projects: [
      // One process for many files: half of what they take is reading the same modules again.
      { extends: true, test: { name: "beside", include: BESIDE_CODE, isolate: false } },
      { extends: true, test: { name: "whole", include: ["test/**/*.test.ts"], exclude: BESIDE_CODE } },
    ],
  },
});
