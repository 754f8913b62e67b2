/** What one order does in the area that owns it. Everything passes through the area's pump, in the lane of who it is about. */
import { z } from "zod";
import { conflict, happened, writesOf, type Accepted, type ConflictKey, type Refused } from "../engine/decision.ts";
import type { EngineContext } from "../engine/context.ts";
import type { DomainEvent } from "../engine/events.ts";
import type { Departure } from "../engine/depart.ts";
import { asId, type AreaId, type CharacterId, type ItemId, type KindId, type RoomId } from "../engine/ids.ts";
import type { WaitingLetter } from "../engine/post.ts";
import { decideErasure, decideGift, decideTaking, turnOf, whisk, withGuest } from "../engine/staff-deeds.ts";
import type { Turn } from "../engine/turn.ts";
import type { AreaState } from "../engine/world.ts";
import { MAX_COINS, MAX_STACK } from "../limits.ts";
import { AppError } from "../protocol/codes.ts";
import { render } from "../text/render.ts";
import type { Outlet } from "./outlet.ts";
import type { AreaStore, LoadedCharacter } from "./ports.ts";
import type { Standing, StaffIntent } from "./staff-orders.ts";
import type { Task } from "./task.ts";

export interface DeedOutcome {
  readonly kind: "done" | "refused" | "done-before";
  readonly said: readonly string[];
}

/** An area as orders see it. */
export interface OrderedArea {
  readonly id: AreaId;
  readonly area: AreaState;
  readonly outlet: Outlet;
  post(task: Task): void;
  withdraw(id: CharacterId, why: Departure): Promise<void>;
  linkLost(id: CharacterId): void;
}

export interface DeedDeps {
  readonly characters: Pick<AreaStore, "loadCharacter" | "letters">;
  readonly context: () => EngineContext;
  readonly standing: (id: CharacterId) => Promise<Standing | undefined>;
}

/** Taken out of the world: the client does not come back by itself. */
export const CLOSE_TAKEN_OUT = 4403;
/** Come in again, as whoever the token now says. */
const CLOSE_COME_AGAIN = 4410;

const by = z.object({ staff: z.string().nullish(), by: z.string().nullish(), reason: z.string().nullish() });
const coins = z.object({ coins: z.int().positive().max(MAX_COINS) });
const PAYLOADS = {
  teleport: z.object({ room: z.string() }),
  give: z.union([coins, z.object({ kind: z.string(), quantity: z.int().positive().max(MAX_STACK) })]),
  take: z.union([coins, z.object({ item: z.string(), quantity: z.int().positive().nullish() })]),
};

/** "later": it cannot be done now, and is tried again with the next round. Rejects with an AppError to the same effect. */
export async function carryOut(area: OrderedArea, order: StaffIntent, deps: DeedDeps): Promise<DeedOutcome | "later"> {
  const { kind, character: id, payload } = order;
  if (id === null) return { kind: "refused", said: [`Nobody knows how to ${kind} without somebody.`] };
  switch (kind) {
    case "kick": return await kick(area, id, payload["banned"] === true ? "staff.banned" : "staff.kicked", by.parse(payload).reason ?? "");
    case "relogin": return comeAgain(area, id);
    case "reread": return await reread(area, id, deps);
    case "teleport": {
      const room = asId<RoomId>(PAYLOADS.teleport.parse(payload).room);
      if (!deps.context().content.rooms.has(room)) return { kind: "refused", said: [`The world has no room ${room}.`] };
      return await inLane(area, order, `(teleport to ${room})`, deps, (turn) => (turn.actor.room === room ? turn.refuse("already", "goto.here") : whisk(turn, room) ?? turn.accept()));
    }
    case "give": {
      const gift = PAYLOADS.give.parse(payload);
      const what = "coins" in gift ? gift : { kind: asId<KindId>(gift.kind), quantity: gift.quantity };
      return await inLane(area, order, "coins" in gift ? `(give ${gift.coins} coins)` : `(give ${gift.quantity} ${gift.kind})`, deps, (turn) => decideGift(turn, what));
    }
    case "take": {
      const taking = PAYLOADS.take.parse(payload);
      const what = "coins" in taking ? taking : { item: asId<ItemId>(taking.item), quantity: taking.quantity ?? null };
      return await inLane(area, order, "coins" in taking ? `(take ${taking.coins} coins)` : `(take ${taking.item})`, deps, (turn) => decideTaking(turn, what));
    }
    case "erase": return await erase(area, order, id, deps);
    default: return { kind: "refused", said: [`Nobody knows how to ${kind}.`] };
  }
}

async function kick(area: OrderedArea, id: CharacterId, key: string, reason: string): Promise<DeedOutcome | "later"> {
  if (!area.area.characters.has(id)) return "later";
  area.outlet.personal(id, render({ key, params: { reason }, type: "system" }));
  await area.withdraw(id, "kicked");
  area.outlet.dismiss(id, CLOSE_TAKEN_OUT, "E_FORBIDDEN");
  return { kind: "done", said: ["They were taken out of the world."] };
}

function comeAgain(area: OrderedArea, id: CharacterId): DeedOutcome {
  if (!area.area.characters.has(id)) return { kind: "done", said: [] };
  area.outlet.dismiss(id, CLOSE_COME_AGAIN);
  area.linkLost(id);
  return { kind: "done", said: [] };
}

/** Shows somebody who is here, and the rules, what their account allows now. */
async function reread(area: OrderedArea, id: CharacterId, deps: DeedDeps): Promise<DeedOutcome | "later"> {
  let now: Standing | undefined;
  return await settled(area, {
    lane: id,
    prepare: async () => { now = await deps.standing(id); },
    decide: () => {
      const before = area.area.characters.get(id);
      if (before === undefined || now === undefined) return "done";
      const { role, muted } = now;
      const told = { audience: { to: "character" as const, id }, type: "system" as const };
      const messages: Accepted["messages"] = [
        ...(muted !== undefined && muted.reason !== before.muted?.reason ? [{ ...told, key: "staff.muted", params: { reason: muted.reason } }] : []),
        ...(muted === undefined && before.muted !== undefined ? [{ ...told, key: "staff.unmuted", params: {} }] : []),
        ...(role === before.role ? [] : [{ ...told, key: "staff.role", params: { role } }]),
      ];
      return { ...happened({ type: "standing-changed", character: id, role, muted }, conflict.character(id)), messages };
    },
  }, { kind: "done", said: [] });
}

/** Decides about a character as its own command would be decided, whether it is in the world or not. */
function inLane(area: OrderedArea, order: StaffIntent, command: string, deps: DeedDeps, decide: (turn: Turn) => Accepted | Refused, lookUp?: () => Promise<void>): Promise<DeedOutcome | "later"> {
  const id = order.character!;
  let loaded: LoadedCharacter | undefined;
  let room: RoomId | null = null;
  return settled(area, {
    lane: id,
    actor: id,
    prepare: async () => {
      if (!area.area.characters.has(id)) loaded = await deps.characters.loadCharacter(id, null);
      await lookUp?.();
    },
    decide: () => {
      const present = area.area.characters.get(id);
      room = present?.room ?? loaded?.character.room ?? null;
      if (present !== undefined) return decide(turnOf(area.area, id, deps.context())!);
      if (loaded === undefined || !area.area.rooms.has(loaded.character.room)) throw new AppError("E_MOVED");
      const decision = decide(turnOf(withGuest(area.area, loaded.character, loaded.items), id, deps.context())!);
      return decision.kind === "refused" ? decision : asGuest(decision, loaded);
    },
    unit: () => ({ actor: asId<CharacterId>(by.parse(order.payload).staff ?? "") || null, room, command, request: { deterministicId: `order:${order.id}` }, reply: null }),
    applied: (decision) => {
      area.outlet.personal(id, ...decision.messages.filter(({ audience }) => audience.to === "actor").map(render));
      return "over";
    },
  }, { kind: "done", said: [] });
}

/** Whoever is not in the world comes in and goes again within the one decision: memory has them while it is applied. */
function asGuest(decision: Accepted, { character, items }: LoadedCharacter): Accepted {
  const gone = decision.events.some((event) => event.type === "character-withdrew" || (event.type === "character-moved" && decision.handoff !== null));
  const events: DomainEvent[] = [{ type: "character-entered", character, items }, ...decision.events, ...(gone ? [] : [{ type: "character-withdrew" as const, character: character.id }])];
  const writes = new Set<ConflictKey>(events.flatMap((event) => writesOf(event)));
  // Nobody sees somebody who is not there, and nobody takes a seat for them.
  return { ...decision, events, messages: [], writes, handoff: null, followUps: [] };
}

async function erase(area: OrderedArea, order: StaffIntent, id: CharacterId, deps: DeedDeps): Promise<DeedOutcome | "later"> {
  let letters: readonly WaitingLetter[] = [];
  const outcome = await inLane(area, order, "(account deleted)", deps, (turn) => decideErasure(turn, letters), async () => { letters = await deps.characters.letters(id); });
  if (outcome !== "later") area.outlet.dismiss(id, CLOSE_TAKEN_OUT, "E_FORBIDDEN");
  return outcome;
}

/** Has a task done; what stands in its way for now makes it "later". */
function settled(area: OrderedArea, part: Pick<Task, "lane" | "decide"> & Partial<Pick<Task, "prepare" | "actor" | "unit" | "applied">>, done: DeedOutcome): Promise<DeedOutcome | "later"> {
  const { promise, resolve, reject } = Promise.withResolvers<DeedOutcome | "later">();
  const task: Task = {
    ...part,
    decide: () => {
      const decision = part.decide();
      if (decision === "done") resolve(done);
      return decision;
    },
    unit: part.unit ?? (() => ({ actor: null, room: null, command: "", request: null, reply: null })),
    applied: (decision) => {
      const next = part.applied?.(decision) ?? "over";
      resolve(done);
      return next;
    },
    duplicate: () => {
      resolve({ kind: "done-before", said: ["It was done before."] });
      return "over";
    },
    refused: ({ messages }) => resolve({ kind: "refused", said: messages.map((message) => render(message).text) }),
    failed: (error) => {
      if (error.code === "E_INTERNAL") reject(error.cause instanceof Error ? error.cause : error);
      else resolve("later");
    },
  };
  area.post(task);
  return promise;
}

