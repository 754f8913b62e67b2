/** `npm test` plays its schedules in two files, so that two cores share them. */
import { playMany } from "./play-many.ts";

export const SCHEDULES = 20_000;
/** A schedule that somebody wants to see again: `SIMULATION_SEED=1448 npm test -- test/simulation`. */
const FIRST = Number(process.env["SIMULATION_SEED"] ?? "1");
const COUNT = process.env["SIMULATION_SEED"] === undefined ? SCHEDULES / 2 : 1;

/** Plays every other seed, and answers the reports of what failed. */
export async function playHalf(half: 0 | 1): Promise<string[]> {
  const startedMs = performance.now();
  const { schedules, failures, tally } = await playMany({ from: FIRST + half, step: 2, count: COUNT });
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
  console.info(`${schedules} schedules in ${seconds} s: ${tally.acknowledged} commands acknowledged, ${tally.takeovers} takeovers, ${tally.killsInCommit} kills between a commit and its answer, ${failures.length} failures`);
  return failures.map(({ report }) => report);
}
