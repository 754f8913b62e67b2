import { expect, test } from "vitest";
import { playHalf, SCHEDULES } from "./play-half.ts";

test(`of ${SCHEDULES} schedules full of faults, the even half: nothing acknowledged is lost or doubled`, async () => {
  expect(await playHalf(0)).toEqual([]);
}, 1_200_000);
