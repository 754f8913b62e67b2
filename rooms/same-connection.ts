/**
 * A walk into another area of this process over a connection that there is, because it led into one until now or has been kept (`KeptConnections`): nothing is opened and
 * nothing closed, and what follows the frame by which Colyseus lets somebody in (JOIN_ROOM) is of the area there. Only for clients that say they can do it: to the stock SDK that frame is another.
 * What has to be known of Colyseus' rooms for that (core 0.18.17, `Room._onJoin` and `_onLeave`; ws-transport 0.18.4) is known here.
 */
import { ClientState, CloseCode, connectClientToRoom, createAuthContext, Protocol, type Client, type ClientPrivate, type Room } from "@colyseus/core";
import { WebSocketClient } from "@colyseus/ws-transport";
import type { CharacterId } from "../src/engine/ids.ts";
import { MAX_FRAMES_ON_THE_WAY } from "../src/limits.ts";
import type { TakeMessage } from "../src/protocol/client-messages.ts";
import type { Seat } from "../src/runtime/outlet.ts";
import type { Clock } from "../src/runtime/ports.ts";
import type { PlayerAuth } from "./AreaRoom.ts";
import { KeptConnections } from "./kept-connections.ts";

/** `onleave` is Colyseus' own listener for the end of the connection, put there by whichever of its rooms came last. */
type Socket = WebSocketClient["ref"] & { readonly onleave?: (code: number) => void };

/** Colyseus' own ways in and out of a room. */
interface Doors {
  _onMessage(client: Client, frame: Buffer): void;
  _onLeave(client: Client, code: number): Promise<unknown>;
}

/** Where a connection leads. */
interface Stand {
  readonly room: Room;
  readonly client: Client;
  /** Resolved by `settle`, when its client is ready for what is sent there, or will never be. */
  readonly settled: Promise<void>;
  readonly settle: () => void;
}

export interface SameConnectionDeps {
  /** A Colyseus Room of this process. */
  readonly roomById: (id: string) => Room | undefined;
  /** Closes the connection of somebody who could not be let in, who comes in anew. */
  readonly turnedAway: (client: Client, error: unknown) => void;
  readonly clock: Pick<Clock, "after">;
  readonly bug: (error: unknown, context: Record<string, unknown>) => void;
}

const READY = Buffer.from([Protocol.JOIN_ROOM]);
const socketOf = (client: Client): Socket => client.ref as unknown as Socket;
const doorsOf = (room: Room): Doors => room as unknown as Doors;

export class SameConnection {
  readonly #deps: SameConnectionDeps;
  /** Of connections whose clients can go on in another area over them. */
  readonly #stands = new WeakMap<Socket, Stand>();
  /** Clients that come over a connection which led into another area. */
  readonly #walking = new WeakSet<Client>();
  /** Clients whose connections are on the way into another area. */
  readonly #away = new WeakSet<Client>();
  /** Those that come over a connection which had been kept, from an area of another process. */
  readonly #fromAfar = new WeakSet<Client>();
  /** Clients that have been told that they may keep their connection. */
  readonly #mayKeep = new WeakSet<Client>();
  /** Sockets whose end is listened for. */
  readonly #watched = new WeakSet<Socket>();
  readonly #kept: KeptConnections;

  constructor(deps: SameConnectionDeps) {
    this.#deps = deps;
    this.#kept = new KeptConnections(deps.clock);
  }

  /** The client can go on in another area over this connection. */
  isAble(client: Client): boolean {
    return this.#stands.has(socketOf(client));
  }

  /** It comes into an area over a connection that it has had in another. */
  isWalking(client: Client): boolean {
    return this.#walking.has(client);
  }

  /** It does so from another area of this process. */
  isFromHere(client: Client): boolean {
    return this.isWalking(client) && !this.#fromAfar.has(client);
  }

  /** Whether the client can take this seat without another connection. */
  canTake(client: Client, seat: Seat): boolean {
    return this.isAble(client) && this.#roomOf(seat)?.hasReservedSeat(seat["sessionId"] as string) === true;
  }

  /** From now on the connection is of this room, and of no other. `able`: its client says that it can go on in another area over it. */
  leadsTo(room: Room, client: Client, able: boolean): void {
    const socket = socketOf(client);
    const before = this.#stands.get(socket);
    if (before === undefined && !able) return;
    const { promise: settled, resolve: settle } = Promise.withResolvers<void>();
    this.#stands.set(socket, { room, client, settled, settle });
    if (client.state !== ClientState.JOINING) settle();
    if (before !== undefined) this.#leaves(before.room, before.client);
    if (this.#watched.has(socket)) return;
    this.#watched.add(socket);
    socket.once("close", () => this.#stands.get(socket)?.settle());
  }

  /** A room closes, and with it the connections that lead into it: those that are on the way into another are not its own any more. */
  letGo(room: Room): void {
    for (const client of [...room.clients]) if (this.#away.has(client)) this.#leaves(room, client);
  }

  #leaves(room: Room, client: Client): void {
    doorsOf(room)._onLeave(client, CloseCode.CONSENTED).catch((error: unknown) => this.#deps.bug(error, { leaves: room.roomId }));
  }

  /** The client has said that it is ready. */
  saidReady(client: Client): void {
    const stand = this.#stands.get(socketOf(client));
    if (stand?.client === client) stand.settle();
  }

  /**
   * Takes a seat for a client that `canTake` it. What the client sends meanwhile waits for the area there; what is too much is asked again by whoever has no
   * answer to it.
   */
  take(client: Client, seat: Seat): void {
    this.#away.add(client);
    this.#lead(socketOf(client), seat, false);
  }

  /** A Colyseus Client belongs to one room: there is another for where the connection leads now. */
  #lead(socket: Socket, seat: Seat, fromAfar: boolean): void {
    const next = new WebSocketClient(seat["sessionId"] as string, socket);
    this.#walking.add(next);
    if (fromAfar) this.#fromAfar.add(next);
    void this.#arrives(next, socket, seat);
  }

  /** The client, which goes to another process, may keep its connection. */
  mayKeep(client: Client): boolean {
    if (!this.isAble(client)) return false;
    this.#mayKeep.add(client);
    return true;
  }

  /** Somebody who is elsewhere has kept a connection to this process. */
  keeps(id: CharacterId): boolean {
    return this.#kept.has(id);
  }

  /** They have left for this seat: what they have kept leads there at once, and their client may ask for it or not. */
  meets(id: CharacterId, seat: TakeMessage): void {
    this.#kept.meet(id, seat);
  }

  /** The client has arrived there, and keeps it. False when it may not. */
  keep(room: Room, client: Client): boolean {
    const socket = socketOf(client);
    if (!this.#mayKeep.delete(client) || this.#stands.get(socket)?.client !== client) return false;
    this.#stands.delete(socket);
    ofNoRoom(socket)();
    this.#leaves(room, client);
    this.#kept.keep(socket, (client.auth as PlayerAuth).characterId, ({ room_id: roomId, session_id: sessionId }) => this.#lead(socket, { roomId, sessionId }, true));
    return true;
  }

  /** Never rejects. */
  async #arrives(next: WebSocketClient, socket: Socket, seat: Seat): Promise<void> {
    // It may go on before it has arrived: `n n n`.
    await this.#stands.get(socket)?.settled;
    try {
      await this.#comeIn(next, socket, this.#roomOf(seat));
    } catch (error) {
      this.#deps.turnedAway(next, error);
    }
  }

  async #comeIn(next: Client & ClientPrivate, socket: Socket, room: Room | undefined): Promise<void> {
    const early: Buffer[] = [];
    const keep = (frame: Buffer): void => {
      if (early.length < MAX_FRAMES_ON_THE_WAY) early.push(frame);
    };
    // A kept one is of no room.
    const forgottenBefore = this.#fromAfar.has(next) ? () => undefined : ofNoRoom(socket);
    socket.on("message", keep);
    // The client has what the state consists of: it is the same everywhere.
    await connectClientToRoom(room, next, createAuthContext({ headers: {} }), { skipHandshake: true });
    socket.removeListener("message", keep);
    forgottenBefore();
    // It has been ready for all that may come since it had the first of its areas.
    for (const frame of [READY, ...early]) doorsOf(room!)._onMessage(next, frame);
  }

  #roomOf(seat: Seat): Room | undefined {
    return this.#deps.roomById(seat["roomId"] as string);
  }
}

/** The room that a connection leads into reads nothing more of it; after a call of what this answers it does not hear of its end either. */
function ofNoRoom(socket: Socket): () => void {
  // It came to listen last: before it, there is whoever sees whether the connection is alive.
  const read = (socket.listeners("message") as ((frame: Buffer) => void)[]).at(-1);
  if (read !== undefined) socket.removeListener("message", read);
  const { onleave } = socket;
  return () => { if (onleave !== undefined) socket.removeListener("close", onleave); };
}
