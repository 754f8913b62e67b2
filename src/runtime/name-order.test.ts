import { expect, test } from "vitest";
import { chanceOf } from "../../loadtest/lib/chance.ts";
import { NameOrder } from "./name-order.ts";

test("whoever comes, goes or walks on, the list is in the order of names, with everybody once and as they are now", () => {
  const seed = Math.floor(Math.random() * 1e6);
  console.log(`seed ${seed}`);
  const chance = chanceOf(seed);
  const order = new NameOrder<{ name: string; id: string; area: number }>();
  const known = new Map<string, number>();
  for (let step = 0; step < 1_000; step += 1) {
    // Of two who have the same name for a moment both are there.
    const [name, id] = [`N${Math.floor(chance() * 40)}`, chance() < 0.1 ? "b" : "a"];
    if (chance() < 0.3) {
      order.remove({ name, id });
      known.delete(`${name} ${id}`);
    } else {
      order.put({ name, id, area: step });
      known.set(`${name} ${id}`, step);
    }
    expect(order.list().map((one) => [`${one.name} ${one.id}`, one.area])).toEqual([...known].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }
});

test("a list that somebody holds stays as it was", () => {
  const order = new NameOrder<{ name: string; id: string }>();
  order.put({ name: "Ben", id: "1" });
  const held = order.list();
  order.put({ name: "Ada", id: "2" });
  order.remove({ name: "Ben", id: "1" });
  expect(held.map(({ name }) => name)).toEqual(["Ben"]);
  expect(order.list().map(({ name }) => name)).toEqual(["Ada"]);
});
