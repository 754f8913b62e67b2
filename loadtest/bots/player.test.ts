/** What a bot counts as lost: not what it has been told may be missing. */
import { expect, test } from "vitest";
import type { WelcomeMessage } from "../../src/protocol/server-messages.ts";
import type { Connector, Link, LinkEvents } from "./link.ts";
import { Player } from "./player.ts";
import { Tally } from "./tally.ts";

const link = (): Link => ({ command: () => undefined, leave: () => undefined, drop: () => undefined, bytesIn: 0, bytesOut: 0 });
const welcome = (line: number, complete = true): WelcomeMessage => ({ type: "welcome", protocol: 1, username: "ann", room_id: "square", seq: 0, line, complete });

/** A player in the square whose newest line is 10, cut off there; the events of the connection that it comes back by. */
async function cutOff(): Promise<{ readonly tally: Tally; readonly events: LinkEvents; readonly hears: (line: number, replayed: boolean) => void }> {
  const opened: LinkEvents[] = [];
  const connector: Connector = {
    join: (_token, _options, events) => {
      opened.push(events);
      return Promise.resolve(link());
    },
    open: link,
  };
  const tally = new Tally();
  const player = new Player({ endpoint: "", connector, tally, graph: new Map() as never, chance: () => 0.5, friend: () => null, barred: () => undefined, entry: { token: "", options: {} } });
  const entered = player.enter();
  await Promise.resolve();
  opened[0]!.welcome(welcome(10));
  await entered;
  opened[0]!.closed(1006);
  await Promise.resolve();
  const events = opened.at(-1)!;
  return { tally, events, hears: (line, replayed) => events.line({ line, room: "square", type: "say", sender: "ben", replayed, words: "" }) };
}

test("lines are missing in what is sent again, and the welcome behind it says that they may be", async () => {
  const { tally, events, hears } = await cutOff();
  hears(11, true);
  hears(15, true);
  events.welcome(welcome(20, false));
  hears(21, false);
  expect(tally.report()).toMatchObject({ gaps: [], incomplete: 1 });
});

test("the welcome says that it was all: then they are lost", async () => {
  const { tally, events, hears } = await cutOff();
  hears(11, true);
  hears(13, true);
  events.welcome(welcome(13));
  hears(15, false);
  expect(tally.report()).toMatchObject({ gaps: ["square 12 ann", "square 14 ann"], incomplete: 0 });
});
