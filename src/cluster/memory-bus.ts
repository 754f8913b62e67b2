/** A bus within one process, for tests: several "processes" share one exchange. Does what the contract suite says of any bus. */
import { MAX_BUS_MESSAGE_BYTES } from "../limits.ts";
import { channelOf, readBusEvent, topicOf, type BusEvent, type BusTopic } from "../protocol/bus-events.ts";
import type { Bus, BusListener, BusObserver, Sent } from "./bus.ts";

/** What Redis is to the others. */
export class MemoryExchange {
  readonly buses = new Set<MemoryBus>();

  /** Delivers raw bytes, as a tool outside would publish them; answers how many got them. */
  publish(channel: string, message: string | Buffer): number {
    const bytes = Buffer.from(message);
    const receivers = [...this.buses].filter((bus) => bus.up && bus.wants(channel));
    for (const bus of receivers) queueMicrotask(() => bus.take(channel, bytes));
    return receivers.length;
  }
}

export class MemoryBus implements Bus {
  readonly #exchange: MemoryExchange;
  readonly #processId: string;
  readonly #observer: BusObserver;
  readonly #wanted = new Set<string>();
  readonly #listeners = new Set<(up: boolean) => void>();
  #listener: BusListener = () => undefined;
  #up = true;

  constructor(exchange: MemoryExchange, processId: string, observer: BusObserver) {
    this.#exchange = exchange;
    this.#processId = processId;
    this.#observer = observer;
    exchange.buses.add(this);
  }

  get up(): boolean {
    return this.#up;
  }

  /** Cuts it off, or connects it again. */
  set up(up: boolean) {
    if (up === this.#up) return;
    this.#up = up;
    for (const listener of [...this.#listeners]) listener(up);
  }

  publish(topic: BusTopic, event: BusEvent): Promise<Sent | null> {
    const message = JSON.stringify({ ...event, from: this.#processId });
    if (!this.#up || Buffer.byteLength(message) > MAX_BUS_MESSAGE_BYTES) {
      this.#observer.message("out", event.type, this.#up ? "oversized" : "failed");
      return Promise.resolve(null);
    }
    const receivers = this.#exchange.publish(channelOf(topic), message);
    this.#observer.message("out", event.type, receivers === 0 ? "nobody" : "ok");
    return Promise.resolve({ receivers });
  }

  subscribe(topic: BusTopic): void {
    this.#wanted.add(channelOf(topic));
  }

  unsubscribe(topic: BusTopic): void {
    this.#wanted.delete(channelOf(topic));
  }

  listen(listener: BusListener): void {
    this.#listener = listener;
  }

  onChange(listener: (up: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  wants(channel: string): boolean {
    return this.#wanted.has(channel);
  }

  take(channel: string, bytes: Buffer): void {
    const topic = topicOf(channel);
    const read = readBusEvent(bytes);
    if (topic === undefined) return;
    if ("ignored" in read) this.#observer.message("in", read.type, read.ignored);
    else if (read.event.from === this.#processId) this.#observer.message("in", read.event.type, "own");
    else {
      this.#observer.message("in", read.event.type, "ok");
      this.#listener(topic, read.event);
    }
  }
}
