/** A step is in the database before the area it leads out of knows that it is done. */
import { expect, test } from "vitest";
import type { CharacterId } from "../engine/ids.ts";
import { AppError } from "../protocol/codes.ts";
import { settled } from "./settled.ts";
import type { Task } from "./task.ts";

const ann = "ann" as CharacterId;

/** A clock that only goes when it is told to. */
function aClock(): { nowMs: () => number; after: (ms: number, run: () => void) => () => void; passes: () => void } {
  let due: (() => void) | undefined;
  return { nowMs: () => 0, after: (_, run) => { due = run; return () => { due = undefined; }; }, passes: () => due?.() };
}

test("whoever asks waits until the lane has come to it, behind what was asked before", async () => {
  const tasks: Task[] = [];
  let isSettled = false;
  const waiting = settled({ post: (task) => void tasks.push(task) }, ann, aClock(), 1000).then(() => { isSettled = true; });
  await Promise.resolve();
  expect(tasks.map(({ lane }) => lane)).toEqual(["ann"]);
  expect(isSettled).toBe(false);
  expect(tasks[0]!.decide()).toBe("done");
  await waiting;
});

test("nobody waits for ever, nor where nothing more is taken on", async () => {
  const clock = aClock();
  const waiting = settled({ post: () => undefined }, ann, clock, 1000);
  clock.passes();
  await waiting;
  await settled({ post: () => { throw new AppError("E_MOVED"); } }, ann, aClock(), 1000);
});
