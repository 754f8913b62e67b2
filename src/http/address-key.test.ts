import { expect, test } from "vitest";
import { addressKey, isLoopback, Slots } from "./address-key.ts";

test.each([
  ["203.0.113.9", "203.0.113.9"],
  ["::ffff:203.0.113.9", "203.0.113.9"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:0db8:0001:0002::9", "2001:db8:1:2::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["unknown", "unknown"],
])("%s counts as %s", (address, key) => {
  expect(addressKey(address)).toBe(key);
});

test("this machine knows itself", () => {
  expect(["127.0.0.1", "::ffff:127.8.0.1", "::1"].map(isLoopback)).toEqual([true, true, true]);
  expect(["128.0.0.1", "2001:db8::1", "unknown"].map(isLoopback)).toEqual([false, false, false]);
});

test("keys fall into a bounded number of slots, the same one each time, and parts do not run together", () => {
  const slots = new Slots(100);
  const used = new Set(Array.from({ length: 5_000 }, (_, i) => slots.of(`key ${i}`)));
  expect(used.size).toBeLessThanOrEqual(100);
  expect(used.size).toBeGreaterThan(90);
  const wide = new Slots();
  expect(wide.of("a", "b")).toBe(wide.of("a", "b"));
  expect(wide.of("a", "b")).not.toBe(wide.of("ab"));
});
