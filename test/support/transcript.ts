/**
 * Tests of the rules that read like play: a small world from plain data, `as("Ada", "get sword")`, and what each
 * one read. No socket, no database, no clock: time and chance are given.
 */
import { apply, addNpc, emptyArea, putItem } from "../../src/engine/apply.ts";
import { worldTimeAt } from "../../src/engine/clock.ts";
import { decide } from "../../src/engine/decide.ts";
import type { ContentIndex, ItemKind, NpcKind, QuestDef, RoomDef, SpawnDef, Weather } from "../../src/engine/content.ts";
import type { EngineContext, OnlineCharacter } from "../../src/engine/context.ts";
import type { Decision, Message } from "../../src/engine/decision.ts";
import { ignores } from "../../src/engine/ignoring.ts";
import { asId, carriedBy, inRoom, inside, type AreaId, type CharacterId, type Holder, type ItemId, type NpcId, type RoomId, type SpawnId } from "../../src/engine/ids.ts";
import { checkInvariants } from "../../src/engine/invariants.ts";
import { expandLine } from "../../src/engine/parse/line.ts";
import type { DomainEvent } from "../../src/engine/events.ts";
import { inLetter, type Facts, type Letter, type Need, type WaitingLetter } from "../../src/engine/post.ts";
import type { Somebody } from "../../src/engine/staff.ts";
import type { AreaState, Character, Item } from "../../src/engine/world.ts";
import { render } from "../../src/text/render.ts";

type Loose<T> = { [K in keyof T]?: T[K] extends string ? string : T[K] extends string | null ? string | null : T[K] };

export const aRoom = (id: string, more: Partial<RoomDef> | Record<string, unknown> = {}): RoomDef => ({
  id: asId(id), area: asId("here"), title: `The ${id}`, description: `You are in the ${id}.`, variants: [], indoors: false, dark: false,
  exits: [], details: [], ambience: [], noWander: false, at: null, ...(more as Partial<RoomDef>),
});

export const anExit = (name: string, to: string, more: Record<string, unknown> = {}): RoomDef["exits"][number] => ({
  name, to: asId(to), aliases: [], door: null, hidden: false, description: null, leaveText: null, ...more,
});

export const aKind = (id: string, more: Loose<ItemKind> | Record<string, unknown> = {}): ItemKind => {
  const name = (more as { name?: string }).name ?? `a ${id.replaceAll("_", " ")}`;
  const bare = name.replace(/^(an?|some|the) /, "");
  return {
    id: asId(id), name, plural: `${bare}s`, keywords: bare.split(" "), description: `It is ${name}.`, roomText: `${name[0]!.toUpperCase()}${name.slice(1)} lies here.`,
    fixed: false, weightG: 500, value: 0, stackable: false, slot: null, container: null, light: false, food: null, drink: null, readText: null, use: null, quest: null,
    ...(more as Partial<ItemKind>),
  };
};

export const anNpcKind = (id: string, more: Record<string, unknown> = {}): NpcKind => {
  const name = (more["name"] as string | undefined) ?? `a ${id}`;
  const bare = name.replace(/^(an?|some|the) /, "");
  return {
    id: asId(id), name, keywords: bare.toLowerCase().split(" "), description: `It is ${name}.`, roomText: `${name[0]!.toUpperCase()}${name.slice(1)} is here.`,
    wander: null, patrol: null, greet: null, chatter: null, dialogue: [], puzzled: [], shop: null, guard: null, respawnS: 60, ...(more as Partial<NpcKind>),
  };
};

export interface WorldOptions {
  rooms?: RoomDef[];
  kinds?: ItemKind[];
  npcs?: NpcKind[];
  quests?: QuestDef[];
  spawns?: SpawnDef[];
  content?: Partial<ContentIndex>;
  nowMs?: number;
  weather?: Weather;
}

const MONTHS = ["Thaw", "Seed", "Bloom", "Hay", "Sun", "Grain", "Wine", "Leaf", "Fog", "Frost", "Dark", "Star"];

export function contentOf(options: WorldOptions): ContentIndex {
  const rooms = options.rooms ?? [aRoom("yard")];
  const areas = new Map<AreaId, ContentIndex["areas"] extends ReadonlyMap<AreaId, infer A> ? A : never>();
  for (const room of rooms) {
    const known = areas.get(room.area);
    areas.set(room.area, { id: room.area, name: `Area ${room.area}`, climate: "mild", ambience: [], ambienceEveryS: 60, rooms: [...(known?.rooms ?? []), room.id] });
  }
  const kinds = [aKind("coins", { name: "a coin", plural: "coins", keywords: ["coin", "coins"], stackable: true, weightG: 5 }), ...(options.kinds ?? [])];
  const even = { clear: 1 };
  return {
    world: {
      name: "Test", tagline: "", seed: 1, start: rooms[0]!.id, safe: rooms[0]!.id, startCoins: 20, startItems: [], welcome: "Welcome.",
      channels: [{ name: "chat", description: "Talk." }],
      calendar: { dayMinutes: 60, daysPerMonth: 30, months: MONTHS, weekdays: ["Oneday", "Twoday", "Threeday"], yearAtEpoch: 300 },
    },
    areas, rooms: new Map(rooms.map((room) => [room.id, room])), doors: new Map(), items: new Map(kinds.map((kind) => [kind.id, kind])),
    npcs: new Map((options.npcs ?? []).map((npc) => [npc.id, npc])), spawns: new Map((options.spawns ?? []).map((spawn) => [spawn.id, spawn])),
    quests: new Map((options.quests ?? []).map((quest) => [quest.id, quest])),
    climates: new Map([["mild", { id: "mild", seasons: { spring: even, summer: even, autumn: even, winter: even } }]]),
    socials: new Map([["smile", { name: "smile", alone: { actor: "You smile.", others: "{actor} smiles." }, targeted: { actor: "You smile at {target}.", target: "{actor} smiles at you.", others: "{actor} smiles at {target}." } }]]),
    help: [], version: "test", ...options.content,
  };
}

/** A real time at which it is noon in the test world. */
export const NOON_MS = 12 * 150_000 + 60 * 60_000 * 24 * 400;

/** These are in the world; they may change. */
export function onlineOf(people: readonly OnlineCharacter[] | (() => readonly OnlineCharacter[])): EngineContext["online"] {
  const all = (): readonly OnlineCharacter[] => (typeof people === "function" ? people() : people);
  return {
    list: () => all().toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    get: (id) => all().find((one) => one.id === id),
    byName: (name) => all().find((one) => one.name.toLowerCase() === name.toLowerCase()),
  };
}

export class TestWorld {
  readonly area: AreaState;
  readonly content: ContentIndex;
  nowMs: number;
  weather: Weather;
  /** Numbers chance gives, in turn; 0.5 when it runs out. */
  chance: number[] = [];
  online: EngineContext["online"] = onlineOf([]);
  farTalk = true;
  /** What each character read since last asked, by name. */
  readonly #read = new Map<string, string[]>();
  /** What lies in the post, as the database would have it. */
  readonly post = new TestPost();
  #lastId = 0;
  /** The newest decision, for tests that look at events. */
  last: Decision | undefined;

  constructor(options: WorldOptions = {}) {
    this.content = contentOf(options);
    this.nowMs = options.nowMs ?? NOON_MS;
    this.weather = options.weather ?? "clear";
    const def = [...this.content.areas.values()][0]!;
    this.area = emptyArea(def, this.content);
    for (const spawn of this.content.spawns.values()) {
      if (spawn.area !== this.area.id) continue;
      this.area.spawns.set(spawn.id, { id: spawn.id, generation: 1, dueAtMs: null });
      if (spawn.what.type === "npc") this.npc(spawn.what.kind, spawn.room, spawn.id);
    }
  }

  get ctx(): EngineContext {
    return {
      nowMs: this.nowMs, content: this.content, online: this.online, farTalk: this.farTalk, time: worldTimeAt(this.content.world.calendar, this.nowMs), weather: () => this.weather,
      rng: { next: () => this.chance.shift() ?? 0.5 }, ids: { item: () => asId<ItemId>(`made${++this.#lastId}`) },
    };
  }

  /** A character stands in a room (the first, unless said otherwise). */
  person(name: string, more: Partial<Character> = {}): Character {
    const character: Character = {
      id: asId(name.toLowerCase()), name, role: "player", guest: false, room: this.area.def.rooms[0]!, coins: 0, quests: new Map(),
      settings: { aliases: {}, brief: false, mutedChannels: [] }, position: "standing", health: 100, vigour: 100, playtimeS: 0,
      afk: null, lastTellFrom: null, following: null, linkDead: false, lastLine: null, ...more,
    };
    apply(this.area, { type: "character-entered", character, items: [] });
    this.#read.set(name, []);
    return character;
  }

  npc(kind: string, room: string = this.area.def.rooms[0]!, spawn = `${kind}_spawn`): NpcId {
    const id = asId<NpcId>(`${spawn}#1`);
    addNpc(this.area, { id, kind: asId(kind), spawn: asId(spawn), room: asId(room), goneUntilMs: null, wanderAtMs: 0, patrolAtMs: 0, patrolIndex: 0, chatterAtMs: 0, greetedMs: new Map() });
    return id;
  }

  /** An item lies somewhere: a room's id, `char:ada`, `item:bag`. Its id is its kind unless given. */
  item(kind: string, at: string, more: Partial<Item> & { id?: string } = {}): Item {
    const holder = (at.includes(":") ? at : inRoom(asId<RoomId>(at))) as Holder;
    const def = this.content.items.get(asId(kind))!;
    const item: Item = {
      id: asId(kind), kind: asId(kind), at: holder, slot: null, quantity: 1, charges: def.drink?.charges ?? null,
      open: def.container === null || def.container.initially === "open", locked: def.container?.initially === "locked", lit: false, spawn: null, ...(more as Partial<Item>),
    };
    putItem(this.area, item);
    return item;
  }

  /** Somebody types a line; it is decided, applied, and everybody reads what comes of it. Answers what the typist read. */
  as(name: string, line: string): string[] {
    const id = asId<CharacterId>(name.toLowerCase());
    const character = this.area.characters.get(id)!;
    this.#read.set(name, []);
    const { steps, remember } = expandLine(line, character.settings, character.lastLine);
    for (const step of steps) {
      const decision = this.decide(name, step);
      this.take(decision, name);
      if (decision.kind === "refused") break;
    }
    if (remember !== null && this.area.characters.has(id)) apply(this.area, { type: "line-typed", character: id, line: remember });
    return this.#read.get(name)!;
  }

  /** Decides one step; what it needs to know is looked up in the post. */
  decide(name: string, step: string): Decision {
    const actor = asId<CharacterId>(name.toLowerCase());
    for (let facts: Facts = {}; ;) {
      const decision = decide(this.area, actor, step, { ...this.ctx, facts });
      if (decision.kind !== "refused" || decision.needs === undefined) return decision;
      facts = { ...facts, ...this.post.lookUp(this.area, actor, decision.needs) };
    }
  }

  /** Applies a decision (of a tick, say) and hands out its lines. */
  take(decision: Decision, actor: string | null = null): void {
    this.last = decision;
    // Who is where counts after the events for lines, as in the real pump.
    if (decision.kind === "accepted") for (const event of decision.events) {
      this.post.apply(this.area, event);
      apply(this.area, event);
    }
    for (const message of decision.messages) this.#hand(message, actor);
    checkInvariants(this.area);
    this.post.check();
    if (decision.kind === "accepted") for (const { character, line } of (decision).followUps) {
      const follower = this.area.characters.get(character);
      if (follower !== undefined) this.take(decide(this.area, character, line, this.ctx, false), follower.name);
    }
  }

  #hand(message: Message, actor: string | null): void {
    const text = render(message).text;
    const { audience } = message;
    if (audience.to === "actor") { if (actor !== null) this.#read.get(actor)?.push(text); return; }
    for (const character of this.area.characters.values()) {
      const hears = audience.to === "character" || audience.to === "player" ? audience.id === character.id
        : audience.to === "room" ? audience.room === character.room && !audience.except.includes(character.id)
        : !audience.except.includes(character.id);
      // As whoever brings words from afar does.
      const isFar = audience.to !== "character" && audience.to !== "room";
      if (isFar && message.by !== undefined && ignores(character, message.by)) continue;
      if (hears) this.#read.get(character.name)?.push(text);
    }
  }

  /** What somebody read since the last question, and forgets it. */
  reads(name: string): string[] {
    const lines = this.#read.get(name) ?? [];
    this.#read.set(name, []);
    return lines;
  }

  /** Ids of what somebody carries or wears. */
  carries(name: string): string[] {
    return [...(this.area.contents.get(carriedBy(asId(name.toLowerCase()))) ?? [])];
  }
}

/** The post of a test's world: letters, and the things in escrow. */
export class TestPost {
  readonly letters = new Map<string, Letter>();
  readonly items = new Map<string, Item>();
  /** Who can be written to besides those who are here, by lower-case name. */
  readonly elsewhere = new Map<string, { id: CharacterId; name: string }>();
  /** The same with what they may do, for those who look after the world. */
  readonly somebodies = new Map<string, Somebody>();
  /** What whoever reports something heard, and how many reports of theirs are open. */
  heard: NonNullable<Facts["heard"]> = { lines: [], openReports: 0 };

  lookUp(area: AreaState, actor: CharacterId, need: Need): Facts {
    if (need.type === "letters") return { letters: this.waitingFor(actor) };
    if (need.type === "heard") return { heard: this.heard };
    if (need.type === "somebody") {
      const one = [...area.characters.values()].find((character) => character.name.toLowerCase() === need.name) ?? this.somebodies.get(need.name);
      return { somebody: { asked: need.name, found: one === undefined ? null : { id: one.id, name: one.name, role: one.role, room: one.room } } };
    }
    const found = [...area.characters.values()].find((character) => character.name.toLowerCase() === need.name) ?? this.elsewhere.get(need.name);
    return { addressee: { asked: need.name, found: found === undefined ? null : { id: found.id, name: found.name, waiting: this.waitingFor(found.id).length } } };
  }

  waitingFor(id: CharacterId): WaitingLetter[] {
    return [...this.letters.values()].filter(({ to }) => to === id).map((letter) => ({ ...letter, items: this.#nested(inLetter(letter.id)) }));
  }

  #nested(holder: Holder): Item[] {
    const direct = [...this.items.values()].filter((item) => item.at === holder);
    return [...direct, ...direct.flatMap((item) => this.#nested(inside(item.id)))];
  }

  /** Before the area has applied it: what goes into escrow is still there to be seen. */
  apply(area: AreaState, event: DomainEvent): void {
    if (event.type === "letter-posted") this.letters.set(event.letter.id, event.letter);
    if (event.type === "letter-taken") this.letters.delete(event.letter);
    if (event.type === "item-created" && event.item.at.startsWith("escrow:")) this.items.set(event.item.id, { ...event.item });
    if (event.type === "item-moved" && event.to.startsWith("escrow:")) this.#putAway(area, { ...area.items.get(event.item)!, at: event.to });
    if (event.type === "item-destroyed") this.items.delete(event.item);
    if (event.type === "item-received") for (const item of [event.item, ...event.contents]) this.items.delete(item.id);
  }

  #putAway(area: AreaState, item: Item): void {
    this.items.set(item.id, { ...item });
    for (const id of area.contents.get(inside(item.id)) ?? []) this.#putAway(area, area.items.get(id)!);
  }

  /** Nothing lies in escrow without a letter. */
  check(): void {
    for (const { id, at } of this.items.values()) {
      const found = at.startsWith("escrow:") ? this.letters.has(at.slice("escrow:".length)) : this.items.has(at.slice("item:".length));
      if (!found) throw new Error(`${id} lies at ${at}, and there is no such letter`);
    }
  }
}

export const aWorld = (options: WorldOptions = {}): TestWorld => new TestWorld(options);
export const spawnId = (text: string): SpawnId => asId(text);
