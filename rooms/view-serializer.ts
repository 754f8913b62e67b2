/**
 * Colyseus' schema serializer, but a client whose view has not changed gets no frame and costs no encoding.
 * The stock one encodes and sends to every client of the room on any change (measured in ARCHITECTURE.md).
 */
import { ClientState, Protocol, SchemaSerializer, type Client } from "@colyseus/core";
import type { Iterator } from "@colyseus/schema";
import type { Deliveries } from "./deliveries.ts";
import type { WorldView } from "../schema/WorldView.ts";

/** The bytes of a frame without any change: the protocol byte alone. */
const EMPTY_FRAME_BYTES = 1;

export class ViewSerializer extends SchemaSerializer<WorldView> {
  readonly #concerns: (client: Client) => boolean;
  readonly #sent: () => void;
  readonly #deliveries: Deliveries | undefined;

  /** `concerns` says whether something that the client sees may have changed since `sent` was last called. */
  constructor(concerns: (client: Client) => boolean, sent: () => void, deliveries?: Deliveries) {
    super();
    this.#deliveries = deliveries;
    this.#concerns = concerns;
    this.#sent = sent;
  }

  override applyPatches(clients: Client[]): boolean {
    if (clients.length === 0 || !this.encoder.hasChanges) {
      const result = super.applyPatches(clients);
      this.#sent();
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
      if (view === undefined || (view.changes.size === 0 && !this.#concerns(client))) {
        if (shared.length > EMPTY_FRAME_BYTES) this.#send(client, Buffer.from(shared.subarray(0, sharedOffset)));
        continue;
      }
      it.offset = sharedOffset;
      const frame = this.encoder.encodeView(view, sharedOffset, it);
      if (frame.length > EMPTY_FRAME_BYTES) this.#send(client, frame);
    }
    this.encoder.discardChanges();
    this.#sent();
    return true;
  }

  #send(client: Client, frame: Uint8Array): void {
    if (this.#deliveries !== undefined) this.#deliveries.patches += 1;
    client.raw(frame);
  }
}
