/**
 * Colyseus' presence over Redis, for a server that must go on without it: no call waits longer than a command to Redis
 * may take, none rejects, and while Redis is away this process talks to itself. Subscriptions are remembered here and
 * made again when Redis is back; what was written to the fallback meanwhile is dropped then (Colyseus keeps nothing in
 * presence that lasts). Nothing that a player waits for depends on it.
 */
import { LocalPresence, type Presence } from "@colyseus/core";
import { RedisPresence } from "@colyseus/redis-presence";
import { Redis } from "ioredis";
import type { Clock } from "../runtime/ports.ts";
import { MAX_CHANNELS_PER_SUBSCRIBE, REDIS_BREAK_MS, REDIS_COMMAND_TIMEOUT_MS } from "../limits.ts";
import { observedLink, redisClientOptions, type RedisLink, type RedisLog, type RedisObserver, type RedisRole } from "./redis.ts";

type Callback = (data: unknown) => void;

/** Colyseus' own, with its second connection in reach, and told when to subscribe again. */
class StockPresence extends RedisPresence {
  get subscriber(): Redis {
    return this.sub as Redis;
  }

  /** Called by the stock class when it is connected again, and deaf to failures there. */
  protected override resubscribeAll(): void {
    // `SteadyPresence` does it, and again when it fails.
  }

  async subscribeAgain(topics: readonly string[]): Promise<void> {
    for (let from = 0; from < topics.length; from += MAX_CHANNELS_PER_SUBSCRIBE) {
      await this.subscriber.subscribe(...topics.slice(from, from + MAX_CHANNELS_PER_SUBSCRIBE));
    }
  }
}

export interface PresenceOptions {
  readonly url: string;
  readonly clock: Clock;
  readonly log: RedisLog;
  readonly random: () => number;
  /** A subscriber threw. */
  readonly onError: (error: unknown) => void;
  /** Called for every call that was answered without Redis. */
  readonly onFallback?: (call: string) => void;
  readonly observer?: RedisObserver | undefined;
}

export class SteadyPresence implements Presence {
  readonly #options: PresenceOptions;
  readonly #redis: StockPresence;
  readonly #client: Redis;
  readonly #link: RedisLink;
  readonly #subscriber: RedisLink;
  readonly #callbacks = new Map<string, Callback[]>();
  /** Topics that Redis has said it will send us, on the connection there is now. */
  readonly #heard = new Set<string>();
  /** What is written while Redis is away. */
  #fallback = new LocalPresence();
  #cancelAgain: (() => void) | undefined;

  constructor(options: PresenceOptions) {
    const { url, clock, log, random } = options;
    this.#options = options;
    this.#client = new Redis(url, redisClientOptions({ role: "presence", random }));
    this.#redis = new StockPresence(this.#client);
    // The stock class logs every failed attempt to connect; the links say once that it is away and once that it is back.
    for (const client of [this.#client, this.#redis.subscriber]) client.removeAllListeners("error");
    // The stock class turns the check off for ioredis' own way of subscribing again, which is off here. Without it ioredis takes a
    // connection for ready that a proxy accepted and closed at once, and never connects again.
    this.#redis.subscriber.options.enableReadyCheck = true;
    const link = (role: RedisRole, client: Redis): RedisLink => observedLink({ url, role, clock, log, random, client }, options.observer);
    this.#link = link("presence", this.#client);
    this.#subscriber = link("presence-subscribe", this.#redis.subscriber);
    this.#link.onChange((up) => {
      if (up) this.#fallback = new LocalPresence();
    });
    this.#subscriber.onChange((up) => this.#subscriberChanged(up));
    this.#bindMethods();
  }

  /** Colyseus gives each room an object that has this one for its prototype: called on that, they must find their fields here. */
  #bindMethods(): void {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(SteadyPresence.prototype))) {
      if (name !== "constructor" && typeof value === "function") Object.defineProperty(this, name, { value: (value as (...args: unknown[]) => unknown).bind(this), writable: true, configurable: true });
    }
  }

  /** Redis is there, for commands and for messages. */
  get up(): boolean {
    return this.#link.up && this.#subscriber.up;
  }

  /** Calls back after each change of the connection for commands; the answer stops it. */
  onChange(listener: (up: boolean) => void): () => void {
    return this.#link.onChange(listener);
  }

  async subscribe(topic: string, callback: Callback): Promise<this> {
    const known = this.#callbacks.get(topic);
    if (known !== undefined) {
      known.push(callback);
      return this;
    }
    this.#callbacks.set(topic, [callback]);
    // The stock class takes the listener at once, whether or not Redis answers.
    if (await this.#told(this.#redis.subscribe(topic, (data: unknown) => this.#deliver(topic, data)))) this.#heardOf(topic);
    return this;
  }

  /** Without a callback: everybody's in this process, as Colyseus' own does. */
  async unsubscribe(topic: string, callback?: Callback): Promise<this> {
    const known = this.#callbacks.get(topic);
    if (known === undefined) return this;
    if (callback !== undefined) {
      const at = known.indexOf(callback);
      if (at >= 0) known.splice(at, 1);
      if (known.length > 0) return this;
    }
    this.#callbacks.delete(topic);
    this.#heard.delete(topic);
    await this.#told(this.#redis.unsubscribe(topic));
    return this;
  }

  /** Reaches this process's subscribers also when Redis does not. */
  async publish(topic: string, data: unknown): Promise<void> {
    const comesBack = this.#subscriber.up && this.#heard.has(topic);
    const sent = await this.#attempt(this.#link, () => this.#redis.publish(topic, data));
    if (sent === undefined) this.#options.onFallback?.("publish");
    if (sent === undefined || !comesBack) this.#deliver(topic, JSON.parse(JSON.stringify(data ?? false)));
  }

  channels(pattern?: string): Promise<string[]> {
    return this.#call("channels", () => this.#redis.channels(pattern), async () => [...this.#callbacks.keys()].filter((topic) => matches(topic, pattern ?? "*")));
  }

  exists(key: string): Promise<boolean> {
    return this.#call("exists", () => this.#redis.exists(key), (local) => local.exists(key));
  }

  set(key: string, value: string): Promise<unknown> {
    return this.#call("set", () => this.#redis.set(key, value), async (local) => local.set(key, value));
  }

  setex(key: string, value: string, seconds: number): Promise<unknown> {
    return this.#call("setex", () => this.#redis.setex(key, value, seconds), async (local) => local.setex(key, value, seconds));
  }

  expire(key: string, seconds: number): Promise<unknown> {
    return this.#call("expire", () => this.#redis.expire(key, seconds), async (local) => local.expire(key, seconds));
  }

  get(key: string): Promise<unknown> {
    return this.#call("get", () => this.#redis.get(key), async (local) => local.get(key));
  }

  del(key: string): void {
    void this.#call("del", () => this.#redis.del(key), async (local) => local.del(key));
  }

  sadd(key: string, value: string | number): Promise<unknown> {
    return this.#call("sadd", () => this.#redis.sadd(key, value), async (local) => local.sadd(key, value));
  }

  smembers(key: string): Promise<string[]> {
    return this.#call("smembers", () => this.#redis.smembers(key), (local) => local.smembers(key));
  }

  sismember(key: string, field: string): Promise<number> {
    return this.#call("sismember", () => this.#redis.sismember(key, field), async (local) => local.sismember(key, field));
  }

  srem(key: string, value: string | number): Promise<unknown> {
    return this.#call("srem", () => this.#redis.srem(key, value), async (local) => local.srem(key, value));
  }

  scard(key: string): Promise<number> {
    return this.#call("scard", () => this.#redis.scard(key), async (local) => local.scard(key));
  }

  sinter(...keys: string[]): Promise<string[]> {
    return this.#call("sinter", () => this.#redis.sinter(...keys), async (local) => (await local.sinter(...keys)) as string[]);
  }

  hset(key: string, field: string, value: string): Promise<boolean> {
    return this.#call("hset", () => this.#redis.hset(key, field, value), (local) => local.hset(key, field, value));
  }

  hincrby(key: string, field: string, value: number): Promise<number> {
    return this.#call("hincrby", () => this.#redis.hincrby(key, field, value), (local) => local.hincrby(key, field, value));
  }

  hincrbyex(key: string, field: string, value: number, expireInSeconds: number): Promise<number> {
    return this.#call("hincrbyex", () => this.#redis.hincrbyex(key, field, value, expireInSeconds), (local) => local.hincrbyex(key, field, value, expireInSeconds));
  }

  hget(key: string, field: string): Promise<string | null> {
    return this.#call("hget", () => this.#redis.hget(key, field), (local) => local.hget(key, field));
  }

  hgetall(key: string): Promise<Record<string, string>> {
    return this.#call("hgetall", () => this.#redis.hgetall(key), (local) => local.hgetall(key));
  }

  hdel(key: string, field: string): Promise<boolean> {
    return this.#call("hdel", () => this.#redis.hdel(key, field), (local) => local.hdel(key, field));
  }

  hlen(key: string): Promise<number> {
    return this.#call("hlen", () => this.#redis.hlen(key), (local) => local.hlen(key));
  }

  incr(key: string): Promise<number> {
    return this.#call("incr", () => this.#redis.incr(key), (local) => local.incr(key));
  }

  decr(key: string): Promise<number> {
    return this.#call("decr", () => this.#redis.decr(key), (local) => local.decr(key));
  }

  llen(key: string): Promise<number> {
    return this.#call("llen", () => this.#redis.llen(key), (local) => local.llen(key));
  }

  rpush(key: string, ...values: string[]): Promise<number> {
    return this.#call("rpush", () => this.#redis.rpush(key, ...values), (local) => local.rpush(key, ...values));
  }

  lpush(key: string, ...values: string[]): Promise<number> {
    return this.#call("lpush", () => this.#redis.lpush(key, ...values), (local) => local.lpush(key, ...values));
  }

  rpop(key: string): Promise<string | null> {
    return this.#call("rpop", () => this.#redis.rpop(key), async (local) => ((await local.llen(key)) > 0 ? local.rpop(key) : null));
  }

  lpop(key: string): Promise<string | null> {
    return this.#call("lpop", () => this.#redis.lpop(key), async (local) => ((await local.llen(key)) > 0 ? local.lpop(key) : null));
  }

  /** On a connection of its own, as it holds up whatever comes after it. */
  async brpop(...args: [...keys: string[], timeoutInSeconds: number]): Promise<[string, string] | null> {
    const timeoutS = args.at(-1) as number;
    if (!this.#link.up) return await this.#fallback.brpop(...args);
    const blocking = this.#client.duplicate({ enableOfflineQueue: true, commandTimeout: timeoutS * 1000 + REDIS_COMMAND_TIMEOUT_MS, retryStrategy: () => null });
    // Told by what the command answers.
    blocking.on("error", () => undefined);
    try {
      return await (blocking as unknown as { brpop(...args: unknown[]): Promise<[string, string] | null> }).brpop(...args);
    } catch (error) {
      this.#options.log.warn({ err: error }, "a blocking read from Redis failed");
      return null;
    } finally {
      blocking.disconnect();
    }
  }

  setMaxListeners(_count: number): void {
    // Callbacks are kept in plain lists, which have no such bound.
  }

  /** Ends at once; calls made later are answered without Redis. */
  shutdown(): void {
    this.#cancelAgain?.();
    this.#link.close();
    this.#subscriber.close();
  }

  /** Answers by Redis or, without it, by the fallback. */
  async #call<T>(name: string, byRedis: () => Promise<unknown>, byFallback: (local: LocalPresence) => Promise<T>): Promise<T> {
    const answer = await this.#attempt(this.#link, async () => {
      const value = await byRedis();
      // Half of the stock class's methods answer with the error instead of rejecting.
      if (value instanceof Error) throw value;
      return value as T;
    });
    if (answer !== undefined) return answer.value;
    this.#options.onFallback?.(name);
    return await byFallback(this.#fallback);
  }

  /** Undefined when it could not be done. Never rejects: the link counts and reports failures. */
  async #attempt<T>(link: RedisLink, work: () => Promise<T>): Promise<{ readonly value: T } | undefined> {
    try {
      return { value: await link.run(work) };
    } catch {
      return undefined;
    }
  }

  /** Whether Redis has taken it. It fails at once while the connection is away, which the link knows and tells. */
  async #told(call: Promise<unknown>): Promise<boolean> {
    try {
      await call;
      return true;
    } catch {
      return false;
    }
  }

  #heardOf(topic: string): void {
    if (this.#callbacks.has(topic)) this.#heard.add(topic);
  }

  #subscriberChanged(up: boolean): void {
    this.#heard.clear();
    this.#cancelAgain?.();
    if (up) void this.#subscribeAgain();
  }

  /** Never rejects. Goes on while the connection is there, until Redis has taken all topics. */
  async #subscribeAgain(): Promise<void> {
    const topics = [...this.#callbacks.keys()];
    if (topics.length === 0) return;
    const done = await this.#attempt(this.#subscriber, () => this.#redis.subscribeAgain(topics));
    if (done !== undefined) for (const topic of topics) this.#heardOf(topic);
    else if (this.#subscriber.up) this.#cancelAgain = this.#options.clock.after(REDIS_BREAK_MS, () => void this.#subscribeAgain());
  }

  #deliver(topic: string, data: unknown): void {
    for (const callback of [...(this.#callbacks.get(topic) ?? [])]) {
      try {
        callback(data);
      } catch (error) {
        this.#options.onError(error);
      }
    }
  }
}

/** Redis' patterns, as far as Colyseus uses them: `*` is anything, `?` one character. */
function matches(topic: string, pattern: string): boolean {
  const expression = [...pattern].map((char) => (char === "*" ? ".*" : char === "?" ? "." : char.replace(/[\\^$.|+()[\]{}]/, "\\$&"))).join("");
  return new RegExp(`^${expression}$`, "s").test(topic);
}
