import { defineConfig } from "vitest/config";

/** Ten times as patient where a run is slowed down on purpose (a tool that traces, a machine that is shared). */
const patience = Number(process.env["TEST_PATIENCE"] ?? "1");

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "rooms/**/*.test.ts", "schema/**/*.test.ts", "client/**/*.test.ts", "client/**/*.test.tsx", "loadtest/**/*.test.ts", "test/**/*.test.ts"],
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
  },
});
