import { beforeEach, expect, test } from "vitest";
import { BusFarLines } from "../../src/cluster/far-lines.ts";
import { BusIntake } from "../../src/cluster/bus-intake.ts";
import { MemoryBus, MemoryExchange } from "../../src/cluster/memory-bus.ts";
import type { AreaId, CharacterId, DoorId } from "../../src/engine/ids.ts";
import type { BusEvent } from "../../src/protocol/bus-events.ts";
import type { ActiveArea } from "../../src/runtime/active-area.ts";
import { LocalLines } from "../../src/runtime/local-lines.ts";
import type { Character } from "../../src/engine/world.ts";
import { Online } from "../../src/runtime/online.ts";
import type { OutLine } from "../../src/runtime/outlet.ts";
import { systemClock } from "../../src/timers.ts";
import { aRoom, aWorld } from "../support/transcript.ts";

let exchange: MemoryExchange;
let changes: number;
let recorded: string[];
let doorsRead: string[];

/** A process that serves one area of one room, with one player in it. */
class Process {
  readonly heard: string[] = [];
  readonly online = new Online(() => Date.now());
  readonly bus: MemoryBus;
  readonly local: LocalLines;
  readonly far: BusFarLines;
  readonly doors: unknown[] = [];
  readonly names: string[] = [];
  readonly player: CharacterId;
  readonly person: Character;

  constructor(name: string, area: string) {
    const world = aWorld({ rooms: [aRoom(`${area}_room`, { area })] });
    const person = world.person(name);
    this.player = person.id;
    this.person = person;
    const say = (line: OutLine): void => void this.heard.push(`${line.type}${line.channel === undefined ? "" : ` ${line.channel}`}: ${line.text}`);
    const active = {
      id: area as AreaId, area: world.area, doorSeen: (door: unknown) => this.doors.push(door),
      outlet: { room: (_: string, line: OutLine, except: readonly string[]) => { if (!except.includes(person.id)) say(line); }, personal: (_: string, ...lines: readonly OutLine[]) => lines.forEach(say) },
    } as unknown as ActiveArea;
    world.area.doors.set("oak_door" as DoorId, { id: "oak_door" as DoorId, open: false, locked: false });
    this.local = new LocalLines({
      areas: () => [active], get: (id) => (id === active.id ? active : undefined), areaOfRoom: (room) => (room === `${area}_room` ? active.id : undefined), areaOf: (id) => this.online.areaOf(id), nowMs: () => Date.now(),
    });
    this.bus = new MemoryBus(exchange, name, { message: () => undefined, propagated: () => undefined });
    for (const topic of [{ to: "global" }, { to: "room", room: `${area}_room` }, { to: "user", name }] as const) this.bus.subscribe(topic);
    const intake = new BusIntake({
      local: this.local, online: this.online, exchange: { take: () => undefined }, channels: new Set(["chat"]), onError: (error) => { throw error; },
      readDoor: (door) => {
        doorsRead.push(door);
        return Promise.resolve({ door, open: true, locked: false });
      },
      readName: () => Promise.resolve("Adalind"), renamed: (_, to) => void this.names.push(to),
      settingsChanged: () => (changes += 1),
    });
    this.bus.listen((topic, event) => intake.take(topic, event));
    this.far = new BusFarLines({ bus: this.bus, local: this.local, online: this.online, clock: systemClock((error) => { throw error; }), recorder: { addPersonal: (to, username, line) => recorded.push(`${username}: ${line.text} for ${to}`) > 0, write: () => undefined } });
    this.online.set({ id: person.id, name, role: "player", guest: false, afk: null, area: active.id, areaName: area });
  }

  /** What it has heard since last asked. */
  async hears(): Promise<string[]> {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    return this.heard.splice(0);
  }

  ignores(whom: Process): void {
    this.person.settings = { ...this.person.settings, ignored: { [whom.player]: "somebody" } };
  }

  knows(other: Process, name: string, area: string): void {
    this.online.heardOf("other", { id: other.player, name, role: "player", guest: false, afk: null, area: area as AreaId, areaName: area });
  }
}

let ada: Process;
let ben: Process;

beforeEach(() => {
  exchange = new MemoryExchange();
  changes = 0;
  doorsRead = [];
  recorded = [];
  ada = new Process("Ada", "square");
  ben = new Process("Ben", "town");
  ada.knows(ben, "Ben", "town");
  ben.knows(ada, "Ada", "square");
});

const line = (text: string, type: OutLine["type"], more: Partial<OutLine> = {}): OutLine => ({ text, type, refs: [], ...more });

test("whoever has a seat here and has gone on elsewhere without taking it is told there", async () => {
  ada.local.expect(ben.player, "Ben");
  ada.far.toPlayer(ben.player, line("Ada tells you, psst", "tell", { sender: "Ada", id: "ada:1" }), ada.player);
  expect(await ben.hears()).toEqual(["tell: Ada tells you, psst"]);
  expect(await ada.hears(), "Ada reads nothing of it").toEqual([]);
  expect(ada.local.heldFor(ben.person).map(({ id }) => id), "should Ben come after all, the line has the id it had").toEqual(["ada:1"]);
});

test("whoever is walking to another process is told it there, from the moment they have left", async () => {
  const cid = { id: "cid" as CharacterId, name: "Cid", role: "player" as const, guest: false, afk: null, area: "square" as AreaId, areaName: "square" };
  ada.online.set(cid);
  ben.local.expect(cid.id, "Cid");
  ben.bus.subscribe({ to: "user", name: "Cid" });
  ada.online.remove(cid.id, "square" as AreaId, "town" as AreaId);
  expect(ada.online.byName("cid")?.id, "there is such a player").toBe(cid.id);
  ada.far.toPlayer(cid.id, line("Ada tells you, psst", "tell", { sender: "Ada", id: "ada:1" }), ada.player);
  expect(await ada.hears(), "Ada reads nothing of it").toEqual([]);
  expect(ben.local.takeHeld(cid.id).map(({ id, text }) => [id, text])).toEqual([["ada:1", "Ada tells you, psst"]]);
});

test("what is told somebody is recorded for them before it goes anywhere, once, wherever they are; what a tool tells them and channels are not", async () => {
  ada.far.toPlayer(ben.player, line("Ada tells you, psst", "tell", { sender: "Ada", id: "ada:1" }), ada.player);
  expect(recorded).toEqual([`Ben: Ada tells you, psst for ${ben.player}`]);
  ada.local.expect("cid" as CharacterId, "Cid");
  ada.far.toPlayer("cid" as CharacterId, line("Ada tells you, come", "tell", { sender: "Ada", id: "ada:2" }), ada.player);
  expect(recorded.splice(0)).toHaveLength(2);
  ada.far.toChannel("chat", line("Ada: hello", "channel", { channel: "chat", sender: "Ada", id: "ada:3" }), [ada.player]);
  exchange.publish("user:ben", JSON.stringify({ type: "player_message", message: "Cid tells you, hi", sender: "Cid" }));
  await ben.hears();
  expect(recorded).toEqual([]);
});

test("a tell goes to one, a channel to all but the speaker, a shout to those in earshot, each once", async () => {
  ada.far.toPlayer(ben.player, line("Ada tells you, psst", "tell", { sender: "Ada", id: "ada:1" }), ada.player);
  expect(await ben.hears()).toEqual(["tell: Ada tells you, psst"]);
  expect(await ada.hears()).toEqual([]);
  ada.far.toChannel("chat", line("Ada: hello", "channel", { channel: "chat" }), [ada.player]);
  expect(await ben.hears()).toEqual(["channel chat: Ada: hello"]);
  expect(await ada.hears()).toEqual([]);
  ada.far.toAreas(["square", "town"] as AreaId[], line("Ada shouts, hey", "shout"), [ada.player]);
  expect(await ben.hears()).toEqual(["shout: Ada shouts, hey"]);
  ada.far.toAreas(["square", "harbour"] as AreaId[], line("Ada shouts, hey", "shout"), [ada.player]);
  expect(await ben.hears()).toEqual([]);
});

test("whoever ignores the speaker, in whatever process, hears none of it, and the speaker is not told", async () => {
  const say = async (): Promise<[string[], string[]]> => {
    ada.far.toPlayer(ben.player, line("Ada tells you, psst", "tell", { sender: "Ada", by: ada.player }), ada.player);
    ada.far.toChannel("chat", line("Ada: hello", "channel", { channel: "chat", by: ada.player }), [ada.player]);
    ada.far.toAreas(["square", "town"] as AreaId[], line("Ada shouts, hey", "shout", { by: ada.player }), [ada.player]);
    return [await ada.hears(), await ben.hears()];
  };
  expect(await say()).toEqual([[], ["tell: Ada tells you, psst", "channel chat: Ada: hello", "shout: Ada shouts, hey"]]);
  ben.ignores(ada);
  expect(await say()).toEqual([[], []]);
  expect(ben.local.channelsOf(ben.person, 60_000)).toEqual([]);
  // Somebody else is heard as before.
  ada.far.toChannel("chat", line("Cid: hello", "channel", { channel: "chat", by: "cid" as CharacterId }), []);
  expect(await ben.hears()).toEqual(["channel chat: Cid: hello"]);
});

test("who spoke into the void is told: the other is gone, nobody took it, or the bus is away", async () => {
  ben.bus.unsubscribe({ to: "user", name: "Ben" });
  ada.far.toPlayer(ben.player, line("psst", "tell"), ada.player);
  expect(await ada.hears()).toEqual(["info: Your words did not reach Ben."]);
  ada.bus.up = false;
  ada.far.toPlayer(ben.player, line("psst", "tell"), ada.player);
  expect(await ada.hears()).toEqual(["info: Your words did not reach Ben."]);
  ada.far.toPlayer("nobody" as CharacterId, line("psst", "tell"), ada.player);
  expect(await ada.hears()).toEqual(["info: Your words did not reach them."]);
});

test("every kind of event from outside is a line of its kind, to those whom its channel names", async () => {
  const cases: [string, BusEvent, string[], string[]][] = [
    ["room:town_room", { type: "ambiance", message: "A bell rings." }, [], ["ambiance: A bell rings."]],
    ["room:town_room", { type: "npc_action", message: "A cat purrs.", sender: "cat" }, [], ["npc: A cat purrs."]],
    ["room:town_room", { type: "player_move", message: "Cid passes by." }, [], ["move: Cid passes by."]],
    ["user:ben", { type: "quest_update", message: "It is done." }, [], ["quest: It is done."]],
    ["user:ben", { type: "player_message", message: "Cid tells you, hi", sender: "Cid" }, [], ["tell: Cid tells you, hi"]],
    ["global", { type: "player_message", message: "Cid: hi", channel: "chat", except: [ada.player] }, [], ["channel chat: Cid: hi"]],
    ["global", { type: "player_message", message: "Cid: hi", channel: "nonsense" }, [], []],
    ["global", { type: "player_message", message: "A voice says, hi" }, ["say: A voice says, hi"], ["say: A voice says, hi"]],
    ["global", { type: "announcement", message: "Good\nnight." }, ["system: Good night."], ["system: Good night."]],
  ];
  for (const [channel, event, atAda, atBen] of cases) {
    exchange.publish(channel, JSON.stringify(event));
    expect([await ada.hears(), await ben.hears()], JSON.stringify(event)).toEqual([atAda, atBen]);
  }
});

test("what others say of the world is a hint to read it again, and nothing more", async () => {
  exchange.publish("global", '{"type":"door_seen","door":"oak_door","open":true}');
  exchange.publish("global", '{"type":"door_seen","door":"no_such_door"}');
  await ada.hears();
  expect(doorsRead).toEqual(["oak_door", "oak_door"]);
  expect(ada.doors).toEqual([{ door: "oak_door", open: true, locked: false }]);
  exchange.publish("global", JSON.stringify({ type: "name_changed", character: ada.player, name: "Mallory" }));
  await ada.hears();
  expect([ada.names, ben.names]).toEqual([["Adalind"], []]);
  exchange.publish("global", '{"type":"world_changed","key":"weather"}');
  exchange.publish("global", '{"type":"quest_update"}');
  exchange.publish("room:town_room", '{"type":"quest_update"}');
  await ada.hears();
  // Two events for both processes.
  expect(changes).toBe(4);
});
