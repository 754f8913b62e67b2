/** Makes a schedule that fails as short as it can be (delta debugging), so that a report can be read. */
import type { Op, Schedule } from "./schedule.ts";

/** Plays that shrinking may take; a schedule has at most sixty operations. */
const MAX_PLAYS = 600;

/** `fails` plays a schedule. The answer fails too, and would not without any one of its operations (unless plays ran out). */
export async function shrink(schedule: Schedule, fails: (schedule: Schedule) => Promise<boolean>): Promise<Schedule> {
  let { ops } = schedule;
  let plays = 0;
  const failsWith = async (fewer: readonly Op[]): Promise<boolean> => (plays += 1) <= MAX_PLAYS && (await fails({ ...schedule, ops: fewer }));
  for (let size = Math.ceil(ops.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < ops.length; ) {
      const fewer = ops.toSpliced(at, size);
      if (await failsWith(fewer)) ops = fewer;
      else at += size;
    }
  }
  return { ...schedule, ops };
}
