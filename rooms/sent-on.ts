/**
 * Whoever walks into an area that changes hands before they have arrived has a seat where it is served no longer. They are told of one where it is served
 * now, as if they had crossed a border more, and come in there as they would have here. Otherwise they would come in anew, as after a cut, and first be
 * asked what they have missed: some seconds in a rolling reload.
 */
import { ClientState, getMessageBytes, Protocol, type Client } from "@colyseus/core";
import { DRAIN_LEAVE_MS, MAX_SENT_ON } from "../src/limits.ts";
import { AppError } from "../src/protocol/codes.ts";
import type { CharacterId, RoomId } from "../src/engine/ids.ts";
import type { RoomMessage } from "../src/protocol/server-messages.ts";
import type { ActiveArea } from "../src/runtime/active-area.ts";
import type { OutLine, Seat } from "../src/runtime/outlet.ts";
import type { Clock } from "../src/runtime/ports.ts";
import type { PlayerAuth } from "./AreaRoom.ts";
import { messageOf } from "./frames.ts";
import { isOpen } from "./held-writes.ts";
import type { SeatOptions } from "./seat-options.ts";

/** A seat as it is asked for. */
export interface NextSeat {
  readonly area: ActiveArea["id"];
  readonly auth: PlayerAuth;
  readonly personal: readonly RoomMessage[];
  readonly options: SeatOptions;
}

export interface SentOnDeps {
  /** An area as this process serves it now, if it does. */
  readonly served: (area: ActiveArea["id"]) => ActiveArea | undefined;
  /** Takes a seat wherever the area is served. Rejects with an AppError. */
  readonly seat: (wanted: NextSeat) => Promise<Seat>;
  /** What has been told somebody on the way here, who will not arrive. */
  readonly held: (id: CharacterId) => readonly OutLine[];
  /** Sends lines after somebody into that area, wherever it is served. */
  readonly follow: (area: ActiveArea["id"], id: CharacterId, lines: readonly RoomMessage[]) => void;
  readonly clock: Pick<Clock, "after">;
  /** Ends the connection of somebody who cannot be let in, with a code of ours. */
  readonly turnAway: (client: Client, code: string) => void;
  readonly bug: (error: unknown, context: Record<string, unknown>) => void;
}

interface Arrival {
  readonly active: ActiveArea;
  readonly auth: PlayerAuth;
  readonly options: SeatOptions;
}

export class SentOn {
  readonly #deps: SentOnDeps;
  readonly #arrivals = new WeakMap<Client, Arrival>();
  readonly #underWay = new Set<{ readonly active: ActiveArea; readonly over: Promise<void> }>();

  constructor(deps: SentOnDeps) {
    this.#deps = deps;
  }

  /** Somebody comes to take their seat. */
  arrives(client: Client, arrival: Arrival): void {
    if (arrival.options.walksFrom !== undefined) this.#arrivals.set(client, arrival);
  }

  /** They have not been let in, and why: sends them on, or turns them away. */
  failed(client: Client, code: string): void {
    const arrival = this.#arrivals.get(client);
    this.#arrivals.delete(client);
    if (arrival === undefined || code !== "E_MOVED") return this.#deps.turnAway(client, code);
    const over = this.#sendOn(client, arrival).then((sent) => {
      this.#underWay.delete(task);
      if (!sent) this.#deps.turnAway(client, code);
    });
    const task = { active: arrival.active, over };
    this.#underWay.add(task);
  }

  /** Resolves when nobody waits any more to be told where that area is now: before, their connections must not end. */
  async allTold(active: ActiveArea): Promise<void> {
    await Promise.all([...this.#underWay].flatMap((task) => (task.active === active ? task.over : [])));
  }

  /** False when there is no other seat for them. */
  async #sendOn(client: Client, { active, auth, options }: Arrival): Promise<boolean> {
    const { served, seat: take, bug } = this.#deps;
    const { sentOn = 0, walksInto } = options;
    // It is they who are somewhere else, or it does not stay anywhere.
    if (served(active.id) === active || walksInto === undefined || sentOn >= MAX_SENT_ON) return false;
    try {
      const seat = await take({ area: active.id, auth, personal: active.outlet.recent(auth.characterId), options: { ...options, sentOn: sentOn + 1 } });
      if (served(active.id) === undefined) this.#follow(active, auth.characterId, walksInto);
      if (isOpen(client)) this.#tell(client, seat, walksInto);
      return true;
    } catch (error) {
      if (!(error instanceof AppError)) bug(error, { sendingOn: auth.characterId });
      return false;
    }
  }

  #follow({ id: area, epoch }: ActiveArea, id: CharacterId, room: RoomId): void {
    const lines = this.#deps.held(id).map((line, index) => messageOf(line, room, line.id ?? `${id}:${area}:${epoch}:on-the-way:${index}`));
    if (lines.length > 0) this.#deps.follow(area, id, lines);
  }

  /** A client that does not know that a connection may begin so is turned away when others would have left. */
  #tell(client: Client, seat: Seat, room: RoomId): void {
    const transfer = { type: "transfer", seat, room_id: room };
    // Over a connection that it has had before it is no longer asked whether it is ready; a new one says so first.
    if (client.state === ClientState.LEAVING) client.raw(getMessageBytes.raw(Protocol.ROOM_DATA, transfer.type, transfer));
    else client.send(transfer.type, transfer);
    client.ref.once("close", this.#deps.clock.after(DRAIN_LEAVE_MS, () => this.#deps.turnAway(client, "E_MOVED")));
  }
}
