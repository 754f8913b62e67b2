/** Who may come in, and where to: what `rooms/join-world.ts` asks, answered by the parts of this process. */
import type { JoinDeps } from "../rooms/join-world.ts";
import type { StartedPeers } from "./cluster/start-peers.ts";
import type { JoinGate } from "./http/join-gate.ts";
import type { AreaHost } from "./runtime/area-host.ts";
import type { Online } from "./runtime/online.ts";
import type { AreaStore } from "./runtime/ports.ts";
import type { AuthService } from "./session/auth-service.ts";
import type { StartedStaff } from "./start-staff.ts";

export interface JoiningParts {
  readonly joins: JoinGate;
  readonly staff: StartedStaff;
  readonly auth: AuthService;
  readonly store: Pick<AreaStore, "locate">;
  readonly areas: AreaHost;
  readonly online: Online;
  readonly peers: StartedPeers;
  readonly toJoinError: JoinDeps["toJoinError"];
}

export function startJoining({ joins, staff, auth, store, areas, online, peers, toJoinError }: JoiningParts): JoinDeps {
  return {
    authenticate: async (token, address) => {
      staff.refuseBanned(address);
      const { room, lastAddress, ...who } = await auth.authenticate(token);
      await joins.byAccount(who.characterId);
      staff.cameFrom(who.characterId, address, lastAddress);
      return { auth: who, ...(room === undefined ? {} : { room }) };
    },
    locate: async (id, known) => {
      try {
        const room = known ?? await store.locate(id);
        return room === undefined ? undefined : areas.areaOfRoom(room);
      } catch (error) {
        // Without the database, whoever is in the world may come back to where they stand; nobody else comes in.
        const area = online.areaOf(id);
        if (area === undefined) throw error;
        return area;
      }
    },
    seat: (area, who, options) => peers.seats.take({ area, auth: who, options }),
    toJoinError,
  };
}
