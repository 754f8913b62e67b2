import { expect, test } from "vitest";
import { Remembered } from "./bucket.ts";

test("who is asked for keeps what is theirs, however many others come; who is not is forgotten, and there are never more than said", () => {
  let made = 0;
  const remembered = new Remembered<string, number>(10, () => (made += 1));
  const mine = remembered.of("ann", 0);
  for (let number = 0; number < 100; number += 1) {
    remembered.of(`passer-by ${number}`, 0);
    expect(remembered.of("ann", 0)).toBe(mine);
  }
  const first = remembered.of("passer-by 0", 0);
  expect(first).toBe(made);
  for (let number = 0; number < 10; number += 1) remembered.of(`another ${number}`, 0);
  const before = made;
  // Half of ten is the least that is remembered.
  for (let number = 5; number < 10; number += 1) remembered.of(`another ${number}`, 0);
  expect(made).toBe(before);
});
