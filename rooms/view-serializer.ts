/**
 * Colyseus' schema serializer, but a client whose view has not changed gets no frame and costs no encoding, and one that
 * comes in costs what it sees and not what there is. The stock one encodes and sends to every client of the room on any
 * change, and looks at everything in the area for everybody who comes in (measured in ARCHITECTURE.md).
 */
import { ClientState, Protocol, SchemaSerializer, type Client } from "@colyseus/core";
import { $changes, type Iterator, type StateView } from "@colyseus/schema";
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

/** What the rooms know of what their clients see. */
export interface Views {
  /** Something that the client sees may have changed since `patched` was last called. */
  readonly concerns: (client: Client) => boolean;
  /** Somebody's view may have been given something, or lost it, since then. */
  readonly moved: () => boolean;
  readonly patched: () => void;
}

export class ViewSerializer extends SchemaSerializer<WorldView> {
  readonly #views: Views;
  readonly #deliveries: Deliveries | undefined;

  constructor(views: Views, deliveries?: Deliveries) {
    super();
    this.#deliveries = deliveries;
    this.#views = views;
  }

  override reset(state: WorldView): void {
    super.reset(state);
    workspace ??= this.encoder.sharedBuffer;
    this.encoder.sharedBuffer = this.fullEncodeBuffer = workspace;
  }

  override handshake(): Uint8Array {
    return (handshake ??= super.handshake());
  }

  override applyPatches(clients: Client[]): boolean {
    return this.#working(() => this.#applyPatches(clients));
  }

  #applyPatches(clients: Client[]): boolean {
    if (clients.length === 0 || !this.encoder.hasChanges) {
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
    for (const client of clients) {
      if (client.state !== ClientState.JOINED) continue;
      const view = client.view;
      if (view === undefined || (view.changes.size === 0 && !this.#views.concerns(client))) {
        if (shared.length > EMPTY_FRAME_BYTES) this.#send(client, Buffer.from(shared.subarray(0, sharedOffset)));
        continue;
      }
      it.offset = sharedOffset;
      const frame = this.encoder.encodeView(view, sharedOffset, it);
      // The encoder has cleared it, which leaves a table that points to the next (src/churn.ts).
      view.changes = new Map();
      if (frame.length > EMPTY_FRAME_BYTES) this.#send(client, frame);
    }
    this.encoder.discardChanges();
    this.#views.patched();
    return true;
  }

  /** All that a client sees, which has just come in: the next patch need not say it again. */
  override getFullState(client?: Client): Uint8Array {
    return this.#working(() => this.#fullState(client?.view));
  }

  #fullState(view: StateView | undefined): Uint8Array {
    this.#passOver(undefined);
    this.encoder.sharedBuffer[0] = Protocol.ROOM_STATE;
    const it: Iterator = { offset: 1 };
    const shared = this.encoder.encodeAll(it);
    if (view === undefined) return Buffer.from(shared);
    this.#passOver(view);
    const full = this.encoder.encodeAllView(view, it.offset, { offset: it.offset });
    view.changes = new Map();
    return full;
  }

  /** Encodes in the workspace, which may have to grow meanwhile. */
  #working<T>(encode: () => T): T {
    this.encoder.sharedBuffer = workspace!;
    const result = encode();
    workspace = this.encoder.sharedBuffer;
    return result;
  }

  /**
   * The next full encoding looks into no room and at no character that is not in the view. The encoder marks where it has been with the
   * number of the run, and passes over what bears it; where it has to begin anew in a larger buffer it looks at everything.
   */
  #passOver(view: StateView | undefined): void {
    const { rooms, selves } = this.encoder.state;
    const run = (this.encoder as unknown as { _fullSyncGen: number })._fullSyncGen + 1;
    for (const part of [rooms, selves]) {
      for (const child of part.values()) {
        if (view?.has(child) !== true) (child as unknown as { [$changes]: { _fullSyncGen: number } })[$changes]._fullSyncGen = run;
      }
    }
  }

  #send(client: Client, frame: Uint8Array): void {
    if (this.#deliveries !== undefined) this.#deliveries.patches += 1;
    client.raw(frame);
  }
}
