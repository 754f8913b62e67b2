/** A line that is cut at one exact point: when a message of some kind arrives, before anybody reads it, or when a seat is taken. */
import { ColyseusConnector } from "../../client/sdk/colyseus-connector.ts";
import { WaystoneError } from "../../client/sdk/errors.ts";
import type { KeptLink, Link, LinkEvents, Seat } from "../../client/sdk/link.ts";
import type { JoinOptions } from "../../src/protocol/client-messages.ts";

export class TrappedConnector extends ColyseusConnector {
  readonly #links = new Set<Link>();
  readonly #kept = new Set<KeptLink>();
  #trap: ((what: string) => boolean) | null = null;
  #isCut = false;
  /** What arrived, or was about to be done, when it was cut. */
  sprung: string | null = null;

  /** Cuts the line at the first thing for which `holds` is true: a type of message, or `take` for a seat about to be taken. */
  arm(holds: (what: string) => boolean): void {
    this.#trap = holds;
    this.sprung = null;
  }

  cut(): void {
    this.#isCut = true;
    this.#trap = null;
    for (const link of this.#links) link.drop();
    for (const kept of this.#kept) kept.close();
    this.#links.clear();
    this.#kept.clear();
  }

  mend(): void {
    this.#isCut = false;
  }

  override async join(token: string, options: JoinOptions, events: LinkEvents, signal: AbortSignal): Promise<Link> {
    if (this.#isCut) throw new WaystoneError("E_NETWORK", "cut");
    return await super.join(token, options, events, signal);
  }

  override async take(token: string, seat: Seat, events: LinkEvents, signal: AbortSignal): Promise<Link> {
    return await this.#taken(events, (trapped) => super.take(token, seat, trapped, signal));
  }

  /** A seat is taken, over a connection of its own or over the one before. */
  async #taken(events: LinkEvents, take: (events: LinkEvents) => Promise<Link>): Promise<Link> {
    if (this.#isCut || this.#springs("take")) throw new WaystoneError("E_NETWORK", "cut");
    let isDead = false;
    const link = await take({
      message: (type, payload) => {
        isDead ||= this.#isCut || this.#springs(type);
        if (!isDead) events.message(type, payload);
      },
      stateChanged: () => {
        isDead ||= this.#isCut || this.#springs("state");
        if (!isDead) events.stateChanged();
      },
      closed: (code, reason) => events.closed(code, reason),
    });
    this.#links.add(link);
    if (isDead || this.#isCut) {
      link.drop();
      throw new WaystoneError("E_NETWORK", "cut");
    }
    const goOn = link.goOn.bind(link);
    link.goOn = (onward, signal) => this.#taken(onward, (trapped) => goOn(trapped, signal));
    const keep = link.keep.bind(link);
    link.keep = () => {
      const kept = keep();
      const take = kept.take.bind(kept);
      kept.take = (seat, onward, signal) => this.#taken(onward, (trapped) => take(seat, trapped, signal));
      this.#kept.add(kept);
      return kept;
    };
    return link;
  }

  #springs(what: string): boolean {
    if (this.#trap?.(what) !== true) return false;
    this.sprung = what;
    this.cut();
    return true;
  }
}
