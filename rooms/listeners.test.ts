import { describe, expect, it } from "vitest";
import type { CharacterId } from "../src/engine/ids.ts";
import { Listeners } from "./listeners.ts";

const [ada, ben, cleo] = ["ada", "ben", "cleo"] as CharacterId[] as [CharacterId, CharacterId, CharacterId];

describe("whether somebody in an area has no connection", () => {
  it("is so from when theirs is gone until they have another", () => {
    const listeners = new Listeners<string>();
    expect(listeners.lackSomebodyOf(0)).toBe(false);
    listeners.set(ada, "one");
    listeners.set(ben, "two");
    expect(listeners.lackSomebodyOf(2)).toBe(false);
    listeners.delete(ben);
    expect(listeners.lackSomebodyOf(2)).toBe(true);
    listeners.set(ben, "three");
    expect([listeners.lackSomebodyOf(2), listeners.get(ben)]).toEqual([false, "three"]);
  });

  it("is so as well while somebody else has just left, and their connection has yet to be told", () => {
    const listeners = new Listeners<string>();
    listeners.set(ada, "one");
    listeners.set(ben, "two");
    // Cleo has none, and Ada walks away: what others read of that is said before her connection is told of her seat.
    listeners.parts(ada);
    expect(listeners.lackSomebodyOf(2)).toBe(true);
    listeners.delete(ada);
    expect(listeners.lackSomebodyOf(2)).toBe(true);
    listeners.set(cleo, "three");
    expect(listeners.lackSomebodyOf(2)).toBe(false);
  });

  it("is not so because of somebody who has left, and had no connection, or comes back before theirs has ended", () => {
    const listeners = new Listeners<string>();
    listeners.set(ada, "one");
    listeners.parts(ben);
    expect(listeners.lackSomebodyOf(1)).toBe(false);
    listeners.parts(ada);
    listeners.set(ada, "two");
    expect(listeners.lackSomebodyOf(1)).toBe(false);
  });
});
