/** The people of an area that has changed hands take their connections along: a few at a time, whoever waits for something first. */
import type { CharacterId, RoomId } from "../engine/ids.ts";
import type { Seat } from "../runtime/outlet.ts";
import type { Relay } from "../runtime/relay.ts";
import type { Turnstile } from "./turnstile.ts";

export interface Seated {
  readonly id: CharacterId;
  readonly room: RoomId;
  readonly seat: Seat;
}

export interface WalkOverOptions {
  readonly seated: readonly Seated[];
  readonly relay: Relay;
  readonly turnstile: Turnstile;
  /** Those who have left the world meanwhile need no seat. */
  readonly gone: ReadonlySet<CharacterId>;
  /** Tells a connection where its seat is; `left` is called when that connection is over. */
  readonly transfer: (seated: Seated, left: () => void) => void;
}

/** Resolves when everybody has been told; what it answers resolves when all their old connections are over. */
export async function walkOver({ seated, relay, turnstile, gone, transfer }: WalkOverOptions): Promise<{ readonly left: Promise<unknown> }> {
  const waiting = new Map(seated.map((one) => [one.id, one]));
  const telling: Promise<void>[] = [];
  const leaving: Promise<void>[] = [];
  const tell = (one: Seated, passed: () => void): void => {
    waiting.delete(one.id);
    // The last answer over the old connection comes before the way to the new one.
    telling.push(relay.leave(one.id).then(() => {
      leaving.push((gone.has(one.id) ? Promise.resolve() : new Promise<void>((resolve) => transfer(one, resolve))).then(passed));
    }));
  };
  const hurry = (id: CharacterId): void => {
    const one = waiting.get(id);
    if (one !== undefined) tell(one, () => undefined);
  };
  relay.onTurnedAway = hurry;
  for (const id of relay.turnedAway) hurry(id);
  while (waiting.size > 0) {
    const passed = await turnstile.enter();
    const [next] = waiting.values();
    if (next === undefined) passed();
    else tell(next, passed);
  }
  await Promise.all(telling);
  return { left: Promise.all(leaving) };
}
