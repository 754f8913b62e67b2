/** A connection with the stock SDK, which also decodes the synced state: what a real client costs and sees. */
import { Client, type Room, type SeatReservation } from "@colyseus/sdk";
import type { JoinOptions } from "../../src/protocol/client-messages.ts";
import type { Response, RoomMessage, TransferMessage, WelcomeMessage } from "../../src/protocol/server-messages.ts";
import type { Connector, Link, LinkEvents, Seat } from "./link.ts";

const FAILED = 1006;

export class StockConnector implements Connector {
  readonly #endpoint: string;

  constructor(endpoint: string) {
    this.#endpoint = endpoint;
  }

  async join(token: string, options: JoinOptions, events: LinkEvents): Promise<Link> {
    return new StockLink(this.#client(token).joinOrCreate("world", options), events);
  }

  open(seat: Seat, token: string, events: LinkEvents): Link {
    return new StockLink(this.#client(token).consumeSeatReservation(seat as SeatReservation), events);
  }

  /** One for each: the SDK is made for one player. */
  #client(token: string): Client {
    const client = new Client(this.#endpoint);
    client.auth.token = token;
    return client;
  }
}

/** The socket under the SDK's connection, for counting. */
interface Counted {
  readonly connection: { readonly transport: { readonly ws?: { readonly _socket?: { readonly bytesRead: number; readonly bytesWritten: number } } } };
}

class StockLink implements Link {
  #room: Room | undefined;
  #closed = false;

  constructor(joining: Promise<Room>, events: LinkEvents) {
    const closed = (code: number): void => {
      if (this.#closed) return;
      this.#closed = true;
      events.closed(code);
    };
    joining.then((room) => {
      this.#room = room;
      // It would try the process that died.
      room.reconnection.enabled = false;
      room.onMessage("welcome", (welcome: WelcomeMessage) => events.welcome(welcome));
      room.onMessage("transfer", (transfer: TransferMessage) => events.transfer(transfer));
      room.onMessage("response", ({ id, status, code = "", retry_after_ms: retryAfterMs = 0 }: Response) => events.reply({ id, status, code, retryAfterMs }));
      room.onMessage("events", (lines: RoomMessage[]) => {
        for (const { line = 0, room_id, message_type, sender = "", replayed = false, message } of lines) {
          events.line({ line, room: room_id, type: message_type, sender, replayed, words: message });
        }
      });
      room.onLeave(closed);
      if (this.#closed) room.connection.close();
    }).catch(() => closed(FAILED));
  }

  get #socket(): { readonly bytesRead: number; readonly bytesWritten: number } | undefined {
    return (this.#room as unknown as Counted | undefined)?.connection.transport.ws?._socket;
  }

  get bytesIn(): number {
    return this.#socket?.bytesRead ?? 0;
  }

  get bytesOut(): number {
    return this.#socket?.bytesWritten ?? 0;
  }

  command(command: string, id: string, seq: number): void {
    if (this.#room?.connection.isOpen === true) this.#room.send("command", { type: "command", command, id, seq, answered: seq - 1 });
  }

  leave(): void {
    if (this.#room === undefined) this.#closed = true;
    // `leave` resolves when the other side has closed; nobody here waits for that.
    else if (this.#room.connection.isOpen) void this.#room.leave();
  }

  drop(): void {
    if (this.#room === undefined) this.#closed = true;
    else this.#room.connection.close();
  }
}
