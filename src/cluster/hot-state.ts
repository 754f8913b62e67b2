/** Keeps the hot cache up to date with what happens in this process: who is where and how, what lies in the rooms, the world's hour. */
import type { DomainEvent } from "../engine/events.ts";
import { splitHolder, type AreaId, type CharacterId, type RoomId } from "../engine/ids.ts";
import { HOT_REWRITE_MS, MAX_HOT_BATCH, MAX_HOT_REMEMBERED } from "../limits.ts";
import { onlinePlayer } from "../protocol/bus-events.ts";
import type { ActiveArea } from "../runtime/active-area.ts";
import type { Online, OnlineEntry } from "../runtime/online.ts";
import type { Clock } from "../runtime/ports.ts";
import { hotKey, type HotCache } from "./hot-cache.ts";

/** How long whoever left is looked for elsewhere before they count as gone, in ms: the news of their arrival is on its way. */
const GONE_AFTER_MS = 3_000;

export interface HotStateDeps {
  readonly cache: HotCache;
  readonly online: Online;
  readonly clock: Pick<Clock, "nowMs">;
  readonly processId: string;
  readonly areas: () => Iterable<ActiveArea>;
  readonly areaOf: (id: AreaId) => ActiveArea | undefined;
  /** The hour, the weather by climate, and the quests of the whole world. */
  readonly world: () => { readonly time: object; readonly weather: object; readonly quests: object };
}

export class HotState {
  readonly #deps: HotStateDeps;
  readonly #players = new Set<CharacterId>();
  readonly #rooms = new Map<RoomId, ActiveArea>();
  /** Who was last written into each room's set. */
  readonly #written = new Map<RoomId, ReadonlySet<string>>();
  readonly #left = new Map<CharacterId, { readonly entry: OnlineEntry; readonly atMs: number }>();
  readonly #stop: () => void;
  #rewrittenMs = -Infinity;
  #world = "";

  constructor(deps: HotStateDeps) {
    this.#deps = deps;
    this.#stop = deps.online.watch((change) => {
      if (change.kind === "left") this.#left.set(change.entry.id, { entry: change.entry, atMs: deps.clock.nowMs() });
      else {
        this.#left.delete(change.entry.id);
        this.#players.add(change.entry.id);
      }
      if (change.kind === "changed" && change.before.name !== change.entry.name) this.#forgetName(change.before.name);
      if (change.kind === "came") this.#session(change.entry);
    });
  }

  /** Hands over what is left to say; whoever has just left and is nowhere else is gone. */
  finish(): void {
    this.#stop();
    for (const { entry } of this.#left.values()) if (this.#deps.online.get(entry.id) === undefined) this.#forgetName(entry.name);
    this.#left.clear();
  }

  /** These events have been applied in an area of this process. */
  happened(active: ActiveArea, events: readonly DomainEvent[]): void {
    const touch = (room: RoomId): void => {
      if (active.area.rooms.has(room)) this.#rooms.set(room, active);
    };
    for (const event of events) {
      if ("character" in event) this.#touched(active, event.character, touch);
      if (event.type === "character-moved") [event.from, event.to].forEach(touch);
      if (event.type === "npc-moved") [event.from, event.to].forEach(touch);
      if (event.type === "npc-left") touch(event.from);
      if (event.type === "npc-came") touch(event.room);
      for (const holder of "at" in event ? [event.at] : "from" in event && typeof event.from === "string" && event.from.includes(":") ? [event.from, ..."to" in event ? [event.to] : []] : []) {
        const { kind, id } = splitHolder(holder as `room:${string}`);
        if (kind === "room") touch(id as RoomId);
      }
    }
  }

  /** An area is served here from now on: what an earlier owner wrote of its rooms goes. */
  served(active: ActiveArea): void {
    for (const room of active.area.rooms.keys()) {
      this.#written.delete(room);
      this.#deps.cache.change(hotKey.roomPlayers(room), { fresh: true });
      this.#rooms.set(room, active);
    }
  }

  /** An area is no longer served here. */
  left(active: ActiveArea): void {
    for (const room of active.area.rooms.keys()) {
      this.#rooms.delete(room);
      this.#written.delete(room);
    }
  }

  /** Redis is there again, and may be empty. */
  connected(): void {
    this.#rewrittenMs = -Infinity;
    this.#world = "";
  }

  /** Those of a process that died are nowhere now. */
  gone(entries: readonly OnlineEntry[]): void {
    for (const { name } of entries) this.#forgetName(name);
  }

  /** Once a second: what has changed is handed to the cache. */
  tick(): void {
    const nowMs = this.#deps.clock.nowMs();
    if (nowMs - this.#rewrittenMs >= HOT_REWRITE_MS) this.#rewriteAll(nowMs);
    for (const [id, { entry, atMs }] of this.#left) {
      if (nowMs - atMs < GONE_AFTER_MS || this.#deps.online.isOnTheWay(id)) continue;
      this.#left.delete(id);
      if (this.#deps.online.get(id) === undefined) this.#forgetName(entry.name);
    }
    for (const id of this.#players) this.#writePlayer(id, nowMs);
    this.#players.clear();
    for (const [room, active] of this.#rooms) this.#writeRoom(room, active, nowMs);
    this.#rooms.clear();
    this.#writeWorld();
  }

  #touched(active: ActiveArea, character: CharacterId | { readonly id: CharacterId; readonly room: RoomId }, touch: (room: RoomId) => void): void {
    const id = typeof character === "string" ? character : character.id;
    this.#players.add(id);
    const room = active.area.characters.get(id)?.room ?? (typeof character === "string" ? undefined : character.room);
    if (room !== undefined) touch(room);
    // Whoever has gone from memory was in the set of some room.
    else for (const [other, names] of this.#written) if (active.area.rooms.has(other) && names.size > 0) touch(other);
  }

  /** Well before anything expires, and when Redis may have lost it. */
  #rewriteAll(nowMs: number): void {
    this.#rewrittenMs = nowMs;
    this.#world = "";
    this.#written.clear();
    for (const entry of this.#deps.online.here()) {
      this.#players.add(entry.id);
      this.#session(entry);
    }
    for (const active of this.#deps.areas()) for (const room of active.area.rooms.values()) if (room.characters.size > 0) this.#rooms.set(room.id, active);
  }

  #session(entry: OnlineEntry): void {
    const { cache, processId, clock } = this.#deps;
    cache.append(hotKey.playerSession(entry.name), { process: processId, character_id: entry.id, guest: entry.guest, at: clock.nowMs() });
    cache.change(hotKey.activePlayers, { add: [entry.name.toLowerCase()] });
  }

  #forgetName(name: string): void {
    this.#deps.cache.change(hotKey.activePlayers, { remove: [name.toLowerCase()] });
    // What was told them alone stays for when they come back.
    this.#deps.cache.append(hotKey.playerSession(name), { process: null, at: this.#deps.clock.nowMs() });
    this.#deps.cache.put(hotKey.playerLocation(name), null);
  }

  #writePlayer(id: CharacterId, nowMs: number): void {
    const entry = this.#deps.online.get(id);
    const active = entry === undefined ? undefined : this.#deps.areaOf(entry.area);
    const character = active?.area.characters.get(id);
    if (entry === undefined || active === undefined || character === undefined) return;
    const { cache, processId } = this.#deps;
    const { name, role, guest, afk, room, position, health, vigour, coins, linkDead } = character;
    const at = { epoch: active.epoch, at: nowMs };
    cache.put(hotKey.playerState(name), { ...at, id, name, role, guest, afk, position, health, vigour, coins, link_dead: linkDead });
    cache.put(hotKey.playerLocation(name), { ...at, id, name, role, guest, afk, room_id: room, area: active.id, area_name: entry.areaName, process: processId });
  }

  #writeRoom(id: RoomId, active: ActiveArea, nowMs: number): void {
    const room = active.area.rooms.get(id);
    if (room === undefined) return;
    const { cache } = this.#deps;
    const names = new Set([...room.characters].flatMap((character) => active.area.characters.get(character)?.name.toLowerCase() ?? []));
    const before = this.#written.get(id);
    cache.change(hotKey.roomPlayers(id), before === undefined ? { add: names, fresh: true } : { add: names, remove: [...before].filter((name) => !names.has(name)) });
    this.#written.set(id, names);
    const items = [...(active.area.contents.get(`room:${id}`) ?? [])].flatMap((item) => active.area.items.get(item) ?? []);
    cache.put(hotKey.roomState(id), {
      epoch: active.epoch, at: nowMs, room_id: id, area: active.id, players: names.size,
      npcs: [...active.area.npcs.values()].filter((npc) => npc.room === id && npc.goneUntilMs === null).map(({ kind }) => kind),
      items: items.map(({ kind, quantity }) => ({ kind, quantity })),
    });
  }

  /** The same in every process; whoever has it newest writes it. */
  #writeWorld(): void {
    const { time, weather, quests } = this.#deps.world();
    const text = JSON.stringify([time, weather, quests]);
    if (text === this.#world) return;
    this.#world = text;
    const { cache } = this.#deps;
    cache.put(hotKey.worldTime, { ...time });
    cache.put(hotKey.weather, { by_climate: weather });
    cache.put(hotKey.quests, { by_id: quests });
  }
}

/** Who the hot cache says is in the world, by process: for a process that starts, until the others have told it themselves. */
export async function readOnline(cache: HotCache): Promise<{ readonly process: string; readonly entry: OnlineEntry }[]> {
  const names = (await cache.readSet(hotKey.activePlayers)).slice(0, MAX_HOT_REMEMBERED);
  const places: (Readonly<Record<string, unknown>> | undefined)[] = [];
  for (let start = 0; start < names.length; start += MAX_HOT_BATCH) places.push(...await cache.readMany(names.slice(start, start + MAX_HOT_BATCH).map((name) => hotKey.playerLocation(name))));
  return places.flatMap((place) => {
    const read = onlinePlayer.safeParse(place);
    const process = place?.["process"];
    if (!read.success || typeof process !== "string") return [];
    const { id, area, area_name: areaName, ...rest } = read.data;
    return [{ process, entry: { ...rest, id: id as CharacterId, area: area as AreaId, areaName } }];
  });
}
