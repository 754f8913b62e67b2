/**
 * Connects this process to the others through Redis: the bus, the list of who is in the world, the hot cache, the recorded
 * lines; and reads what is set for the whole world. Without Redis only the last, and talk stays in the process.
 */
import type { ContentIndex } from "../engine/content.ts";
import type { AreaId, CharacterId, DoorId } from "../engine/ids.ts";
import { HOT_FLUSH_MS, SEAT_TAKEN_WITHIN_MS } from "../limits.ts";
import type { Sql } from "../persistence/sql.ts";
import type { AreaHost, AreaHostDeps } from "../runtime/area-host.ts";
import type { LineRecorder, PersonalRecorder } from "../runtime/line-recorder.ts";
import type { Online } from "../runtime/online.ts";
import type { AreaStore, Clock } from "../runtime/ports.ts";
import { currentRequest } from "../telemetry/tracing.ts";
import { interval } from "../timers.ts";
import { RedisBus, type Bus } from "./bus.ts";
import { BusIntake } from "./bus-intake.ts";
import { BusFarLines } from "./far-lines.ts";
import { HotCache } from "./hot-cache.ts";
import { HotState, readOnline } from "./hot-state.ts";
import { OnlineExchange } from "./online-exchange.ts";
import type { Processes } from "./processes.ts";
import { RecentLines } from "./recent-lines.ts";
import { RedisLink, type RedisLog, type RedisRole } from "./redis.ts";
import { SettingsWatch } from "./world-settings.ts";

/** What `src/telemetry/redis-metrics.ts` is to this. */
export interface BusMetrics {
  command(role: RedisRole, result: "ok" | "failed" | "refused", seconds: number): void;
  link(role: RedisRole, state: { readonly up: boolean; readonly broken: boolean }): void;
  message(direction: "in" | "out", type: string, result: string): void;
  propagated(seconds: number): void;
  looked(what: "value" | "lines", result: "hit" | "miss" | "error"): void;
  recorded(result: "recorded" | "late" | "unrecorded", lines: number): void;
}

export interface StartBusOptions {
  /** Null: there is no Redis. */
  readonly redis: { readonly url: string; readonly pubsubUrl: string } | null;
  readonly processId: string;
  readonly processes: Processes;
  readonly content: ContentIndex;
  readonly online: Online;
  readonly areas: () => AreaHost;
  readonly store: Pick<AreaStore, "loadArea">;
  readonly sql: Sql;
  /** How a character is called by its row. */
  readonly nameOf: (character: CharacterId) => Promise<string | undefined>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: RedisLog & { debug(fields: object, message: string): void };
  readonly onError: (error: unknown) => void;
  readonly bug: (error: unknown, context: Record<string, unknown>) => void;
  readonly metrics: BusMetrics;
  /** Somebody says on the bus that something set for the whole world has changed. */
  readonly onWorldChanged?: () => void;
  /** The hour, and the weather by climate. */
  readonly world: () => { readonly time: object; readonly weather: object };
}

export interface StartedBus {
  /** Null without Redis. */
  readonly bus: Bus | null;
  readonly recorder: (LineRecorder & PersonalRecorder) | null;
  readonly settings: SettingsWatch;
  /** What the areas of this process tell the others by. */
  readonly hooks: Pick<AreaHostDeps, "far" | "served" | "doorChanged" | "happened" | "expected">;
  /** Whether words reach everybody in the world: the bus is up, or there is no other process. */
  farTalk(): boolean;
  /** Reads the settings of the world; waits for Redis not at all. Rejects with `StorageError`. */
  start(): Promise<void>;
  /** Says goodbye, as far as that can be done in a moment, and ends the connections. */
  stop(): Promise<void>;
}

export function startBus(options: StartBusOptions): StartedBus {
  const { redis, processes, sql, log, onError } = options;
  const settings = new SettingsWatch({ sql, log, onError });
  if (redis === null) {
    return {
      bus: null, recorder: null, settings, hooks: {},
      farTalk: () => !processes.several, start: () => settings.start(), stop: () => Promise.resolve(settings.stop()),
    };
  }
  return connect({ ...options, redis }, settings);
}

function connect(options: StartBusOptions & { readonly redis: { readonly url: string; readonly pubsubUrl: string } }, settings: SettingsWatch): StartedBus {
  const { redis, processId, processes, content, online, areas, clock, random, log, onError, bug, metrics } = options;
  const linkTo = (url: string, role: RedisRole): RedisLink => {
    const link = new RedisLink({ url, role, clock, log, random, observe: (result, seconds) => metrics.command(role, result, seconds) });
    metrics.link(role, link);
    return link;
  };
  const cacheLink = linkTo(redis.url, "cache");
  const publisher = linkTo(redis.pubsubUrl, "publish");
  const subscriber = linkTo(redis.pubsubUrl, "subscribe");
  const bus = new RedisBus({ publisher, subscriber, processId, clock, bug, observer: metrics });
  const cache = new HotCache({ link: cacheLink, looked: (result) => metrics.looked("value", result) });
  const recorder = new RecentLines({ link: cacheLink, clock, observe: (result, lines) => metrics.recorded(result, lines), looked: (result) => metrics.looked("lines", result) });
  const hot = new HotState({
    cache, online, clock, processId, areas: () => areas().areas, areaOf: (area) => areas().get(area),
    world: () => ({ ...options.world(), quests: Object.fromEntries(settings.now.quests) }),
  });
  const exchange = new OnlineExchange({ bus, online, processId, clock, onGone: (entries) => hot.gone(entries) });
  /** Names of those on the way into this process, with how many seats they have been given. */
  const expected = new Map<string, number>();
  let stopped = false;
  const leave = (name: string): void => {
    const person = online.byName(name);
    if (!stopped && !expected.has(name) && (person === undefined || !online.isHere(person.id))) bus.unsubscribe({ to: "user", name });
  };
  const stops = [
    processes.onChange((alive) => exchange.alive(alive)),
    online.watch((change) => {
      if (change.kind === "changed" && change.before.name === change.entry.name) return;
      if (change.kind === "changed") bus.unsubscribe({ to: "user", name: change.before.name });
      if (change.kind === "left") leave(change.entry.name);
      else bus.subscribe({ to: "user", name: change.entry.name });
    }),
    cacheLink.onChange((up) => {
      if (!up) return;
      hot.connected();
      remember(cache, exchange).catch(onError);
    }),
    interval(async () => {
      hot.tick();
      await cache.flush();
    }, HOT_FLUSH_MS, onError),
  ];
  bus.subscribe({ to: "global" });

  return {
    bus, recorder, settings,
    hooks: {
      expected: (name) => {
        expected.set(name, (expected.get(name) ?? 0) + 1);
        bus.subscribe({ to: "user", name });
        clock.after(SEAT_TAKEN_WITHIN_MS, () => {
          const seats = (expected.get(name) ?? 1) - 1;
          if (seats > 0) expected.set(name, seats);
          else {
            expected.delete(name);
            leave(name);
          }
        });
      },
      far: (local) => {
        const intake = new BusIntake({
          local, online, exchange, onError, channels: new Set(content.world.channels.map(({ name }) => name)),
          readDoor: async (door) => {
            const [row] = (await options.store.loadArea({ rooms: [], doors: [door], spawns: [], npcs: [] })).doors;
            return row === undefined ? undefined : { door, open: row.open, locked: row.locked };
          },
          readName: options.nameOf,
          renamed: (character, name) => {
            const area = online.areaOf(character);
            if (area !== undefined) areas().get(area)?.renamed(character, name);
          },
          settingsChanged: () => {
            settings.readSoon();
            options.onWorldChanged?.();
          },
        });
        bus.listen((topic, event) => {
          if (currentRequest() !== null) log.debug({ type: event.type }, "event of the bus");
          intake.take(topic, event);
        });
        return new BusFarLines({ bus, local, online, clock, recorder });
      },
      served: (active, served) => {
        for (const room of active.area.rooms.keys()) {
          if (served) bus.subscribe({ to: "room", room });
          else bus.unsubscribe({ to: "room", room });
        }
        if (served) hot.served(active);
        else hot.left(active);
      },
      doorChanged: (door) => {
        const elsewhere = areasOfDoor(content, door).some((area) => areas().get(area) === undefined);
        if (elsewhere) void bus.publish({ to: "global" }, { type: "door_seen", door });
      },
      happened: (active, events) => hot.happened(active, events),
    },
    farTalk: () => bus.up || !processes.several,
    start: () => settings.start(),
    stop: async () => {
      stopped = true;
      settings.stop();
      for (const stop of stops.splice(0)) stop();
      exchange.stop();
      hot.finish();
      await cache.flush();
      for (const link of [cacheLink, publisher, subscriber]) link.close();
    },
  };
}

/** Who was in the world by the hot cache, until their processes have said so themselves. */
async function remember(cache: HotCache, exchange: OnlineExchange): Promise<void> {
  for (const { process, entry } of await readOnline(cache)) exchange.rememberFrom(process, entry);
}

/** The areas that a door stands between. */
function areasOfDoor(content: ContentIndex, door: DoorId): AreaId[] {
  return [...content.rooms.values()].filter((room) => room.exits.some((exit) => exit.door === door)).map((room) => room.area);
}
