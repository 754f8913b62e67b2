/** A seat in the Colyseus Room of an area that this process serves, or takes. */
import { matchMaker, type IRoomCache } from "@colyseus/core";
import type { SeatWanted } from "./cluster/seats.ts";
import { AppError } from "./protocol/codes.ts";
import type { AreaHost } from "./runtime/area-host.ts";
import type { Seat } from "./runtime/outlet.ts";
import { traceparent } from "./telemetry/tracing.ts";
import type { ActiveArea } from "./runtime/active-area.ts";
import { roomIdOf } from "../rooms/AreaRoom.ts";

/** Colyseus' answer where the listing refuses a room whose lease is not held; it exports no class for it (core 0.18.17). */
const NOT_LISTED = "SeatReservationError";

/** Opens the Colyseus Room of an area. Rejects with AppError E_MOVED where the lease was lost meanwhile: whoever asks again finds the new owner. */
export async function openRoom(active: ActiveArea): Promise<void> {
  try {
    await matchMaker.createRoom("world", { area: active.id });
  } catch (error) {
    if (error instanceof Error && error.constructor.name === NOT_LISTED) throw new AppError("E_MOVED", undefined, { cause: error, retryAfterMs: 1000 });
    throw error;
  }
}

/** Rejects with AppError E_BUSY while the area's room is being opened or closed, and with what `AreaHost.ensure` rejects with. */
export async function seatHere(areas: AreaHost, { area, auth, options, personal = [] }: SeatWanted): Promise<Seat> {
  const active = await areas.ensure(area);
  const listing = (matchMaker.getLocalRoomById(roomIdOf(active)) as unknown as { _listing: IRoomCache } | undefined)?._listing;
  if (listing === undefined) throw new AppError("E_BUSY", "The way is blocked for a moment.", { retryAfterMs: 1000 });
  const trace = traceparent();
  const seat = await matchMaker.reserveSeatFor(listing, { ...options, area, ...(trace === undefined ? {} : { trace }) }, auth);
  active.expect(auth.characterId);
  areas.local.expect(auth.characterId, auth.username);
  active.outlet.brought(auth.characterId, personal, seat.sessionId);
  return { ...seat };
}
