/**
 * Connections that lead nowhere for a while. Whoever walks over to another process, by a connection that leads there, may keep the one that they came from: when
 * they walk back it takes their seat at once, in any area of this process, and nothing has to be opened for it. Far from the server that is three or four
 * ways there and back less. What is said over one before that is none of the game's. Where they come from is told who keeps one, and says when they have left:
 * then it need not be asked for either.
 */
import { getMessageBytes, Protocol, type Client } from "@colyseus/core";
import { unpack } from "msgpackr";
import type { CharacterId } from "../src/engine/ids.ts";
import { KEPT_CONNECTION_MS, MAX_KEPT_CONNECTIONS, MAX_TAKE_BYTES } from "../src/limits.ts";
import { takeMessage, type TakeMessage } from "../src/protocol/client-messages.ts";
import type { Clock } from "../src/runtime/ports.ts";

type Socket = Client["ref"] & { close(code: number, reason?: string): void };

/** Nobody came back over it in time, or others have more need of its place. */
const CLOSE_UNUSED = 4000;
/** It was told something that makes no sense there. */
const CLOSE_BAD = 4400;

/** How a `take` message begins: its code, and its name as Colyseus writes it. */
const TAKE = Buffer.from(getMessageBytes.raw(Protocol.ROOM_DATA, "take"));

export class KeptConnections {
  readonly #clock: Pick<Clock, "after">;
  /** Of each, how to forget it; the one that has been kept longest comes first. */
  readonly #kept = new Map<Socket, () => void>();
  /** How that of a character is led into a seat. */
  readonly #ways = new Map<CharacterId, (seat: TakeMessage) => void>();

  constructor(clock: Pick<Clock, "after">) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#kept.size;
  }

  /** One of that character's is kept. */
  has(id: CharacterId): boolean {
    return this.#ways.has(id);
  }

  /** Leads it into that seat, as if it had been asked for; nothing happens where that was done already. */
  meet(id: CharacterId, seat: TakeMessage): void {
    this.#ways.get(id)?.(seat);
  }

  /** Nobody else listens to it any more. `take` is called once, when it is to lead into an area again. */
  keep(socket: Socket, id: CharacterId, take: (seat: TakeMessage) => void): void {
    const read = (frame: Buffer): void => {
      const seat = readTake(frame);
      if (seat !== undefined) return lead(seat);
      forget();
      socket.close(CLOSE_BAD, "E_BAD_MESSAGE");
    };
    const lead = (seat: TakeMessage): void => {
      forget();
      take(seat);
    };
    const stop = this.#clock.after(KEPT_CONNECTION_MS, () => this.#end(socket));
    const forget = (): void => {
      stop();
      this.#kept.delete(socket);
      if (this.#ways.get(id) === lead) this.#ways.delete(id);
      socket.removeListener("message", read);
      socket.removeListener("close", forget);
    };
    this.#kept.set(socket, forget);
    this.#ways.set(id, lead);
    socket.on("message", read);
    socket.once("close", forget);
    if (this.#kept.size > MAX_KEPT_CONNECTIONS) for (const oldest of this.#kept.keys()) {
      this.#end(oldest);
      break;
    }
  }

  #end(socket: Socket): void {
    this.#kept.get(socket)?.();
    socket.close(CLOSE_UNUSED);
  }
}

/** Undefined: the frame is no `take` message. */
function readTake(frame: Buffer): TakeMessage | undefined {
  if (frame.length > MAX_TAKE_BYTES || !frame.subarray(0, TAKE.length).equals(TAKE)) return undefined;
  let payload: unknown;
  try {
    payload = unpack(frame.subarray(TAKE.length));
  } catch {
    return undefined;
  }
  return takeMessage.safeParse(payload).data;
}
