/**
 * The listing in Redis that all processes share, by Colyseus' own driver: its hash, its format, so that its tools read
 * it. Best effort: what cannot be had is answered with nothing, and nothing here rejects.
 */
import type { IRoomCache } from "@colyseus/core";
import { RedisDriver } from "@colyseus/redis-driver";
import { Redis } from "ioredis";
import { LISTING_SCAN_ROWS } from "../limits.ts";
import type { Clock } from "../runtime/ports.ts";
import { observedLink, redisClientOptions, type RedisLink, type RedisLog, type RedisObserver } from "./redis.ts";

/** Where Colyseus' driver keeps its rows. */
const ROWS = "roomcaches";
/** Ours beside it: area -> id of the room that serves it, so that one is found without reading all. */
const AREAS = "roomareas";
/** Forgets an area's room, unless another has taken its place. */
const FORGET_AREA = "if redis.call('hget', KEYS[1], ARGV[1]) == ARGV[2] then return redis.call('hdel', KEYS[1], ARGV[1]) end return 0";

export interface RemoteListingOptions {
  readonly url: string;
  readonly clock: Clock;
  readonly log: RedisLog;
  readonly random: () => number;
  readonly onFallback?: (call: string) => void;
  readonly observer?: RedisObserver | undefined;
}

interface Removed {
  readonly roomId: string;
  readonly area: string | undefined;
}

export class RemoteListing {
  readonly #options: RemoteListingOptions;
  readonly #client: Redis;
  readonly #link: RedisLink;
  #driver: RedisDriver;

  constructor(options: RemoteListingOptions) {
    const { url, clock, log, random } = options;
    this.#options = options;
    this.#client = new Redis(url, redisClientOptions({ role: "listing", random }));
    this.#driver = new RedisDriver(this.#client);
    this.#link = observedLink({ url, role: "listing", clock, log, random, client: this.#client }, options.observer);
  }

  get up(): boolean {
    return this.#link.up;
  }

  onChange(listener: (up: boolean) => void): () => void {
    return this.#link.onChange(listener);
  }

  /** All rows. */
  async all(): Promise<IRoomCache[]> {
    return (await this.#ask("query", (driver) => driver.query({}))) ?? [];
  }

  /** Undefined when Redis cannot say. */
  async byIds(roomIds: string[]): Promise<IRoomCache[] | undefined> {
    if (roomIds.length === 0) return [];
    const found = await this.#ask("findByIds", (driver) => driver.findByIds(roomIds));
    return found === undefined ? undefined : [...found.values()];
  }

  /** The room that serves the area, if one is listed. */
  async byArea(area: string): Promise<IRoomCache | undefined> {
    const roomId = await this.#ask("area", () => this.#client.hget(AREAS, area));
    return roomId == null ? undefined : (await this.byIds([roomId]))?.[0];
  }

  /** Writes and removes rows; false when that may not have happened. */
  async write(changed: readonly IRoomCache[], removed: readonly Removed[]): Promise<boolean> {
    const done = await this.#ask("write", async (driver) => {
      // Sent together, in this order: ioredis writes each to the socket as it comes.
      await Promise.all([
        ...removed.flatMap((row) => this.#remove(row)),
        ...changed.flatMap((room) => {
          const { area } = (room.metadata ?? {}) as { area?: string };
          return [driver.persist(room), ...(area === undefined ? [] : [this.#client.hset(AREAS, area, room.roomId)])];
        }),
      ]);
      return true;
    });
    return done === true;
  }

  /** Removes the rows of which `gone` says so, a part of the listing at a time. Answers how many. */
  async removeOf(gone: (processId: string, roomId: string) => boolean): Promise<number> {
    let removed = 0;
    for await (const rows of this.#parts()) {
      const stale = rows.filter(({ processId, roomId }) => gone(processId, roomId));
      if (stale.length > 0 && await this.write([], stale)) removed += stale.length;
    }
    return removed;
  }

  /** The processes that have rows. */
  async owners(): Promise<Set<string>> {
    const owners = new Set<string>();
    for await (const rows of this.#parts()) for (const { processId } of rows) owners.add(processId);
    return owners;
  }

  close(): void {
    this.#link.close();
  }

  #remove({ roomId, area }: Removed): Promise<unknown>[] {
    return [this.#client.hdel(ROWS, roomId), ...(area === undefined ? [] : [this.#client.eval(FORGET_AREA, 1, AREAS, area, roomId)])];
  }

  /** The rows, so many at a time that nobody waits for their parsing; ends early when Redis goes away. */
  async *#parts(): AsyncGenerator<{ processId: string; roomId: string; area: string | undefined }[]> {
    let cursor = "0";
    do {
      const from = cursor;
      const answer = await this.#ask("scan", () => this.#client.hscan(ROWS, from, "COUNT", LISTING_SCAN_ROWS));
      if (answer === undefined) return;
      const [next, flat] = answer;
      cursor = next;
      yield flat.flatMap((roomId, index) => (index % 2 === 0 ? [{ roomId, ...ownerIn(flat[index + 1] ?? "") }] : []));
    } while (cursor !== "0");
  }

  /** Undefined when Redis is away or did not answer in time. */
  async #ask<T>(call: string, work: (driver: RedisDriver) => Promise<T>): Promise<T | undefined> {
    try {
      return await this.#link.run(() => work(this.#driver));
    } catch {
      this.#options.onFallback?.(call);
      // The stock driver shares a read among all who ask, and keeps one that failed for ever.
      this.#driver = new RedisDriver(this.#client);
      return undefined;
    }
  }
}

/** Whose a row is. One that cannot be read belongs to nobody, and goes with the dead. */
function ownerIn(json: string): { processId: string; area: string | undefined } {
  try {
    const { processId, metadata } = JSON.parse(json) as { processId?: unknown; metadata?: { area?: unknown } | null };
    const area = metadata?.area;
    return { processId: typeof processId === "string" ? processId : "", area: typeof area === "string" ? area : undefined };
  } catch {
    return { processId: "", area: undefined };
  }
}
