/**
 * The rows of `world_setting`: weather and time set by operators, and the quests of the whole world. PostgreSQL has them;
 * whoever changes one says so on the bus, and every process reads them again. One that cannot be understood is left out.
 */
import { z } from "zod";
import { WEATHERS } from "../engine/content.ts";
import { NO_SETTINGS, type SetWeather, type WorldQuest, type WorldSettings } from "../engine/world-settings.ts";
import { MAX_WORLD_SETTINGS, WORLD_SETTINGS_EVERY_MS } from "../limits.ts";
import type { Sql } from "../persistence/sql.ts";
import { interval } from "../timers.ts";
import type { Bus } from "./bus.ts";

/** `weather:<climate>`, or `weather` for all: `{"weather": "storm", "until": "2030-01-01T00:00:00Z"}`; without `until` it stays. */
const weatherValue = z.object({ weather: z.enum(WEATHERS), until: z.iso.datetime({ offset: true }).optional() });
/** `time_offset`: seconds of real time by which the world's clock is ahead. */
const timeOffsetValue = z.number().min(-1e9).max(1e9);
/** `quest:<id>`: `{"state": "begun", "text": "The bridge is being built."}` */
const questValue = z.object({ state: z.string().min(1).max(64), text: z.string().max(2_000).optional() });

export interface SettingRow {
  readonly key: string;
  readonly value: unknown;
}

/** Understands rows; `bad` hears of each that makes no sense. */
export function readSettings(rows: readonly SettingRow[], bad: (key: string, why: string) => void): WorldSettings {
  const weather = new Map<string, SetWeather>();
  const quests = new Map<string, WorldQuest>();
  let timeOffsetMs = 0;
  for (const { key, value } of rows) {
    const [kind = "", ...rest] = key.split(":");
    const name = rest.join(":");
    const wrong = (error: z.ZodError): void => bad(key, error.issues[0]?.message ?? "not valid");
    if (kind === "weather") {
      const read = weatherValue.safeParse(value);
      if (!read.success) wrong(read.error);
      else weather.set(name === "" ? "*" : name, { weather: read.data.weather, untilMs: read.data.until === undefined ? null : Date.parse(read.data.until) });
    } else if (kind === "quest" && name !== "") {
      const read = questValue.safeParse(value);
      if (!read.success) wrong(read.error);
      else quests.set(name, { state: read.data.state, text: read.data.text ?? null });
    } else if (key === "time_offset") {
      const read = timeOffsetValue.safeParse(value);
      if (!read.success) wrong(read.error);
      else timeOffsetMs = Math.round(read.data * 1000);
    } else bad(key, "there is no such setting");
  }
  return { weather, timeOffsetMs, quests };
}

export interface SettingsWatchOptions {
  readonly sql: Sql;
  readonly log: { warn(fields: object, message: string): void };
  readonly onError: (error: unknown) => void;
  readonly onChange?: (settings: WorldSettings) => void;
}

/** The settings as last read: at the start, when the bus says so, and every so often. */
export class SettingsWatch {
  readonly #options: SettingsWatchOptions;
  #settings: WorldSettings = NO_SETTINGS;
  /** As the rows were, so that nothing is done, or said twice, when nothing changed. */
  #rows = "[]";
  #reading: Promise<void> | null = null;
  #again = false;
  #stopPolling: () => void = () => undefined;

  constructor(options: SettingsWatchOptions) {
    this.#options = options;
  }

  get now(): WorldSettings {
    return this.#settings;
  }

  /** Reads them for the first time, and goes on looking. Rejects with `StorageError`. */
  async start(): Promise<void> {
    await this.#read();
    this.#stopPolling = interval(() => this.readSoon(), WORLD_SETTINGS_EVERY_MS, this.#options.onError);
  }

  stop(): void {
    this.#stopPolling();
  }

  /** Somebody says that they have changed. However often that is said, one reading follows another. */
  readSoon(): void {
    if (this.#reading !== null) {
      this.#again = true;
      return;
    }
    this.#reading = this.#read()
      // The database is away: what was read last holds until the next look.
      .catch((error: unknown) => this.#options.log.warn({ err: error }, "the settings of the world could not be read"))
      .finally(() => {
        this.#reading = null;
        if (!this.#again) return;
        this.#again = false;
        this.readSoon();
      });
  }

  async #read(): Promise<void> {
    const rows = await this.#options.sql.query<{ key: string; value: string }>(`select key, value::text as value from world_setting order by key limit ${MAX_WORLD_SETTINGS}`);
    const text = JSON.stringify(rows);
    if (text === this.#rows) return;
    this.#rows = text;
    const parsed = rows.map(({ key, value }) => ({ key, value: JSON.parse(value) as unknown }));
    this.#settings = readSettings(parsed, (key, why) => this.#options.log.warn({ key, why }, "a setting of the world makes no sense and is left out"));
    this.#options.onChange?.(this.#settings);
  }
}

/** Sets one for the whole world (null: takes it back), and tells every process. Rejects with `StorageError`. */
export async function setWorldSetting(sql: Sql, bus: Bus | null, key: string, value: unknown): Promise<void> {
  if (value === null) await sql.query("delete from world_setting where key = $1", [key]);
  else {
    await sql.query(
      "insert into world_setting (key, value) values ($1, $2::jsonb) on conflict (key) do update set value = excluded.value, updated_at = now()", [key, JSON.stringify(value)],
    );
  }
  await bus?.publish({ to: "global" }, { type: "world_changed", key });
}
