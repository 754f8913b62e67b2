/**
 * Orders of those who look after the world, read from the database now and then and carried out by whoever owns the area
 * where it has to happen (DESIGN §4); so they work from any process, whichever the order came in by.
 *
 * An order about a character belongs to the area where the character's row says it stands at that moment: who walks on
 * takes its orders along. Where nobody serves that area, it is opened for what needs an owner (a gift, a teleport, an
 * undo); for what only concerns people who are in the world there is then nothing to do.
 */
import { z } from "zod";
import type { AreaId, CharacterId, RoomId } from "../engine/ids.ts";
import type { Mute } from "../engine/staff.ts";
import type { Role } from "../engine/world.ts";
import { KICK_WAITS_MS, ORDER_GIVEN_UP_MS } from "../limits.ts";
import { AppError } from "../protocol/codes.ts";
import { render } from "../text/render.ts";
import { carryOut, type DeedDeps, type DeedOutcome, type OrderedArea } from "./staff-deeds.ts";

export interface StaffIntent {
  readonly id: string;
  readonly kind: string;
  /** The area that has to do it; null: the one where the character stands, or all of them. */
  readonly area: AreaId | null;
  readonly character: CharacterId | null;
  /** Where the character stands by its row. */
  readonly room: RoomId | null;
  readonly payload: Readonly<Record<string, unknown>>;
  /** An area that sleeps is woken for it. */
  readonly wakes: boolean;
  /** In all areas of all processes, once. */
  readonly everywhere: boolean;
  readonly ageMs: number;
}

export interface Standing {
  readonly role: Role;
  readonly muted: Mute | undefined;
}

/** All methods reject when the database cannot be reached. */
export interface StaffIntentStore {
  /** The oldest that wait, for whatever area, and what was ordered for everywhere lately. */
  orders(): Promise<StaffIntent[]>;
  /** Those of the areas that a living process serves. */
  served(areas: readonly AreaId[]): Promise<AreaId[]>;
  finish(id: string, outcome: DeedOutcome): Promise<void>;
  /** What the account of a character allows now. */
  standing(id: CharacterId): Promise<Standing | undefined>;
}

export interface StaffOrdersDeps extends Omit<DeedDeps, "standing"> {
  readonly areas: () => Iterable<OrderedArea>;
  readonly areaOfRoom: (room: RoomId) => AreaId | undefined;
  /** Has the area served, here or elsewhere. Rejects with an AppError when that cannot be just now. */
  readonly open: (area: AreaId) => Promise<void>;
  readonly orders: StaffIntentStore;
  readonly bug: (error: unknown, context: Record<string, unknown>) => void;
}

const announcement = z.object({ text: z.string() });

export class StaffOrders {
  readonly #deps: StaffOrdersDeps;
  /** Orders for everywhere that this process has carried out; null: it has only just started, and those before are not its own. */
  #told: ReadonlySet<string> | null = null;
  #running: Promise<void> | null = null;
  #again = false;

  constructor(deps: StaffOrdersDeps) {
    this.#deps = deps;
  }

  /** Carries out what waits. While a round is under way another follows it. Rejects when the database cannot be reached. */
  poll(): Promise<void> {
    if (this.#running !== null) {
      this.#again = true;
      return this.#running;
    }
    this.#running = this.#rounds().finally(() => { this.#running = null; });
    return this.#running;
  }

  async #rounds(): Promise<void> {
    do {
      this.#again = false;
      await this.#round();
    } while (this.#again);
  }

  async #round(): Promise<void> {
    const orders = await this.#deps.orders.orders();
    this.#tellEverywhere(orders.filter(({ everywhere }) => everywhere));
    const elsewhere = (await Promise.all(orders.filter(({ everywhere }) => !everywhere).map((order) => this.#here(order)))).filter((order) => order !== undefined);
    if (elsewhere.length > 0) await this.#elsewhere(elsewhere);
  }

  #tellEverywhere(orders: readonly StaffIntent[]): void {
    for (const { id, kind, payload } of orders) {
      if (this.#told === null || this.#told.has(id) || kind !== "announce") continue;
      const line = render({ key: "staff.announcement", params: announcement.parse(payload), type: "system" });
      for (const { area, outlet } of this.#deps.areas()) {
        for (const room of area.rooms.values()) if (room.characters.size > 0) outlet.room(room.id, { ...line, id: `announce:${id}:${room.id}` }, []);
      }
    }
    this.#told = new Set(orders.map(({ id }) => id));
  }

  #areaOf({ area, room }: StaffIntent): AreaId | undefined {
    return area ?? (room === null ? undefined : this.#deps.areaOfRoom(room));
  }

  /** Carries the order out if its area is served here; otherwise answers it. */
  async #here(order: StaffIntent): Promise<StaffIntent | undefined> {
    const id = this.#areaOf(order);
    if (id === undefined) {
      await this.#deps.orders.finish(order.id, { kind: "refused", said: ["There is no such character, or no such place."] });
      return undefined;
    }
    const area = [...this.#deps.areas()].find((one) => one.id === id);
    if (area === undefined) return order;
    // What the journal can undo is the business of `Intents`.
    if (order.kind === "undo") return undefined;
    await this.#carryOut(area, order);
    return undefined;
  }

  async #carryOut(area: OrderedArea, order: StaffIntent): Promise<void> {
    const { orders, bug } = this.#deps;
    let outcome: DeedOutcome | "later";
    try {
      outcome = await carryOut(area, order, { ...this.#deps, standing: (id) => orders.standing(id) });
    } catch (error) {
      if (error instanceof AppError) outcome = "later";
      else {
        bug(error, { order: order.id, kind: order.kind });
        outcome = { kind: "refused", said: ["Something went wrong on the server. Nothing was changed."] };
      }
    }
    // Between two areas somebody is in neither; whoever is to be thrown out is waited for.
    if (outcome === "later" && order.kind === "kick" && order.ageMs > KICK_WAITS_MS) outcome = { kind: "done", said: ["They are not in the world."] };
    if (outcome === "later" && order.ageMs > ORDER_GIVEN_UP_MS) outcome = { kind: "refused", said: ["It could not be done for too long, and was given up."] };
    if (outcome !== "later") await orders.finish(order.id, outcome);
  }

  /** Has somebody serve the areas of these orders, where nobody does. */
  async #elsewhere(waiting: readonly StaffIntent[]): Promise<void> {
    const { orders, open } = this.#deps;
    const areas = new Map(waiting.map((order) => [order, this.#areaOf(order)!]));
    const served = new Set(await orders.served([...new Set(areas.values())]));
    const toOpen = new Set<AreaId>();
    for (const order of waiting) {
      const area = areas.get(order)!;
      if (served.has(area)) continue;
      if (order.wakes) toOpen.add(area);
      else await orders.finish(order.id, { kind: "done", said: ["They are not in the world."] });
    }
    for (const area of toOpen) {
      try {
        await open(area);
        this.#again = true;
      } catch (error) {
        // Another process was quicker, or it cannot be just now: the next round sees.
        if (!(error instanceof AppError)) throw error;
      }
    }
  }
}
