import { describe, expect, test } from "vitest";
import { MUTANTS } from "./mutants.ts";
import { scheduleOf } from "./schedule.ts";
import { simulate } from "./simulation.ts";

/** Several times what any of them has needed so far. */
const MAX_SCHEDULES = 3_000;

describe("a broken server is found out", () => {
  test.each(Object.keys(MUTANTS))("%s", async (name) => {
    let violation: string | undefined;
    let schedules = 0;
    while (violation === undefined && schedules < MAX_SCHEDULES) {
      schedules += 1;
      violation = (await simulate(scheduleOf(schedules), MUTANTS[name])).violation;
    }
    console.info(`"${name}": ${violation === undefined ? "not caught" : "caught"} after ${schedules} schedules: ${violation?.slice(0, 160)}`);
    expect(violation).toBeDefined();
  }, 120_000);
});
