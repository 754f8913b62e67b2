/** What is kept as packed strings: replies and personal lines. */
import { expect, test, vi } from "vitest";
import type { CharacterId } from "../engine/ids.ts";
import { MAX_PACKED_SHAPES, REPLIES_KEPT } from "../limits.ts";
import type { Response } from "../protocol/server-messages.ts";
import { pack, unpack, type Packed } from "./packed.ts";
import { Replies } from "./replies.ts";
import { collectGarbage } from "../../test/support/collect-garbage.ts";

const ada = "ada" as CharacterId;

const look = (seq: number): Response => ({
  type: "response", id: `req_${seq}`, seq, status: "ok",
  messages: [
    { message: `Der große Platz – 広場 🎲 ${seq}`, message_type: "room_title" },
    ...["north", "south", "east", "west"].map((way) => ({ message: `A way leads ${way}.`, message_type: "room_exits" as const, refs: [{ text: way, type: "exit" as const, id: `${way}-${seq}`, command: `go ${way}` }] })),
  ],
});

test("what was packed comes back as it was, in whatever script, also when there are more shapes than are known by number", () => {
  expect(unpack(pack(look(7)))).toEqual(look(7));
  const odd = Array.from({ length: 2 * MAX_PACKED_SHAPES }, (_, shape) => ({ [`field_${shape}`]: shape, big: 2 ** 40 + shape, none: null, yes: true, half: 0.5, empty: [] }));
  const packed = odd.map((value) => pack(value));
  expect(packed.map((value) => unpack(value))).toEqual(odd);
  expect(unpack(pack(look(8)))).toEqual(look(8));
});

test("a reply that was kept is answered again as it was, the newest so many, and nobody changes it by changing what they were given", () => {
  const replies = new Replies();
  replies.load(ada, 1, []);
  for (let seq = 1; seq <= REPLIES_KEPT + 1; seq += 1) {
    replies.begin(ada, seq);
    replies.keep(ada, seq, look(seq));
  }
  expect(replies.lookup(ada, { seq: 1, id: "req_1" })).toBe("stale");
  const first = replies.lookup(ada, { seq: 2, id: "req_2" }) as { final: Response };
  expect(first.final).toEqual(look(2));
  first.final.messages.length = 0;
  expect(replies.lookup(ada, { seq: 2, id: "req_2" })).toEqual({ final: look(2) });
});

test("what is kept takes less than half of the memory that it takes as objects, and no buffers", async () => {
  const count = 2_000;
  const cost = (make: (seq: number) => Response | Packed<Response>): number => {
    collectGarbage();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    const kept = Array.from({ length: count }, (_, seq) => make(seq));
    collectGarbage();
    const now = process.memoryUsage();
    expect(kept).toHaveLength(count);
    return now.heapUsed + now.arrayBuffers - heapUsed - arrayBuffers;
  };
  cost((seq) => pack(look(seq)));
  await vi.waitFor(() => expect(cost((seq) => pack(look(seq)))).toBeLessThan(0.5 * cost(look)), { timeout: 20_000 });
});

test("what a client says it has the answers of is kept no longer, and asked for again it is too old to know; what it has no answer of is", () => {
  const replies = new Replies();
  replies.load(ada, 3, [{ seq: 2, step: 0, json: JSON.stringify(look(2)) }]);
  for (let seq = 4; seq <= 6; seq += 1) {
    replies.begin(ada, seq);
    replies.keep(ada, seq, look(seq));
  }
  replies.answered(ada, 5);
  expect([2, 4, 5].map((seq) => replies.lookup(ada, { seq, id: `req_${seq}` }))).toEqual(["stale", "stale", "stale"]);
  expect(replies.lookup(ada, { seq: 6, id: "req_6" })).toEqual({ final: look(6) });
  // Whatever a client makes up, it harms nobody but itself.
  replies.answered(ada, Number.MAX_SAFE_INTEGER);
  expect(replies.lookup(ada, { seq: 7, id: "req_7" })).toBe("new");
  expect(replies.lastSeq(ada)).toBe(6);
});
