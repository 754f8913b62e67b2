/** The way into an area: whoever comes in is loaded and let in, and whoever is in is expected to have a connection. */
import { decideArrival, type Arrival } from "../engine/arrive.ts";
import type { EngineContext } from "../engine/context.ts";
import { decideLink } from "../engine/depart.ts";
import type { CharacterId } from "../engine/ids.ts";
import type { AreaState, Character } from "../engine/world.ts";
import type { Accepted, Decision } from "../engine/decision.ts";
import { LINK_DEAD_MS, SEAT_TAKEN_WITHIN_MS } from "../limits.ts";
import { AppError } from "../protocol/codes.ts";
import { render } from "../text/render.ts";
import type { Attendance } from "./attendance.ts";
import type { Outlet } from "./outlet.ts";
import type { Brought, Passenger } from "./passengers.ts";
import type { AreaStore, Clock, LoadedCharacter } from "./ports.ts";
import type { Replies } from "./replies.ts";

/** Something to do in a character's lane. */
interface Turn {
  readonly prepare?: () => Promise<void>;
  readonly decide: () => Decision | "done";
  readonly applied?: (decision: Accepted) => void;
  readonly failed: (error: AppError) => void;
}

export interface EntranceDeps {
  readonly area: AreaState;
  readonly store: Pick<AreaStore, "loadCharacter" | "loadCharacters">;
  readonly clock: Clock;
  readonly replies: Replies;
  readonly attendance: Attendance;
  readonly context: () => EngineContext;
  readonly outlet: () => Outlet;
  readonly post: (lane: CharacterId, turn: Turn) => void;
  readonly closed: () => boolean;
  /** The lease holds. Without it a row that comes back late says nothing: another process may serve whoever it is. */
  readonly holds: (() => boolean) | undefined;
  /** It has been let in, with its rows read anew or not; `mayHavePost`: unless they say that no letters wait. */
  readonly came: (id: CharacterId, how: Arrival, mayHavePost: boolean) => void;
  /** Nobody came back for it in time. */
  readonly givenUp: (id: CharacterId) => void;
  readonly bug: (error: unknown, context: Record<string, unknown>) => void;
}

export class Entrance {
  readonly #deps: EntranceDeps;
  /** Stops the clock of a character whose connection is not there. */
  readonly #unlinked = new Map<CharacterId, () => void>();
  /** Those who have been granted a seat and are not here yet, with until when it counts; whoever is given up first comes first. */
  readonly #expected = new Map<CharacterId, number>();
  #allHere: (() => void) | null = null;
  /** Those who have left since everybody's rows were read; null: nobody is being taken in. */
  #leftSince: Set<CharacterId> | null = null;

  constructor(deps: EntranceDeps) {
    this.#deps = deps;
  }

  /** It has a seat, and is on its way. */
  expects(id: CharacterId): void {
    const { area, clock } = this.#deps;
    const nowMs = clock.nowMs();
    for (const [other, untilMs] of this.#expected) {
      if (untilMs >= nowMs) break;
      this.#expected.delete(other);
    }
    if (area.characters.has(id)) return;
    this.#expected.delete(id);
    this.#expected.set(id, nowMs + SEAT_TAKEN_WITHIN_MS);
  }

  /** Resolves when everybody who has a seat is here, or after `withinMs`. */
  async allHere(withinMs: number): Promise<void> {
    if (this.#expected.size === 0) return;
    let cancel = (): void => undefined;
    await new Promise<void>((resolve) => {
      this.#allHere = resolve;
      cancel = this.#deps.clock.after(withinMs, resolve);
    });
    cancel();
  }

  #arrived(id: CharacterId): void {
    if (this.#expected.delete(id) && this.#expected.size === 0) this.#allHere?.();
  }

  /**
   * Lets a character in: loads it, unless it is here already. Resolves with it once it stands in the room.
   * Rejects with E_MOVED when it stands in another area, E_STORAGE when it cannot be loaded.
   */
  async admit(id: CharacterId, how: Arrival, brings: Brought): Promise<Character> {
    this.linked(id);
    const character = await this.#letIn(id, how, brings, () => this.#deps.store.loadCharacter(id, null));
    this.linked(id);
    this.#arrived(id);
    return character;
  }

  /**
   * Takes in everybody who comes along with the area, loaded in one go: they stand here before their connections do, and
   * whoever does not connect for as long as a seat lasts has lost theirs. Whoever cannot be let in comes in by itself.
   * Rejects when the rows cannot be read.
   */
  async takeIn(people: readonly Passenger[]): Promise<void> {
    const { store, clock, bug } = this.#deps;
    const leftSince = new Set<CharacterId>();
    this.#leftSince = leftSince;
    const rows = await store.loadCharacters(people.map(({ id }) => id));
    await Promise.all(people.map(async ({ id, brings, connected }) => {
      try {
        if (connected && !this.#deps.area.characters.has(id)) this.#expect(id, SEAT_TAKEN_WITHIN_MS, () => this.linkLost(id), clock);
        await this.#letIn(id, { kind: "resume" }, brings, () => Promise.resolve(leftSince.has(id) ? undefined : rows.get(id)));
        if (!connected) this.linkLost(id);
      } catch (error) {
        this.linked(id);
        if (!(error instanceof AppError)) bug(error, { takingIn: id });
      }
    }));
    this.#leftSince = null;
  }

  /** The connection is gone: the character waits a while for another, then is put away. */
  linkLost(id: CharacterId): void {
    const { area, context, clock, closed, post, givenUp } = this.#deps;
    if (!area.characters.has(id) || this.#unlinked.has(id) || closed()) return;
    this.#expect(id, LINK_DEAD_MS, () => givenUp(id), clock);
    post(id, { decide: () => (area.characters.has(id) && this.#unlinked.has(id) ? decideLink(area, id, true, context()) : "done"), failed: () => undefined });
  }

  /** Its connection is there; should it be waited for since the connection before has ended, after it was let in, it is so no longer. */
  linkBack(id: CharacterId): void {
    const { area, context, post } = this.#deps;
    if (!this.#unlinked.has(id)) return;
    this.linked(id);
    post(id, { decide: () => (area.characters.has(id) ? decideLink(area, id, false, context()) : "done"), failed: () => undefined });
  }

  /** It has a connection, or needs none any more. */
  linked(id: CharacterId): void {
    this.#unlinked.get(id)?.();
    this.#unlinked.delete(id);
  }

  left(id: CharacterId): void {
    this.#leftSince?.add(id);
  }

  /** Nobody is waited for any more. */
  close(): void {
    for (const stop of this.#unlinked.values()) stop();
    this.#unlinked.clear();
  }

  #expect(id: CharacterId, withinMs: number, otherwise: () => void, clock: Clock): void {
    if (this.#unlinked.has(id)) return;
    this.#unlinked.set(id, clock.after(withinMs, () => {
      this.#unlinked.delete(id);
      otherwise();
    }));
  }

  #letIn(id: CharacterId, how: Arrival, brings: Brought, load: () => Promise<LoadedCharacter | undefined>): Promise<Character> {
    const { area, context, replies, attendance, outlet, came, post, holds } = this.#deps;
    return new Promise<Character>((resolve, reject) => {
      let loaded: LoadedCharacter | undefined;
      post(id, {
        prepare: async () => {
          if (area.characters.has(id)) return;
          loaded = await load();
          if (loaded !== undefined) Object.assign(loaded.character, brings);
        },
        decide: () => {
          if (area.characters.has(id)) return decideLink(area, id, false, context());
          if (loaded === undefined || holds?.() === false || !area.rooms.has(loaded.character.room)) throw new AppError("E_MOVED");
          return decideArrival(area, loaded.character, loaded.items, how, context());
        },
        applied: (decision) => {
          if (loaded !== undefined) {
            replies.load(id, loaded.seq, loaded.replies);
            attendance.came(id);
          }
          outlet().personal(id, ...decision.messages.filter(({ audience }) => audience.to === "actor").map(render));
          const character = area.characters.get(id);
          if (character === undefined) reject(new AppError("E_MOVED"));
          else resolve(character);
          came(id, how, loaded?.hasPost !== false);
        },
        failed: reject,
      });
    });
  }
}
