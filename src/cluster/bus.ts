/**
 * The bus between processes, and from outside: typed events on Redis pub/sub. At most once, in order per publisher,
 * never waited for. What must not be lost goes another way (the outbox, the commits).
 */
import { MAX_BUS_LATENCY_MS, MAX_BUS_MESSAGE_BYTES, MAX_CHANNELS_PER_SUBSCRIBE, MAX_REDIS_COMMANDS_IN_FLIGHT } from "../limits.ts";
import { channelOf, readBusEvent, topicOf, type BusEvent, type BusEventType, type BusTopic } from "../protocol/bus-events.ts";
import type { Clock } from "../runtime/ports.ts";
import { beginRoot, currentRequest, end, inWork, outsideWork, requestIdOf, spanning, traceparent, workOf } from "../telemetry/tracing.ts";
import { RedisUnavailable, type RedisLink } from "./redis.ts";

/** Takes what comes in on a topic. */
export type BusListener = (topic: BusTopic, event: BusEvent) => void;

/** What comes in and goes out, for the metrics. */
export interface BusObserver {
  message(direction: "in" | "out", type: BusEventType | "unknown", result: "ok" | "nobody" | "failed" | "malformed" | "oversized" | "own"): void;
  /** From publishing to receiving, in seconds, by the clocks of both machines. */
  propagated(seconds: number): void;
}

/** What came of publishing. */
export interface Sent {
  /** How many processes got it (on Redis Cluster: of one node). */
  readonly receivers: number;
}

export interface Bus {
  /** Events go out and come in now, as far as is known. */
  readonly up: boolean;
  /**
   * Publishes, and answers who got it once Redis has it; null when it was not sent or nobody knows. Never rejects. Two
   * calls in a row arrive in that order.
   */
  publish(topic: BusTopic, event: BusEvent): Promise<Sent | null>;
  /** Listens to a topic from about now on, and again after each outage. */
  subscribe(topic: BusTopic): void;
  unsubscribe(topic: BusTopic): void;
  /** The one listener for all that comes in. Own events do not come back. */
  listen(listener: BusListener): void;
  /** Calls back with each change of `up`; after `true`, all subscriptions are in place. */
  onChange(listener: (up: boolean) => void): () => void;
}

export interface RedisBusOptions {
  readonly publisher: RedisLink;
  readonly subscriber: RedisLink;
  /** This process: marks its events. */
  readonly processId: string;
  readonly clock: Pick<Clock, "nowMs">;
  readonly observer: BusObserver;
  /** A listener threw. */
  readonly bug: (error: unknown, context: Record<string, unknown>) => void;
}

interface Outgoing {
  readonly channel: string;
  readonly message: string;
  /** Null: it was not sent, or nobody knows. */
  readonly resolve: (receivers: number | null) => void;
  readonly reject: (error: unknown) => void;
}

export class RedisBus implements Bus {
  readonly #options: RedisBusOptions;
  readonly #wanted = new Set<string>();
  /** What Redis has been asked for on this connection. */
  #asked = new Set<string>();
  /** Of which one of the two may have changed since they were the same: people come and go all the time, and there may be thousands. */
  #changed = new Set<string>();
  readonly #listeners = new Set<(up: boolean) => void>();
  #listener: BusListener = () => undefined;
  /** What this turn of the event loop has to publish. */
  #outgoing: Outgoing[] = [];
  #up = false;
  #syncing = false;
  /** All that was wanted when this connection came about has been subscribed to. */
  #inPlace = false;
  /** Grows with each connection, so that an answer to an older one counts for nothing. */
  #connection = 0;

  constructor(options: RedisBusOptions) {
    this.#options = options;
    const { publisher, subscriber } = options;
    subscriber.onMessage((channel, message) => this.#take(channel, message));
    publisher.onChange(() => this.#judge());
    subscriber.onChange(() => {
      this.#connection += 1;
      this.#askAnew();
      this.#inPlace = false;
      this.#judge();
      this.#syncSoon();
    });
    this.#syncSoon();
  }

  get up(): boolean {
    return this.#up;
  }

  publish(topic: BusTopic, event: BusEvent): Promise<Sent | null> {
    return spanning(`publish ${event.type}`, "producer", {}, () => this.#publish(topic, event));
  }

  async #publish(topic: BusTopic, event: BusEvent): Promise<Sent | null> {
    const { processId, clock, observer } = this.#options;
    const message = JSON.stringify({ ...event, from: processId, at: clock.nowMs(), request: requestIdOf(currentRequest()), trace: traceparent() });
    if (Buffer.byteLength(message) > MAX_BUS_MESSAGE_BYTES) {
      observer.message("out", event.type, "oversized");
      return null;
    }
    const receivers = await this.#send({ channel: channelOf(topic), message });
    observer.message("out", event.type, receivers === null ? "failed" : receivers === 0 ? "nobody" : "ok");
    return receivers === null ? null : { receivers };
  }

  /** What is published in one turn of the event loop goes in one write: when an area opens with a hundred people, each is told of. */
  #send(outgoing: Omit<Outgoing, "resolve" | "reject">): Promise<number | null> {
    if (this.#outgoing.length >= MAX_REDIS_COMMANDS_IN_FLIGHT) return Promise.resolve(null);
    return new Promise((resolve, reject) => {
      // Nobody's alone, whoever's came first.
      if (this.#outgoing.push({ ...outgoing, resolve, reject }) === 1) outsideWork(setImmediate, () => void this.#sendAll());
    });
  }

  async #sendAll(): Promise<void> {
    const outgoing = this.#outgoing;
    this.#outgoing = [];
    try {
      const receivers = await this.#options.publisher.pipeline((send) => {
        for (const { channel, message } of outgoing) send("publish", channel, message);
      });
      for (const [index, { resolve }] of outgoing.entries()) {
        const count = receivers[index];
        resolve(typeof count === "number" ? count : null);
      }
    } catch (error) {
      for (const { resolve, reject } of outgoing) {
        if (error instanceof RedisUnavailable) resolve(null);
        else reject(error);
      }
    }
  }

  subscribe(topic: BusTopic): void {
    const channel = channelOf(topic);
    if (this.#wanted.has(channel)) return;
    this.#wanted.add(channel);
    this.#changed.add(channel);
    this.#syncSoon();
  }

  unsubscribe(topic: BusTopic): void {
    const channel = channelOf(topic);
    if (!this.#wanted.delete(channel)) return;
    this.#changed.add(channel);
    this.#syncSoon();
  }

  listen(listener: BusListener): void {
    this.#listener = listener;
  }

  onChange(listener: (up: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Brings what Redis has been asked for in line with what is wanted; what is asked for in one moment goes together. */
  #syncSoon(): void {
    if (this.#syncing) return;
    this.#syncing = true;
    setImmediate(() => {
      this.#syncing = false;
      this.#sync().catch((error: unknown) => this.#options.bug(error, { bus: "subscribing" }));
    });
  }

  async #sync(): Promise<void> {
    const { subscriber } = this.#options;
    if (!subscriber.up) return;
    const connection = this.#connection;
    const changed = [...this.#changed];
    this.#changed = new Set();
    const more = changed.filter((channel) => this.#wanted.has(channel) && !this.#asked.has(channel));
    const less = changed.filter((channel) => this.#asked.has(channel) && !this.#wanted.has(channel));
    for (const channel of more) this.#asked.add(channel);
    for (const channel of less) this.#asked.delete(channel);
    const calls = [
      ...chunks(more).map((channels) => subscriber.run((client) => client.subscribe(...channels))),
      ...chunks(less).map((channels) => subscriber.run((client) => client.unsubscribe(...channels))),
    ];
    const results = await Promise.allSettled(calls);
    if (connection !== this.#connection) return;
    const failed = results.find((result) => result.status === "rejected");
    if (failed !== undefined) {
      if (!(failed.reason instanceof RedisUnavailable)) throw failed.reason;
      // What it was asked for is not known: all is asked for again, which does no harm.
      this.#askAnew();
      if (subscriber.up) this.#syncSoon();
      return;
    }
    this.#inPlace = true;
    this.#judge();
  }

  /** Nothing is known to have been asked for. */
  #askAnew(): void {
    this.#asked = new Set();
    this.#changed = new Set(this.#wanted);
  }

  #judge(): void {
    const { publisher, subscriber } = this.#options;
    const up = publisher.up && subscriber.up && this.#inPlace;
    if (up === this.#up) return;
    this.#up = up;
    for (const listener of [...this.#listeners]) listener(up);
  }

  #take(channel: string, message: Buffer): void {
    const { processId, clock, observer, bug } = this.#options;
    const topic = topicOf(channel);
    if (topic === undefined || !this.#wanted.has(channel)) return;
    const read = readBusEvent(message);
    if ("ignored" in read) {
      observer.message("in", read.type, read.ignored);
      return;
    }
    const { event } = read;
    if (event.from === processId) {
      observer.message("in", event.type, "own");
      return;
    }
    observer.message("in", event.type, "ok");
    if (event.at !== undefined) {
      const tookMs = clock.nowMs() - event.at;
      if (tookMs <= MAX_BUS_LATENCY_MS) observer.propagated(Math.max(0, tookMs) / 1000);
    }
    const span = event.trace === undefined ? null : beginRoot(`receive ${event.type}`, "consumer", event.trace);
    try {
      inWork(workOf(span, requestIdOf(event.request) ?? null), this.#listener, topic, event);
    } catch (error) {
      bug(error, { bus: event.type });
    } finally {
      end(span);
    }
  }
}

function chunks(channels: readonly string[]): string[][] {
  const found: string[][] = [];
  for (let start = 0; start < channels.length; start += MAX_CHANNELS_PER_SUBSCRIBE) found.push(channels.slice(start, start + MAX_CHANNELS_PER_SUBSCRIBE));
  return found;
}
