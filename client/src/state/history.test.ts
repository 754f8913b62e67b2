import { expect, test } from "vitest";
import { History } from "./history.ts";

function typed(...commands: string[]): History {
  const history = new History();
  for (const command of commands) history.add(command);
  return history;
}

test("up walks back, down comes forward to what was being typed", () => {
  const history = typed("look", "north", "say hello");
  expect([history.older("sa"), history.newer()]).toEqual(["say hello", "sa"]);
  expect([history.older(""), history.older(""), history.older(""), history.older("")]).toEqual(["say hello", "north", "look", undefined]);
  expect([history.newer(), history.newer(), history.newer(), history.newer()]).toEqual(["north", "say hello", "", undefined]);
});

test("only what begins as typed is shown, each of a run once", () => {
  const history = typed("say one", "look", "look", "say two", "look");
  expect([history.older("say"), history.older("say two"), history.older("say one")]).toEqual(["say two", "say one", undefined]);
  history.rest();
  expect([history.older("l"), history.older("look")]).toEqual(["look", undefined]);
});

test("the same twice in a row and nothing at all are not remembered, and it is bounded", () => {
  const history = typed("n", "n", "", "e");
  expect([history.older(""), history.older(""), history.older("")]).toEqual(["e", "n", undefined]);
  for (let nth = 0; nth < 1000; nth++) history.add(`say ${nth}`);
  let count = 0;
  while (history.older("") !== undefined) count++;
  expect(count).toBe(200);
});
