import { expect, test } from "vitest";
import { DEFAULT_LAYOUT, movePanel, PANELS, readLayout, shiftPanel } from "./panel-layout.ts";

test("panels move within their side and over to the other, and none is ever lost", () => {
  const moved = movePanel(DEFAULT_LAYOUT, "map", "right", "inventory");
  expect([moved.left, moved.right.slice(0, 3)]).toEqual([["room", "sky"], ["character", "map", "inventory"]]);
  expect(movePanel(moved, "map", "left").left).toEqual(["room", "sky", "map"]);
  expect(shiftPanel(DEFAULT_LAYOUT, "map", -1).left).toEqual(["map", "room", "sky"]);
  expect(shiftPanel(DEFAULT_LAYOUT, "room", 1).left).toEqual(["map", "room", "sky"]);
  expect(shiftPanel(DEFAULT_LAYOUT, "room", -1)).toEqual(DEFAULT_LAYOUT);
  expect(shiftPanel(DEFAULT_LAYOUT, "sky", 1)).toEqual(DEFAULT_LAYOUT);
  // A hidden neighbour is passed over.
  expect(shiftPanel({ ...DEFAULT_LAYOUT, hidden: ["map"] }, "sky", -1).left).toEqual(["sky", "room", "map"]);
});

test("a layout from the storage has every panel once, whatever stands there", () => {
  for (const junk of [undefined, 7, {}, { left: ["map", "map", "flag"], right: ["map", "talk"], hidden: "all", collapsed: ["who", 3] }]) {
    const { left, right } = readLayout(junk);
    expect([...left, ...right].toSorted()).toEqual([...PANELS].toSorted());
  }
  expect(readLayout({ left: ["map"], collapsed: ["who", 3] })).toMatchObject({ left: ["map", "room", "sky"], collapsed: ["who"] });
});
