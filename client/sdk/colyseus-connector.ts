/** The real connections, over `@colyseus/sdk`. Its own reconnection is off: it retries the process that died. */
import { Client } from "@colyseus/sdk";
import type { Room, SeatReservation } from "@colyseus/sdk";
import type { JoinOptions } from "../../src/protocol/client-messages.ts";
import { AreaConnection } from "./area-connection.ts";
import { toErrorCode, WaystoneError } from "./errors.ts";
import type { WaystoneErrorCode } from "./errors.ts";
import type { Connector, Link, LinkEvents, Seat } from "./link.ts";
import { readFailure } from "./wire.ts";

const ROOM_NAME = "world";
/** Statuses that mean the same on every server in between, when the answer has no code of ours. */
const CODE_OF_STATUS: ReadonlyMap<number, WaystoneErrorCode> = new Map<number, WaystoneErrorCode>([
  [401, "E_AUTH"], [403, "E_FORBIDDEN"], [426, "E_PROTOCOL"], [429, "E_RATE"], [503, "E_BUSY"], [525, "E_AUTH"],
]);

/** Colyseus' client, with a hand on the rooms it makes before they connect. */
class RoomClient extends Client {
  prepareRoom: ((room: Room<unknown, unknown>) => void) | undefined;

  protected override createRoom<T>(roomName: string): Room<unknown, T> {
    const room: Room<unknown, T> = super.createRoom<T>(roomName);
    // The state is read by reflection, whatever its type is.
    this.prepareRoom?.(room as unknown as Room<unknown, unknown>);
    return room;
  }
}

export class ColyseusConnector implements Connector {
  readonly #client: RoomClient;

  constructor(endpoint: string) {
    this.#client = new RoomClient(endpoint);
  }

  /** `joinOrCreate` in its two halves, so that each can be aborted and a refusal keeps its code. */
  async join(token: string, options: JoinOptions, events: LinkEvents, signal: AbortSignal): Promise<Link> {
    this.#client.auth.token = token;
    const seat = await this.#reserve(options, signal);
    return await this.take(token, seat, events, signal);
  }

  async take(token: string, seat: Seat, events: LinkEvents, signal: AbortSignal): Promise<Link> {
    signal.throwIfAborted();
    this.#client.auth.token = token;
    let made: AreaConnection | undefined;
    let abandon = (): void => undefined;
    const abandoned = new Promise<never>((_, reject) => {
      abandon = () => reject(signal.reason as Error);
    });
    try {
      this.#client.prepareRoom = (room) => {
        made = new AreaConnection(room, seat.processId, events);
        signal.addEventListener("abort", abandon, { once: true });
      };
      const joining = this.#client.consumeSeatReservation(seat as SeatReservation);
      this.#client.prepareRoom = undefined;
      made?.opened();
      await Promise.race([joining, abandoned]);
      return made!.first;
    } catch (error) {
      made?.close();
      if (signal.aborted) throw signal.reason;
      throw describe(error);
    } finally {
      signal.removeEventListener("abort", abandon);
    }
  }

  async #reserve(options: JoinOptions, signal: AbortSignal): Promise<Seat> {
    try {
      const answer: { data: unknown } = await this.#client.http.post(`/matchmake/joinOrCreate/${ROOM_NAME}`, {
        headers: { "accept": "application/json", "content-type": "application/json" }, body: options, signal,
      });
      return answer.data as Seat;
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw describe(error);
    }
  }
}

/** What Colyseus throws, as an error with our code: from the body of the answer, from the text, or from the status. */
function describe(error: unknown): WaystoneError {
  if (error instanceof WaystoneError) return error;
  const { message = "", code, data } = error as { message?: string; code?: unknown; data?: unknown };
  const body = readFailure(data);
  const coded = /^(E_[A-Z_]+)(?::\s*)?(.*)$/s.exec(body?.message ?? message);
  const own = body?.code.startsWith("E_") === true ? body.code : coded?.[1];
  if (own !== undefined) {
    const text = coded?.[2] || body?.message || message;
    return new WaystoneError(toErrorCode(own), text === own ? "The world could not be entered." : text, { cause: error, retryAfterMs: body?.retryAfterMs });
  }
  const known = typeof code === "number" ? CODE_OF_STATUS.get(code) : undefined;
  return new WaystoneError(known ?? "E_NETWORK", message || "The server cannot be reached.", { cause: error });
}
