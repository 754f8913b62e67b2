import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { LINE_CHECK_SLICES, PINGS_MISSED } from "./limits.ts";
import { LineCheck } from "./line-check.ts";

class Socket extends EventEmitter {
  pings = 0;
  gone = false;
  answers = true;

  ping(): void {
    this.pings += 1;
    if (this.answers) this.emit("pong");
  }

  terminate(): void {
    this.gone = true;
    this.emit("close");
  }
}

/** A check of so many connections, and what looks at each of them once. */
function checked(count: number): { sockets: Socket[]; one: Socket; other: Socket; round: () => void; check: LineCheck } {
  const check = new LineCheck();
  const sockets = Array.from({ length: count }, () => new Socket());
  for (const socket of sockets) check.watch(socket);
  return { check, sockets, one: sockets[0]!, other: sockets[1]!, round: () => { for (let slice = 0; slice < LINE_CHECK_SLICES; slice += 1) check.slice(); } };
}

test("whoever says something is not asked; whoever is silent is, and stays when they answer", () => {
  const { one: talker, other: listener, round } = checked(2);
  for (let n = 0; n < 10; n += 1) {
    talker.emit("message");
    round();
  }
  expect([talker.pings, talker.gone]).toEqual([0, false]);
  expect(listener.pings).toBe(5);
  expect(listener.gone).toBe(false);
});

test("whoever answers nothing is cut off after so many pings, and not before", () => {
  const { one: dead, other: asleep, round } = checked(2);
  dead.answers = asleep.answers = false;
  for (let n = 0; n < 1 + PINGS_MISSED; n += 1) round();
  expect([dead.pings, dead.gone]).toEqual([PINGS_MISSED, false]);
  // In the last moment.
  asleep.emit("pong");
  round();
  expect([dead.gone, asleep.gone]).toEqual([true, false]);
  round();
  expect([dead.pings, asleep.pings]).toEqual([PINGS_MISSED, PINGS_MISSED + 1]);
});

test("a thousand are not asked in one go, and nobody is left out, whoever comes and goes meanwhile", () => {
  const { sockets, check } = checked(1000);
  const asked = (): number => sockets.reduce((sum, { pings }) => sum + pings, 0);
  for (let slice = 0; slice < LINE_CHECK_SLICES; slice += 1) check.slice();
  for (let slice = 0; slice < LINE_CHECK_SLICES; slice += 1) {
    const before = asked();
    if (slice === 3) sockets[999]!.terminate();
    check.slice();
    expect(asked() - before).toBeLessThanOrEqual(1000 / LINE_CHECK_SLICES);
  }
  expect(asked()).toBe(999);
});
