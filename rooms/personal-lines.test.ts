/** Lines for one person alone, for as long as that person may have missed them. */
import { beforeEach, expect, test } from "vitest";
import type { CharacterId } from "../src/engine/ids.ts";
import { CUT_MISSES_MS, PERSONAL_LINE_FRESH_MS, PERSONAL_LINES_KEPT, PERSONAL_LINES_KEPT_MS, SEATS_SWEPT_EVERY_MS } from "../src/limits.ts";
import type { RoomMessage } from "../src/protocol/server-messages.ts";
import { PersonalLines } from "./personal-lines.ts";

const [ada, bert] = ["ada", "bert"] as CharacterId[] as [CharacterId, CharacterId];
const line = (id: string): RoomMessage => ({ type: "room_message", id, room_id: "square", message: `It is ${id}.`, message_type: "tell" });
const lines = (...ids: string[]): RoomMessage[] => ids.map(line);
const ids = (told: readonly RoomMessage[]): string[] => told.map(({ id }) => id);

let nowMs: number;
let kept: PersonalLines;
beforeEach(() => {
  nowMs = 1_000_000;
  kept = new PersonalLines({ nowMs: () => nowMs });
});

test("what somebody was told a moment ago goes along, as it was told, and what was told long ago does not", () => {
  kept.keep(ada, lines("a", "b"));
  nowMs += PERSONAL_LINE_FRESH_MS;
  kept.keep(ada, lines("c"));
  expect(kept.fresh(ada, { toGo: true })).toEqual(lines("a", "b", "c"));
  nowMs += 1;
  expect(ids(kept.fresh(ada))).toEqual(["c"]);
  expect(kept.fresh(bert)).toEqual([]);
});

test("whoever comes by the seat that lines came along with has them, and need not take them any further; whoever comes by another way is sent them again", () => {
  kept.keep(ada, lines("old"), "seat 1");
  kept.keep(ada, lines("what they see", "where they come in"));
  expect(ids(kept.missedBy(ada, "seat 1"))).toEqual(["what they see", "where they come in"]);
  expect(ids(kept.fresh(ada, { toGo: true }))).toEqual(["what they see", "where they come in"]);
  expect(ids(kept.fresh(ada))).toEqual(["old", "what they see", "where they come in"]);
  expect(ids(kept.missedBy(ada, "seat 2"))).toEqual(["old", "what they see", "where they come in"]);
  expect([...kept.idsOf(ada)]).toEqual(["old", "what they see", "where they come in"]);
});

test("of each person the newest are kept, however many come at a time", () => {
  for (let n = 0; n < PERSONAL_LINES_KEPT + 5; n += 1) kept.keep(ada, lines(`a${n}`));
  expect(ids(kept.fresh(ada))).toEqual(Array.from({ length: PERSONAL_LINES_KEPT }, (_, n) => `a${n + 5}`));
  kept.keep(ada, Array.from({ length: PERSONAL_LINES_KEPT - 1 }, (_, n) => line(`b${n}`)));
  expect(kept.fresh(ada)).toHaveLength(PERSONAL_LINES_KEPT);
  expect(ids(kept.fresh(ada))[0]).toBe(`a${PERSONAL_LINES_KEPT + 4}`);
  kept.keep(ada, Array.from({ length: 3 * PERSONAL_LINES_KEPT }, (_, n) => line(`c${n}`)));
  expect(ids(kept.fresh(ada))).toEqual(Array.from({ length: PERSONAL_LINES_KEPT }, (_, n) => `c${n + 2 * PERSONAL_LINES_KEPT}`));
});

test("nothing is kept for longer than its person may be away", () => {
  kept.keep(ada, lines("a"));
  nowMs += PERSONAL_LINES_KEPT_MS + 1;
  kept.keep(ada, lines("b"));
  expect([...kept.idsOf(ada)]).toEqual(["b"]);
  kept.forget(ada);
  expect(kept.idsOf(ada).size).toBe(0);
});

test("whoever had a seat and never came is not waited for", () => {
  kept.keep(ada, lines("a"), "seat 1");
  kept.keep(bert, lines("b"));
  kept.sweep(() => false);
  expect(kept.idsOf(ada).size).toBe(1);
  nowMs += Math.max(CUT_MISSES_MS, SEATS_SWEPT_EVERY_MS) + 1;
  kept.sweep((id) => id === bert);
  expect([kept.idsOf(ada).size, kept.idsOf(bert).size]).toEqual([0, 1]);
});
