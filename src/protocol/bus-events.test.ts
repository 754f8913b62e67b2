import fc from "fast-check";
import { expect, test } from "vitest";
import { BUS_EVENT_TYPES, busEvent, channelOf, readBusEvent, topicOf, type BusTopic } from "./bus-events.ts";

test("whatever comes in is an event as the schema says, or is ignored with a reason; nothing throws", () => {
  const types = fc.constantFrom(...BUS_EVENT_TYPES, "nonsense");
  const anything = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc.json().map((text) => Buffer.from(text)),
    fc.record({ type: types, message: fc.anything(), room: fc.anything(), from: fc.anything(), at: fc.anything(), players: fc.anything() }, { requiredKeys: ["type"] }).map((value) => Buffer.from(JSON.stringify(value) ?? "")),
  );
  fc.assert(fc.property(anything, (bytes) => {
    const read = readBusEvent(bytes);
    if ("ignored" in read) expect([...BUS_EVENT_TYPES, "unknown"]).toContain(read.type);
    else expect(busEvent.safeParse(read.event).success).toBe(true);
  }), { numRuns: 2_000 });
});

test("a text is one line, whatever is in it, and never empty", () => {
  const read = (message: string): unknown => {
    const answer = readBusEvent(Buffer.from(JSON.stringify({ type: "ambiance", message })));
    return "event" in answer && answer.event.type === "ambiance" ? answer.event.message : answer;
  };
  expect(read(" A bell\r\n\u0007rings\u2028twice. ")).toBe("A bell rings twice.");
  for (const nothing of ["", "   ", "\n\t", "\u2029"]) expect(read(nothing)).toEqual({ ignored: "malformed", type: "ambiance" });
});

test("a role that this version does not know is a player's", () => {
  const read = readBusEvent(Buffer.from(JSON.stringify({ type: "online_came", from: "p", change: 1, player: { id: "a", name: "Ada", role: "archmage", guest: false, afk: null, area: "x", area_name: "X" } })));
  expect(read).toMatchObject({ event: { player: { role: "player" } } });
});

test("channels and topics are each other's names", () => {
  const topics: BusTopic[] = [{ to: "global" }, { to: "room", room: "town_square" }, { to: "user", name: "ada" }];
  for (const topic of topics) expect(topicOf(channelOf(topic))).toEqual(topic);
  expect(channelOf({ to: "user", name: "Ada" })).toBe("user:ada");
  for (const strange of ["", "room:", "roomtown", "other:x", ":x", "global:x"]) expect(topicOf(strange)).toBeUndefined();
});
