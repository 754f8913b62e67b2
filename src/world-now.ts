/** The world at this moment: time, weather, chance and ids, as decisions and views need them. */
import type { ContentIndex, Weather } from "./engine/content.ts";
import type { EngineContext, IdSource, OnlineIndex, Rng } from "./engine/context.ts";
import { worldTimeAt, type WorldTime } from "./engine/clock.ts";
import type { AreaId, RoomId } from "./engine/ids.ts";
import { descriptionOf } from "./engine/verbs/room-text.ts";
import { weatherAt } from "./engine/weather.ts";
import { setWeatherOf, type WorldSettings } from "./engine/world-settings.ts";
import type { Clock } from "./runtime/ports.ts";

export interface WorldNowDeps {
  readonly content: ContentIndex;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly ids: IdSource;
  readonly online: OnlineIndex;
  /** What operators have set. */
  readonly settings: () => WorldSettings;
  /** Whether words reach people in other processes, where there are any. */
  readonly farTalk: () => boolean;
}

export class WorldNow {
  readonly #deps: WorldNowDeps;
  #time: WorldTime | null = null;
  #timeAtMs = 0;
  #timeOffsetMs = 0;
  readonly #weather = new Map<string, { hour: number; weather: Weather }>();

  constructor(deps: WorldNowDeps) {
    this.#deps = deps;
  }

  /** The time in the world; worked out at most once in 250 ms. */
  time(): WorldTime {
    const nowMs = this.#deps.clock.nowMs();
    const { timeOffsetMs } = this.#deps.settings();
    if (this.#time === null || Math.abs(nowMs - this.#timeAtMs) > 250 || timeOffsetMs !== this.#timeOffsetMs) {
      this.#time = worldTimeAt(this.#deps.content.world.calendar, nowMs + timeOffsetMs);
      this.#timeAtMs = nowMs;
      this.#timeOffsetMs = timeOffsetMs;
    }
    return this.#time;
  }

  weather(climate: string): Weather {
    const set = setWeatherOf(this.#deps.settings(), climate, this.#deps.clock.nowMs());
    if (set !== undefined) return set;
    const { hourNumber, season } = this.time();
    const known = this.#weather.get(climate);
    if (known?.hour === hourNumber) return known.weather;
    const def = this.#deps.content.climates.get(climate);
    const weather = def === undefined ? "clear" : weatherAt(this.#deps.content.world.seed, def, season, hourNumber);
    this.#weather.set(climate, { hour: hourNumber, weather });
    return weather;
  }

  context(): EngineContext {
    const { clock, rng, ids, content, online, farTalk } = this.#deps;
    return { nowMs: clock.nowMs(), rng, ids, content, online, farTalk: farTalk(), time: this.time(), weather: (climate) => this.weather(climate) };
  }

  /** What the synced view of an area shows besides its state. */
  surroundings(area: AreaId): { clock: WorldTime; weather: Weather; describe(room: RoomId): string } {
    const { content } = this.#deps;
    const context = this.context();
    return {
      clock: context.time,
      weather: this.weather(content.areas.get(area)?.climate ?? ""),
      describe: (id) => {
        const room = content.rooms.get(id);
        return room === undefined ? "" : descriptionOf(room, context);
      },
    };
  }
}
