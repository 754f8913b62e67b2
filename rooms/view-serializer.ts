/**
 * Colyseus' schema serializer, but a client whose view has not changed gets no frame and costs no encoding, all who see the same
 * get what was encoded once, and one that comes in costs what it sees and not what there is. The stock one encodes and sends to every
 * client of the room on any change, and looks at everything in the area for everybody who comes in (measured in ARCHITECTURE.md).
 */
import { ClientState, Protocol, SchemaSerializer, type Client } from "@colyseus/core";
import { $changes, type Iterator, type StateView } from "@colyseus/schema";
import type { RoomId } from "../src/engine/ids.ts";
import type { Deliveries } from "./deliveries.ts";
import type { WorldView } from "../schema/WorldView.ts";

/** The bytes of a frame without any change: the protocol byte alone. */
const EMPTY_FRAME_BYTES = 1;

/**
 * Where all areas of the process encode, one after another: whatever is sent is a copy. Colyseus gives each room two of its own, which
 * would be more than all the rest of an area with a few people in it. It grows with the largest.
 */
let workspace: Uint8Array | undefined;
/** What the fields are called: the same for every area. */
let handshake: Uint8Array | undefined;

/** Something has changed that nobody else sees, or it is not known what. */
export const OF_ITS_OWN = Symbol("of its own");

/** What the rooms know of what their clients see. */
export interface Views {
  /** Gives a client's view all that it sees: it is about to be sent that for the first time. */
  readonly show: (client: Client) => void;
  /** What a client sees may have changed since `patched` was last called. A room: only what everybody sees of it who is in it; null: nothing has. */
  readonly concern: (client: Client) => RoomId | typeof OF_ITS_OWN | null;
  /** Somebody's view may have been given something, or lost it, since then. */
  readonly moved: () => boolean;
  readonly patched: () => void;
}

export class ViewSerializer extends SchemaSerializer<WorldView> {
  readonly #views: Views;
  readonly #deliveries: Deliveries | undefined;
  /** What everybody sees, as whoever comes in is told; null when it has changed since. */
  #shared: Uint8Array | null = null;

  constructor(views: Views, deliveries?: Deliveries) {
    super();
    this.#deliveries = deliveries;
    this.#views = views;
  }

  override reset(state: WorldView): void {
    super.reset(state);
    this.#shared = null;
    workspace ??= this.encoder.sharedBuffer;
    this.encoder.sharedBuffer = this.fullEncodeBuffer = workspace;
  }

  /** Something may have changed since the last patch, of the state or of what a client sees of it. */
  get hasNews(): boolean {
    return this.encoder.hasChanges || this.#views.moved();
  }

  override handshake(): Uint8Array {
    return (handshake ??= super.handshake());
  }

  override applyPatches(clients: Client[]): boolean {
    return this.#working(() => this.#applyPatches(clients));
  }

  #applyPatches(clients: Client[]): boolean {
    if (clients.length === 0 || !this.encoder.hasChanges) {
      if (this.encoder.hasChanges) this.#shared = null;
      // Mostly nothing has changed; Colyseus' own way of seeing that costs a fiftieth of what talk does.
      const result = clients.length === 0 || this.#views.moved() ? super.applyPatches(clients) : false;
      this.#views.patched();
      return result;
    }
    this.needFullEncode = true;
    const it: Iterator = { offset: 1 };
    this.encoder.sharedBuffer[0] = Protocol.ROOM_STATE_PATCH;
    const shared = this.encoder.encode(it);
    const sharedOffset = it.offset;
    const forAll = sharedOffset > EMPTY_FRAME_BYTES ? Buffer.from(shared) : null;
    if (forAll !== null) this.#shared = null;
    const ofRooms = new Map<RoomId, { readonly frame: Uint8Array; readonly clients: Client[] }>();
    for (const client of clients) {
      if (client.state !== ClientState.JOINED) continue;
      const { view } = client;
      const concern = view === undefined ? null : view.changes.size > 0 ? OF_ITS_OWN : this.#views.concern(client);
      if (view === undefined || concern === null) {
        if (forAll !== null) this.#send(client, forAll);
        continue;
      }
      const same = concern === OF_ITS_OWN ? undefined : ofRooms.get(concern);
      if (same !== undefined) {
        same.clients.push(client);
        continue;
      }
      it.offset = sharedOffset;
      const frame = this.encoder.encodeView(view, sharedOffset, it);
      // The encoder has cleared it, which leaves a table that points to the next (src/churn.ts).
      view.changes = new Map();
      if (concern !== OF_ITS_OWN) ofRooms.set(concern, { frame, clients: [client] });
      else if (frame.length > EMPTY_FRAME_BYTES) this.#send(client, frame);
    }
    // One room after the other: what goes to many one after the other is framed once.
    for (const { frame, clients: those } of ofRooms.values()) {
      if (frame.length > EMPTY_FRAME_BYTES) for (const client of those) this.#send(client, frame);
    }
    this.encoder.discardChanges();
    this.#views.patched();
    return true;
  }

  /** All that a client sees, which has just come in: the next patch need not say it again. */
  override getFullState(client?: Client): Uint8Array {
    if (client !== undefined) this.#views.show(client);
    return this.#working(() => this.#fullState(client?.view));
  }

  #fullState(view: StateView | undefined): Uint8Array {
    const shared = (this.#shared ??= this.#encodeShared());
    if (view === undefined) return shared;
    // What the view has just been given is written down in it, so that nothing else has to be looked at, and what is newer than the last patch comes with what has changed since.
    // A view that had been given it before that patch would not have all of it: what was new then is written down for nobody (StateView.add).
    const it: Iterator = { offset: shared.length };
    // It fits: it was encoded there, and the workspace only grows.
    this.encoder.sharedBuffer.set(shared);
    const full = this.encoder.encodeView(view, shared.length, it);
    view.changes = new Map();
    return full;
  }

  /** What everybody sees, wherever they are. */
  #encodeShared(): Uint8Array {
    // The encoder marks where it has been with the number of the run, and passes over what bears it; where it has to begin anew in a larger buffer it looks at everything.
    const { rooms, selves } = this.encoder.state;
    const run = (this.encoder as unknown as { _fullSyncGen: number })._fullSyncGen + 1;
    for (const part of [rooms, selves]) {
      for (const child of part.values()) (child as unknown as { [$changes]: { _fullSyncGen: number } })[$changes]._fullSyncGen = run;
    }
    const it: Iterator = { offset: 1 };
    this.encoder.sharedBuffer[0] = Protocol.ROOM_STATE;
    return Buffer.from(this.encoder.encodeAll(it).subarray(0, it.offset));
  }

  /** Encodes in the workspace, which may have to grow meanwhile. */
  #working<T>(encode: () => T): T {
    this.encoder.sharedBuffer = workspace!;
    const result = encode();
    workspace = this.encoder.sharedBuffer;
    return result;
  }

  #send(client: Client, frame: Uint8Array): void {
    if (this.#deliveries !== undefined) this.#deliveries.patches += 1;
    client.raw(frame);
  }
}
