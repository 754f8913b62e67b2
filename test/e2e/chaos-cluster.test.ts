/** A short run of scripts/chaos-cluster.ts on two processes; docs/proof-cluster.md has a long one. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { wrongedStories } from "../../scripts/chaos-cluster/keep.ts";
import { BRIEF } from "../../scripts/chaos-cluster/options.ts";
import { reportLines } from "../../scripts/chaos-cluster/report.ts";
import { runClusterChaos } from "../../scripts/chaos-cluster/run.ts";

// Colyseus' client says of each connection that ends that it was not to.
beforeEach(() => void vi.spyOn(console, "warn").mockImplementation(() => undefined));
afterEach(() => void vi.restoreAllMocks());

test("over a crash, a cut of all connections, an empty Redis, a rolling reload and a process without its database nobody misses a line, hears one twice, loses an answer or logs in again", { timeout: 400_000 }, async () => {
  const story: string[] = [];
  const report = await runClusterChaos(BRIEF, (line) => story.push(line), new AbortController().signal);
  const told = [...story, ...reportLines(report), ...wrongedStories(report)].join("\n");
  expect(report.verdict.charges, told).toEqual([]);
  expect(report.violations, told).toEqual([]);
  expect(new Set(report.faults.map(({ kind }) => kind)), told).toEqual(new Set(BRIEF.kinds));
  expect(report.verdict.heardAsDue, told).toBeGreaterThan(500);
  expect(report.players.reduce((sum, { transfers }) => sum + transfers.length, 0), told).toBeGreaterThan(20);
});
