/** The real connections of a player, and to which process the newest of them leads. */
import { ColyseusConnector } from "../../client/sdk/colyseus-connector.ts";
import type { Link, LinkEvents, Seat } from "../../client/sdk/link.ts";

export class WatchedConnector extends ColyseusConnector {
  /** The port of the process; null before the first connection, and where the server names none. */
  port: number | null = null;

  override async take(token: string, seat: Seat, events: LinkEvents, signal: AbortSignal): Promise<Link> {
    const link = await super.take(token, seat, events, signal);
    const port = /\/(\d+)$/.exec(seat.publicAddress ?? "")?.[1];
    this.port = port === undefined ? null : Number(port);
    return link;
  }
}
