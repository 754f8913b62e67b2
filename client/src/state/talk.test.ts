import { expect, test } from "vitest";
import type { LineEntry } from "./log-buffer.ts";
import { commandIn, NEARBY, Talk, TELLS } from "./talk.ts";

let key = 0;
const line = (some: Partial<LineEntry>): LineEntry => ({ kind: "line", key: key++, atMs: 0, message: "", type: "say", refs: [], ...some });
const unread = (talk: Talk): string => talk.tabs.get().filter((tab) => tab.unread > 0).map((tab) => `${tab.id} ${tab.unread}`).join(", ");

test("talk is sorted by where it is; what is not read counts, but not one's own and not what was before a reload", () => {
  const talk = new Talk();
  talk.know(["chat", "market"]);
  talk.take(line({ type: "say" }));
  talk.take(line({ type: "tell", partner: "Ben" }));
  talk.take(line({ type: "channel", channel: "chat" }));
  talk.take(line({ type: "channel", channel: "chat", own: true }));
  talk.take(line({ type: "channel", channel: "guild", old: true }));
  talk.take(line({ type: "move" }));
  expect(unread(talk)).toBe("");
  talk.flush();
  expect(unread(talk)).toBe("nearby 1, tells 1, chat 1");
  expect(talk.unread.get()).toBe(3);
  expect(talk.tabs.get().map(({ id, lines }) => `${id} ${lines.length}`)).toEqual(["nearby 1", "tells 1", "chat 2", "market 0", "guild 1"]);

  talk.read("chat");
  expect(unread(talk)).toBe("nearby 1, tells 1");
  talk.take(line({ type: "channel", channel: "chat" }));
  talk.flush();
  expect(unread(talk)).toBe("nearby 1, tells 1");
  talk.read(undefined);
  talk.take(line({ type: "channel", channel: "chat" }));
  talk.flush();
  expect(unread(talk)).toBe("nearby 1, tells 1, chat 1");
});

test("an answer goes where one reads", () => {
  expect([commandIn(NEARBY, []), commandIn("chat", []), commandIn(TELLS, [])]).toEqual(["say ", "channel chat ", "tell "]);
  expect(commandIn(TELLS, [line({ type: "tell", partner: "Ann" }), line({ type: "tell", partner: "Ben" }), line({ type: "tell" })])).toBe("tell Ben ");
});
