/** What a session needs from a connection. `colyseus-connector.ts` is the real one; tests bring their own. */
import type { JoinOptions } from "../../src/protocol/client-messages.ts";
import type { TransferMessage } from "../../src/protocol/server-messages.ts";

export type Seat = TransferMessage["seat"];

/** What happens on a connection, from before it is open: no message can come too early. */
export interface LinkEvents {
  message(type: string, payload: unknown): void;
  stateChanged(): void;
  /** The connection is over; called once, and only when it had been opened. */
  closed(code: number, reason: string): void;
}

/** One open connection, as long as it leads into one area. */
export interface Link {
  /** The synced state, as the server's schema reflects it. */
  readonly state: unknown;
  send(type: string, payload: unknown): void;
  /** Asks for a sign of life. Nothing happens when the line is dead. */
  ping(answered: () => void): void;
  /** Says goodbye and waits, not for long, until the connection is over. */
  leave(): Promise<void>;
  /** Closes without a word. */
  drop(): void;
  /**
   * Goes on in the next area that the server has said this connection leads into; this link can do nothing more then. Rejects when the connection ends before;
   * giving the call up ends it.
   */
  goOn(events: LinkEvents, signal: AbortSignal): Promise<Link>;
  /** Keeps the connection for the way back, as the server has said that one may; what is still on its way is delivered. This link can do nothing more then. */
  keep(): KeptLink;
}

/** A connection that leads nowhere, until it takes a seat in an area of the process that it leads to. */
export interface KeptLink {
  /** Of that process, as it stands in its seats. */
  readonly process: string | undefined;
  readonly isOpen: boolean;
  /** As `Connector.take`, and once: what cannot be done ends it. */
  take(seat: Seat, events: LinkEvents, signal: AbortSignal): Promise<Link>;
  close(): void;
}

/** Opens connections. An aborted call rejects at once and leaves nothing open. */
export interface Connector {
  /** Joins the world; the server decides in which area. */
  join(token: string, options: JoinOptions, events: LinkEvents, signal: AbortSignal): Promise<Link>;
  /** Takes a seat that the server has kept in another area. */
  take(token: string, seat: Seat, events: LinkEvents, signal: AbortSignal): Promise<Link>;
}
