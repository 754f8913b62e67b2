/** A server's side of the connections, moved by hand: for tests of what stands on the library. */
import type { CommandMessage, JoinOptions } from "../../../src/protocol/client-messages.ts";
import type { Response, RoomMessage, TransferMessage, WelcomeMessage } from "../../../src/protocol/server-messages.ts";
import type { WaystoneError } from "../errors.ts";
import type { Connector, KeptLink, Link, LinkEvents, Seat } from "../link.ts";
import type { Dial } from "../live-link.ts";

/** How the next call goes: opened and welcomed, opened only, never answered, or refused. */
export type Reception = "welcome" | "open" | "hang" | WaystoneError;

export const SEAT: Seat = { name: "world", sessionId: "s1", roomId: "area_2", processId: "p2" };

/** One connection as the server sees it. */
export class FakeLink implements Link {
  readonly events: LinkEvents;
  readonly commands: CommandMessage[] = [];
  state: unknown = {};
  open = true;
  left = false;
  /** How a goodbye ends: 4000 when the server takes it, 1006 when the line is dead. */
  leaveCode = 4000;
  answersPings = true;
  pings = 0;

  /** The connection has led on into another area. */
  over = false;
  readonly #receive: Dial;

  /** `receive`: how it is received where it leads on to. */
  constructor(events: LinkEvents, receive: Dial) {
    this.events = events;
    this.#receive = receive;
  }

  send(type: string, payload: unknown): void {
    if (type === "command") this.commands.push(...((Array.isArray(payload) ? payload : [payload]) as CommandMessage[]));
  }

  ping(answered: () => void): void {
    this.pings++;
    if (this.open && this.answersPings) answered();
  }

  async leave(): Promise<void> {
    if (this.over) return;
    this.left = true;
    this.cut(this.leaveCode);
    await Promise.resolve();
  }

  drop(): void {
    if (!this.over) this.cut(1006);
  }

  async goOn(events: LinkEvents, signal: AbortSignal): Promise<Link> {
    const link = await this.#receive(events, signal);
    this.over = true;
    return link;
  }

  /** It has been kept, and which seats have been taken over it since. */
  kept = false;
  readonly taken: Seat[] = [];

  keep(): KeptLink {
    this.kept = this.over = true;
    const isOpen = (): boolean => this.open;
    return {
      process: SEAT.processId,
      get isOpen() { return isOpen(); },
      take: async (seat, events, signal) => {
        this.taken.push(seat);
        return await this.#receive(events, signal);
      },
      close: () => this.cut(4000),
    };
  }

  /** The connection ends with this close code. */
  cut(code: number): void {
    if (!this.open) return;
    this.open = false;
    this.events.closed(code, "");
  }

  welcomes(fields: Partial<WelcomeMessage> = {}): void {
    this.events.message("welcome", {
      type: "welcome", protocol: 1, username: "ann", room_id: "square", seq: 0, line: 10, complete: true, ...fields,
    });
  }

  says(...lines: (Partial<RoomMessage> & { id: string })[]): void {
    this.events.message("events", lines.map((line) => ({
      type: "room_message", room_id: "square", message: line.id, message_type: "say", ...line,
    })));
  }

  answers(id: string, fields: Partial<Response> = {}): void {
    this.events.message("response", { type: "response", id, status: "ok", messages: [], ...fields });
  }

  transfers(room_id = "gate", fields: Partial<TransferMessage> = {}): void {
    this.events.message("transfer", { type: "transfer", seat: SEAT, room_id, ...fields });
  }
}

export class FakeConnector implements Connector {
  readonly links: FakeLink[] = [];
  readonly joins: { token: string; options: JoinOptions }[] = [];
  readonly takes: Seat[] = [];
  /** Receptions to come, in order; after them everybody is welcome. */
  receptions: Reception[] = [];

  async join(token: string, options: JoinOptions, events: LinkEvents, signal: AbortSignal): Promise<Link> {
    this.joins.push({ token, options: structuredClone(options) });
    return await this.#receive(events, signal);
  }

  async take(_token: string, seat: Seat, events: LinkEvents, signal: AbortSignal): Promise<Link> {
    this.takes.push(seat);
    return await this.#receive(events, signal);
  }

  /** The connection opened last. */
  get last(): FakeLink {
    const link = this.links.at(-1);
    if (link === undefined) throw new Error("Nobody has connected yet.");
    return link;
  }

  async #receive(events: LinkEvents, signal: AbortSignal): Promise<Link> {
    const reception = this.receptions.shift() ?? "welcome";
    if (reception instanceof Error) throw reception;
    if (reception === "hang") {
      await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)));
    }
    const link = new FakeLink(events, (onward, abort) => this.#receive(onward, abort));
    this.links.push(link);
    if (reception === "welcome") link.welcomes();
    return await Promise.resolve(link);
  }
}
