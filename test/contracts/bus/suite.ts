/** What every Bus does; runs against the one in memory and the one over Redis. */
import { afterEach, expect, test } from "vitest";
import type { Bus, BusObserver } from "../../../src/cluster/bus.ts";
import { MAX_BUS_MESSAGE_BYTES, MAX_BUS_TEXT_CHARS } from "../../../src/limits.ts";
import type { BusEvent, BusTopic } from "../../../src/protocol/bus-events.ts";

/** What one process hears, and what its metrics would say. */
export interface Ear {
  readonly bus: Bus;
  readonly heard: { readonly topic: BusTopic; readonly event: BusEvent }[];
  readonly counted: string[];
}

export interface BusBench {
  /** A process on the bus, connected. */
  join(processId: string): Promise<Ear>;
  /** What `redis-cli publish` does. */
  outside(channel: string, message: string): Promise<number>;
  /** The bus is away, and what is sent meanwhile is lost; then it is back. */
  cut(): Promise<void>;
  mend(): Promise<void>;
  close(): Promise<void>;
}

export const observerInto = (counted: string[]): BusObserver => ({
  message: (direction, type, result) => void counted.push(`${direction} ${type} ${result}`),
  propagated: () => undefined,
});

const square: BusTopic = { to: "room", room: "town_square" };
const everywhere: BusTopic = { to: "global" };
const bell = (message = "A bell rings."): BusEvent => ({ type: "ambiance", message });
const WAIT_MS = 15_000;

export async function until(holds: () => boolean, what: string): Promise<void> {
  for (const endMs = Date.now() + WAIT_MS; !holds(); ) {
    if (Date.now() > endMs) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export function busSuite(aBench: () => Promise<BusBench>): void {
  let bench: BusBench | undefined;
  afterEach(async () => {
    await bench?.close();
    bench = undefined;
  });
  const join = async (...names: string[]): Promise<Ear[]> => {
    bench = await aBench();
    const ears: Ear[] = [];
    for (const name of names) ears.push(await bench.join(name));
    return ears;
  };
  const isMark = ({ event }: { event: BusEvent }): boolean => "message" in event && event.message?.startsWith("mark ") === true;
  /** Whatever was published before on that topic has arrived, or never will, once this resolves. */
  const settled = async (from: Ear, to: Ear, topic: BusTopic): Promise<void> => {
    await until(() => from.bus.up && to.bus.up, "the bus");
    // Subscribing takes a moment.
    for (let tries = 0; !to.heard.some(isMark); tries += 1) {
      if (tries > 1000) throw new Error("waited in vain for the mark");
      await from.bus.publish(topic, bell(`mark ${tries}`));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await from.bus.publish(topic, bell("mark last"));
    await until(() => to.heard.some(({ event }) => "message" in event && event.message === "mark last"), "the last mark");
    to.heard.splice(0, to.heard.length, ...to.heard.filter((heard) => !isMark(heard)));
  };

  test("an event reaches the processes that listen to its topic, once and in order, and not the one that sent it", async () => {
    const [one, two, three] = await join("one", "two", "three");
    for (const ear of [one!, two!]) ear.bus.subscribe(square);
    for (const ear of [one!, two!, three!]) ear.bus.subscribe(everywhere);
    await settled(one!, two!, square);
    const sent = await Promise.all([one!.bus.publish(square, bell("one")), one!.bus.publish(square, bell("two"))]);
    expect(sent[0]?.receivers).toBeGreaterThan(0);
    await settled(one!, two!, everywhere);
    await settled(one!, three!, everywhere);
    expect(two!.heard.slice(0, 2).map(({ event }) => "message" in event && event.message)).toEqual(["one", "two"]);
    expect(two!.heard[0]!.topic).toEqual(square);
    expect(three!.heard.some(({ topic }) => topic.to === "room")).toBe(false);
    expect(one!.heard).toEqual([]);
    expect(one!.counted.filter((line) => line === "in ambiance own").length).toBeGreaterThan(0);
  });

  test("a tool outside is heard; the name of a player is in lower case", async () => {
    const [one] = await join("one");
    one!.bus.subscribe({ to: "user", name: "Ada" });
    one!.bus.subscribe(square);
    await until(() => one!.bus.up, "the bus");
    await until(repeatedly(() => bench!.outside("user:ada", '{"type":"ambiance","message":"A cold hand."}')), "a receiver");
    await bench!.outside("room:town_square", '{"type":"ambiance","message":"A bell rings."}');
    await until(() => one!.heard.some(({ topic }) => topic.to === "room"), "the bell");
    expect(one!.heard.find(({ topic }) => topic.to === "user")?.event).toEqual({ type: "ambiance", message: "A cold hand." });
  });

  test("what is malformed, oversized or unknown is counted and ignored", async () => {
    const [one, two] = await join("one", "two");
    for (const ear of [one!, two!]) ear.bus.subscribe(square);
    await settled(two!, one!, square);
    one!.counted.length = 0;
    const long = "x".repeat(MAX_BUS_MESSAGE_BYTES);
    for (const message of ["", "{", "null", "7", "[]", '"ambiance"', '{"type":"song","message":"la"}', '{"type":"ambiance"}', '{"type":"ambiance","message":7}', '{"type":"ambiance","message":"   "}', JSON.stringify(bell(long))]) {
      await bench!.outside("room:town_square", message);
    }
    await bench!.outside("room:town_square", JSON.stringify(bell("y".repeat(MAX_BUS_TEXT_CHARS + 1))));
    await settled(two!, one!, square);
    expect(one!.heard).toEqual([]);
    expect(one!.counted.filter((line) => line === "in unknown malformed")).toHaveLength(7);
    expect(one!.counted.filter((line) => line === "in ambiance malformed")).toHaveLength(4);
    expect(one!.counted.filter((line) => line === "in unknown oversized")).toHaveLength(1);
    // What is too large is not even sent.
    expect(await one!.bus.publish(square, bell(long))).toBeNull();
    expect(one!.counted).toContain("out ambiance oversized");
  });

  test("who no longer listens hears nothing more", async () => {
    const [one, two] = await join("one", "two");
    two!.bus.subscribe(square);
    two!.bus.subscribe(everywhere);
    await settled(one!, two!, square);
    two!.bus.unsubscribe(square);
    await settled(one!, two!, everywhere);
    await until(repeatedly(async () => ((await one!.bus.publish(square, bell()))?.receivers === 0 ? 1 : 0)), "nobody to listen");
    await settled(one!, two!, everywhere);
    two!.heard.length = 0;
    await one!.bus.publish(square, bell());
    await settled(one!, two!, everywhere);
    expect(two!.heard).toEqual([]);
  });

  test("an outage: publishing says that it was not sent; afterwards all are heard again without asking", async () => {
    const [one, two] = await join("one", "two");
    const changes: boolean[] = [];
    two!.bus.onChange((up) => changes.push(up));
    two!.bus.subscribe(square);
    await settled(one!, two!, square);
    changes.length = 0;
    await bench!.cut();
    await until(() => !one!.bus.up && !two!.bus.up, "the outage");
    expect(await one!.bus.publish(square, bell("lost"))).toBeNull();
    expect(one!.counted).toContain("out ambiance failed");
    await bench!.mend();
    await until(() => one!.bus.up && two!.bus.up, "the bus");
    await settled(one!, two!, square);
    expect(two!.heard.filter(({ event }) => "message" in event && event.message === "lost")).toEqual([]);
    expect(changes).toEqual([false, true]);
  });
}

/** Asks again and again until the answer is above 0. */
function repeatedly(ask: () => Promise<number>): () => boolean {
  let found = false;
  let asking = false;
  return () => {
    if (!asking && !found) {
      asking = true;
      void ask().then((count) => {
        found = count > 0;
        asking = false;
      });
    }
    return found;
  };
}
