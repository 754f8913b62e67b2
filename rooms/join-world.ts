/**
 * The way into the world: proves who somebody is, finds where their character stands, and takes a seat there, on whatever
 * process serves that area. Client options choose nothing.
 */
import type { AuthContext, ServerError } from "@colyseus/core";
import type { AreaId, CharacterId, RoomId } from "../src/engine/ids.ts";
import { joinOptions, type JoinOptions } from "../src/protocol/client-messages.ts";
import { AppError } from "../src/protocol/codes.ts";
import { OLDEST_PROTOCOL_VERSION, PROTOCOL_VERSION } from "../src/protocol/version.ts";
import type { Seat } from "../src/runtime/outlet.ts";
import type { PlayerAuth } from "./AreaRoom.ts";

export interface JoinDeps {
  /** Proves a token; `room`: where the character stands, if that came to light. Rejects with AppError E_AUTH or E_TOKEN_EXPIRED. */
  readonly authenticate: (token: string, address: string | undefined) => Promise<{ readonly auth: PlayerAuth; readonly room?: RoomId }>;
  /** The area where the character stands, looked up unless its room is known; undefined when there is no such character. */
  readonly locate: (id: CharacterId, room: RoomId | undefined) => Promise<AreaId | undefined>;
  /** A seat in an area, here or on another process. */
  readonly seat: (area: AreaId, auth: PlayerAuth, options: JoinOptions) => Promise<Seat>;
  /** Words an error for Colyseus' matchmaking answer. */
  readonly toJoinError: (error: unknown) => ServerError;
}

/** What `POST /matchmake/joinOrCreate/world` does: answers Colyseus' seat reservation. */
export async function joinWorld(deps: JoinDeps, options: unknown, context: AuthContext | undefined): Promise<Seat> {
  try {
    const { auth, room } = await deps.authenticate(context?.token ?? "", context?.ip);
    const wanted = joinOptions.safeParse(options ?? {});
    if (!wanted.success) throw new AppError("E_BAD_MESSAGE");
    const protocol = wanted.data.protocol ?? PROTOCOL_VERSION;
    if (protocol < OLDEST_PROTOCOL_VERSION || protocol > PROTOCOL_VERSION) throw new AppError("E_PROTOCOL");
    const area = await deps.locate(auth.characterId, room);
    if (area === undefined) throw new AppError("E_AUTH");
    return await deps.seat(area, auth, wanted.data);
  } catch (error) {
    throw deps.toJoinError(error);
  }
}
