/**
 * What the world looks like now, in Redis, for tools outside and for a process that starts: newest values, written at most
 * once a second in one pipeline, expiring by themselves. Never the authority: what a process needs to be right about it
 * reads from PostgreSQL. Values are JSON with the version of their form (`v`), gzip above a size.
 */
import { gunzipSync, gzipSync } from "node:zlib";
import { ChurnMap } from "../churn.ts";
import { HOT_COMPRESS_BYTES, HOT_TTL_S, MAX_HOT_BATCH, MAX_HOT_PENDING, PERSONAL_LINES_KEPT } from "../limits.ts";
import { RedisUnavailable, type RedisLink } from "./redis.ts";

/** Of the form of the values; a reader leaves others alone. */
export const HOT_VERSION = 1;

/** The keys, and nothing but these (DESIGN §8). User names are in lower case. */
export const hotKey = {
  playerState: (username: string) => `player:${username.toLowerCase()}:state`,
  playerLocation: (username: string) => `player:${username.toLowerCase()}:location`,
  playerSession: (username: string) => `player:${username.toLowerCase()}:session`,
  roomState: (room: string) => `room:${room}:state`,
  roomPlayers: (room: string) => `room:${room}:players`,
  worldTime: "global:world_time",
  weather: "global:weather",
  quests: "global:quests",
  activePlayers: "global:active_players",
} as const;

const TTL_S: readonly (readonly [RegExp, number])[] = [
  [/^player:.*:location$/, HOT_TTL_S.location], [/^player:.*:session$/, HOT_TTL_S.session], [/^player:/, HOT_TTL_S.state],
  [/^room:/, HOT_TTL_S.room], [/^global:active_players$/, HOT_TTL_S.location], [/^global:/, HOT_TTL_S.world],
];
const ttlOf = (key: string): number => TTL_S.find(([form]) => form.test(key))![1];

type Write =
  | { readonly kind: "value"; readonly value: object | null }
  /** A value at the end of a stream that holds other things, too. */
  | { readonly kind: "entry"; readonly value: object }
  /** Members of a set to add and to take out; `fresh`: nothing else is in it. */
  | { readonly kind: "set"; readonly add: Set<string>; readonly remove: Set<string>; fresh: boolean };

export interface HotCacheOptions {
  readonly link: RedisLink;
  /** A key was read: it was there, it was not (or in another form), or Redis could not be asked. */
  readonly looked: (result: "hit" | "miss" | "error") => void;
}

export class HotCache {
  readonly #options: HotCacheOptions;
  readonly #pending = new ChurnMap<string, Write>();
  #flushing = false;

  constructor(options: HotCacheOptions) {
    this.#options = options;
  }

  /** Keys that wait to be written. */
  get waiting(): number {
    return this.#pending.size;
  }

  /** Writes a value with the next flush; the newest counts. Null takes it out. */
  put(key: string, value: object | null): void {
    if (this.#mayWait(key)) this.#pending.set(key, { kind: "value", value });
  }

  /** Writes a value with the next flush into a stream, as field `s`; the newest counts, and what else is in it stays. */
  append(key: string, value: object): void {
    if (this.#mayWait(key)) this.#pending.set(key, { kind: "entry", value });
  }

  /** Changes a set with the next flush. `fresh`: whatever else is in it goes. */
  change(key: string, change: { readonly add?: Iterable<string>; readonly remove?: Iterable<string>; readonly fresh?: boolean }): void {
    if (!this.#mayWait(key)) return;
    const before = this.#pending.get(key);
    const write: Write & { kind: "set" } = before?.kind === "set" && change.fresh !== true ? before : { kind: "set", add: new Set(), remove: new Set(), fresh: change.fresh === true };
    for (const member of change.remove ?? []) {
      write.add.delete(member);
      write.remove.add(member);
    }
    for (const member of change.add ?? []) {
      write.remove.delete(member);
      write.add.add(member);
    }
    this.#pending.set(key, write);
  }

  /** Writes what waits, up to a bound; the rest with the next. What cannot be written is left out. Never rejects for want of Redis. */
  async flush(): Promise<void> {
    if (this.#flushing || this.#pending.size === 0) return;
    if (!this.#options.link.up) {
      this.#pending.clear();
      return;
    }
    this.#flushing = true;
    const batch = [...this.#pending].slice(0, MAX_HOT_BATCH);
    for (const [key] of batch) this.#pending.delete(key);
    try {
      await this.#options.link.pipeline((send) => {
        for (const [key, write] of batch) {
          if (write.kind === "value") {
            if (write.value === null) send("unlink", key);
            else send("set", key, encode(write.value), "EX", ttlOf(key));
            continue;
          }
          if (write.kind === "entry") {
            send("xadd", key, "MAXLEN", "~", PERSONAL_LINES_KEPT, "*", "s", encode(write.value));
            send("expire", key, ttlOf(key));
            continue;
          }
          if (write.fresh) send("unlink", key);
          else if (write.remove.size > 0) send("srem", key, ...write.remove);
          if (write.add.size > 0) send("sadd", key, ...write.add);
          send("expire", key, ttlOf(key));
        }
      });
    } catch (error) {
      if (!(error instanceof RedisUnavailable)) throw error;
    } finally {
      this.#flushing = false;
    }
  }

  /** A value, and its time to live begins anew. Undefined: it is not there, has another form, or Redis cannot be asked. */
  async read(key: string): Promise<Readonly<Record<string, unknown>> | undefined> {
    return (await this.readMany([key]))[0];
  }

  async readMany(keys: readonly string[]): Promise<(Readonly<Record<string, unknown>> | undefined)[]> {
    try {
      const values = await this.#options.link.pipeline((send) => {
        for (const key of keys) send("getex", key, "EX", ttlOf(key));
      }, { buffers: true });
      return values.map((value) => {
        const read = Buffer.isBuffer(value) ? decode(value) : undefined;
        this.#options.looked(read === undefined ? "miss" : "hit");
        return read;
      });
    } catch (error) {
      if (!(error instanceof RedisUnavailable)) throw error;
      this.#options.looked("error");
      return keys.map(() => undefined);
    }
  }

  /** The members of a set; empty when it is not there or Redis cannot be asked. */
  async readSet(key: string): Promise<readonly string[]> {
    try {
      const members = await this.#options.link.run((client) => client.smembers(key));
      this.#options.looked(members.length > 0 ? "hit" : "miss");
      return members;
    } catch (error) {
      if (!(error instanceof RedisUnavailable)) throw error;
      this.#options.looked("error");
      return [];
    }
  }

  #mayWait(key: string): boolean {
    return this.#pending.has(key) || this.#pending.size < MAX_HOT_PENDING;
  }
}

const GZIP_MAGIC = 0x1f;

function encode(value: object): Buffer {
  const bytes = Buffer.from(JSON.stringify({ v: HOT_VERSION, ...value }));
  return bytes.length > HOT_COMPRESS_BYTES ? gzipSync(bytes, { level: 1 }) : bytes;
}

/** Undefined when it is not one of ours, or of another version. */
function decode(bytes: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse((bytes[0] === GZIP_MAGIC ? gunzipSync(bytes, { maxOutputLength: 16 * 1024 * 1024 }) : bytes).toString());
    return typeof value === "object" && value !== null && "v" in value && value.v === HOT_VERSION ? (value) : undefined;
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}
