/**
 * One connection to Redis that nobody ever waits for: every command is bounded in time, none is queued while the
 * connection is away, and after some failures none is sent until a probe has come back. Whether it is up is known at
 * any moment and told when it changes. What is sent at once arrives in order; what failed is never sent again.
 */
import { BrokenCircuitError, CircuitState, circuitBreaker, ConsecutiveBreaker, handleWhen, type CircuitBreakerPolicy } from "cockatiel";
import { Redis, ReplyError, type RedisOptions } from "ioredis";
import {
  MAX_REDIS_COMMANDS_IN_FLIGHT, REDIS_BREAK_MS, REDIS_COMMAND_TIMEOUT_MS, REDIS_CONNECT_TIMEOUT_MS, REDIS_FAILURES_IN_A_ROW, REDIS_HANG_UP_MS,
  REDIS_PING_MS, REDIS_RETRY_MAX_MS, REDIS_RETRY_MS,
} from "../limits.ts";
import type { Clock } from "../runtime/ports.ts";

/** What a connection is for; a label of metrics and log lines. */
export type RedisRole = "cache" | "publish" | "subscribe" | "presence" | "presence-subscribe" | "listing";

export interface RedisLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** Watches connections, for the metrics. */
export interface RedisObserver {
  /** There is one more; it is asked when somebody wants to know. */
  link(role: RedisRole, state: { readonly up: boolean; readonly broken: boolean }): void;
  /** After each command, how it went. */
  command(role: RedisRole, result: "ok" | "failed" | "refused", seconds: number): void;
}

export interface RedisLinkOptions {
  readonly url: string;
  readonly role: RedisRole;
  readonly clock: Clock;
  readonly log: RedisLog;
  /** A number in [0, 1), for the pauses between attempts: processes that lost Redis together must not come back together. */
  readonly random: () => number;
  /** Called after each command, with how it went. */
  readonly observe?: (result: "ok" | "failed" | "refused", seconds: number) => void;
  /** Shortens the waiting in tests. */
  readonly commandTimeoutMs?: number;
  /** A client made with `redisClientOptions` by somebody who needs to have it; otherwise one is made. */
  readonly client?: Redis;
}

/** What makes ioredis neither queue, nor send again, nor wait. */
export function redisClientOptions({ role, random, commandTimeoutMs = REDIS_COMMAND_TIMEOUT_MS }: Pick<RedisLinkOptions, "role" | "random" | "commandTimeoutMs">): RedisOptions {
  return {
    connectionName: `waystone-${role}`,
    lazyConnect: false, enableOfflineQueue: false, autoResubscribe: false, autoResendUnfulfilledCommands: false, maxRetriesPerRequest: 0,
    connectTimeout: REDIS_CONNECT_TIMEOUT_MS, disconnectTimeout: REDIS_HANG_UP_MS, commandTimeout: commandTimeoutMs,
    keepAlive: 10_000, disableClientInfo: true,
    retryStrategy: (attempt) => Math.min(REDIS_RETRY_MAX_MS, REDIS_RETRY_MS * 2 ** Math.min(attempt - 1, 10)) * (0.5 + random() / 2),
  };
}

/** It could not be done now; nothing says whether Redis has done it. */
export class RedisUnavailable extends Error {
  readonly code = "E_REDIS";

  constructor(cause?: unknown) {
    super("Redis cannot be reached.", cause === undefined ? undefined : { cause });
    this.name = "RedisUnavailable";
  }
}

/** One command of several; its answer is in its place among the answers. */
export type SendCommand = (name: string, ...values: (string | number | Buffer)[]) => void;

/** What Redis refuses is an answer, too. */
function refusal(error: unknown): unknown {
  if (error instanceof ReplyError) return error;
  throw error;
}

export class RedisLink {
  readonly role: RedisRole;
  readonly #options: RedisLinkOptions;
  readonly #client: Redis;
  readonly #breaker: CircuitBreakerPolicy;
  readonly #listeners = new Set<(up: boolean) => void>();
  #up = false;
  /** Whether an outage has been logged that has not been logged as over. */
  #saidDown = false;
  #changedMs: number;
  #lastError: unknown;
  #inFlight = 0;
  #cancelPing: (() => void) | undefined;
  #closed = false;
  /** Undefined: the client sees to it, command by command. */
  #timeoutMs: number | undefined;

  /** Begins to connect at once; does not wait for it. */
  constructor(options: RedisLinkOptions) {
    this.role = options.role;
    this.#options = options;
    this.#changedMs = options.clock.nowMs();
    this.#breaker = circuitBreaker(handleWhen((error) => !(error instanceof ReplyError)), { halfOpenAfter: REDIS_BREAK_MS, breaker: new ConsecutiveBreaker(REDIS_FAILURES_IN_A_ROW) });
    this.#client = options.client ?? new Redis(options.url, redisClientOptions(options));
    if (options.client === undefined) this.#boundOurselves(options.commandTimeoutMs ?? REDIS_COMMAND_TIMEOUT_MS);
    this.#client.on("error", (error) => {
      this.#lastError = error;
    });
    this.#client.on("ready", () => {
      this.#judge();
      if (!this.#up) void this.#probe();
    });
    this.#client.on("close", () => this.#judge());
    this.#client.on("end", () => this.#judge());
    this.#breaker.onStateChange(() => this.#judge());
    this.#arm();
  }

  /** Connected, and answering as far as is known. */
  get up(): boolean {
    return this.#up;
  }

  /** Milliseconds for which it has been up without a break; 0 when it is not. */
  upForMs(): number {
    return this.#up ? this.#options.clock.nowMs() - this.#changedMs : 0;
  }

  /** Whether commands are refused because too many failed. */
  get broken(): boolean {
    return this.#breaker.state !== CircuitState.Closed;
  }

  /** Calls back after each change; the answer stops it. */
  onChange(listener: (up: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Runs commands and answers what they answer. Written to the socket before this returns. Rejects with
   * RedisUnavailable when the connection is down, too much is under way, or no answer came in time.
   */
  async run<T>(work: (client: Redis) => Promise<T>): Promise<T> {
    if (!this.#up) throw this.#refused();
    return await this.#attempt(work);
  }

  /**
   * Runs commands in one go, in one write. Answers for each its value (strings, or `buffers`), or the error with which Redis refused that one.
   * Rejects as `run` does. Not by ioredis' `pipeline()`: each of those gets a getter of its own, V8 makes a shape for each of that, and
   * the shape holds the whole pipeline, its commands and whoever waits for them until all of the heap is collected. In a program of nothing
   * else, a tenth of all that it made outlived its young collections for that, which took ten times as long (ioredis 5.11, V8 13.6).
   */
  async pipeline(fill: (send: SendCommand) => void, { buffers = false }: { readonly buffers?: boolean } = {}): Promise<unknown[]> {
    return await this.run((client) => {
      const answers: Promise<unknown>[] = [];
      client.stream.cork();
      try {
        fill((name, ...values) => {
          answers.push((buffers ? client.callBuffer(name, values) : client.call(name, values)).catch(refusal));
        });
      } finally {
        client.stream.uncork();
      }
      return Promise.all(answers);
    });
  }

  /** Listens to the messages of the channels this connection subscribes to. For the role `subscribe` only. */
  onMessage(listener: (channel: string, message: Buffer) => void): void {
    this.#client.on("messageBuffer", (channel: Buffer, message: Buffer) => listener(channel.toString(), message));
  }

  /** Ends at once, whatever is under way (it fails). May be called at any time, and twice. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelPing?.();
    this.#listeners.clear();
    this.#up = false;
    this.#client.disconnect();
  }

  /**
   * ioredis sets a timer for each command of a pipeline, and taking it away again turns the command into a slow object; that was a third of
   * what a line cost. Once the connection is there, all that is sent in one go has one timer instead.
   */
  #boundOurselves(timeoutMs: number): void {
    this.#timeoutMs = timeoutMs;
    const bound = (ms: number | undefined): void => {
      if (ms === undefined) delete this.#client.options.commandTimeout;
      else this.#client.options.commandTimeout = ms;
    };
    this.#client.on("ready", () => bound(undefined));
    // What it asks of its own accord until it is ready is bounded by nobody else.
    this.#client.on("close", () => bound(timeoutMs));
  }

  /** Rejects when it takes too long; what comes later is nobody's. */
  #inTime<T>(work: Promise<T>): Promise<T> {
    const timeoutMs = this.#timeoutMs;
    if (timeoutMs === undefined) return work;
    return new Promise<T>((resolve, reject) => {
      const cancel = this.#options.clock.after(timeoutMs, () => reject(new Error("no answer in time")));
      work.then(resolve, reject).finally(cancel);
    });
  }

  async #attempt<T>(work: (client: Redis) => Promise<T>): Promise<T> {
    if (this.#inFlight >= MAX_REDIS_COMMANDS_IN_FLIGHT) throw this.#refused();
    const startedMs = performance.now();
    this.#inFlight += 1;
    try {
      const result = await this.#breaker.execute(() => this.#inTime(work(this.#client)));
      this.#options.observe?.("ok", (performance.now() - startedMs) / 1000);
      return result;
    } catch (error) {
      if (error instanceof BrokenCircuitError) throw this.#refused();
      this.#lastError = error;
      this.#options.observe?.("failed", (performance.now() - startedMs) / 1000);
      throw new RedisUnavailable(error);
    } finally {
      this.#inFlight -= 1;
    }
  }

  #refused(): RedisUnavailable {
    this.#options.observe?.("refused", 0);
    return new RedisUnavailable();
  }

  #arm(): void {
    if (this.#closed) return;
    this.#cancelPing = this.#options.clock.after(REDIS_PING_MS, () => {
      void this.#probe().then(() => this.#arm());
    });
  }

  /** Never rejects. A connection on which a probe is lost is given up: a new one may get through. */
  async #probe(): Promise<void> {
    if (this.#closed || this.#client.status !== "ready") return;
    try {
      await this.#attempt((client) => client.ping());
    } catch (error) {
      const lost = error instanceof RedisUnavailable && error.cause !== undefined;
      if (lost && !this.#closed && this.#client.status === "ready") this.#client.disconnect(true);
    }
  }

  /** Looks whether it is up, and says so when that has changed. */
  #judge(): void {
    if (this.#closed) return;
    const up = this.#client.status === "ready" && this.#breaker.state === CircuitState.Closed;
    if (up === this.#up) {
      if (!up) this.#sayDown();
      return;
    }
    const { clock, log } = this.#options;
    this.#up = up;
    if (up) {
      if (this.#saidDown) log.info({ role: this.role, downMs: clock.nowMs() - this.#changedMs }, "Redis is back");
      this.#saidDown = false;
    }
    this.#changedMs = clock.nowMs();
    if (!up) this.#sayDown();
    for (const listener of [...this.#listeners]) listener(up);
  }

  #sayDown(): void {
    if (this.#saidDown) return;
    this.#saidDown = true;
    this.#options.log.warn({ role: this.role, err: this.#lastError }, "Redis cannot be reached");
  }
}

/** A link that `observer` watches. */
export function observedLink(options: RedisLinkOptions, observer: RedisObserver | undefined): RedisLink {
  if (observer === undefined) return new RedisLink(options);
  const link = new RedisLink({ ...options, observe: (result, seconds) => observer.command(options.role, result, seconds) });
  observer.link(options.role, link);
  return link;
}
