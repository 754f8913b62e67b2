/** The metrics of this process, put together from its parts; those are asked only when somebody reads `/metrics`. */
import type { Config } from "./config.ts";
import { COMMANDS, namedCommand } from "./engine/registry.ts";
import { PARKED_MS } from "./limits.ts";
import type { Database } from "./persistence/database.ts";
import type { GroupCommitter } from "./persistence/committer.ts";
import type { PostgresSoftWriter } from "./persistence/soft-writer.ts";
import type { ProcessLease } from "./cluster/lease-postgres.ts";
import type { Processes } from "./cluster/processes.ts";
import type { AreaHost } from "./runtime/area-host.ts";
import type { IntentStore } from "./runtime/intents.ts";
import type { Online } from "./runtime/online.ts";
import type { ParkingSpace } from "./runtime/parking.ts";
import type { AreaStore, Clock, Outbox } from "./runtime/ports.ts";
import type { Gate } from "./runtime/outlet.ts";
import type { StaffIntentStore } from "./runtime/staff-orders.ts";
import type { StorageWatch } from "./runtime/storage-watch.ts";
import type { Passwords } from "./session/passwords.ts";
import type { IntentKind, StorageMetrics } from "./telemetry/storage-metrics.ts";
import { createMetrics, type Metrics } from "./telemetry/metrics.ts";
import type { SocketTraffic } from "./telemetry/socket-traffic.ts";
import type { Deliveries } from "../rooms/deliveries.ts";

/** What the metrics are read from. */
export interface MeasuredParts {
  readonly db: Database;
  readonly committer: GroupCommitter;
  readonly soft: PostgresSoftWriter;
  readonly storage: StorageWatch;
  readonly parkingSpace: ParkingSpace;
  readonly passwords: Passwords;
  readonly areas: AreaHost;
  readonly online: Online;
  readonly lease: ProcessLease;
  readonly processes: Processes;
  readonly sockets: SocketTraffic;
  readonly deliveries: Deliveries;
  readonly ready: boolean;
  readonly draining: boolean;
}

/** `parts` is called when somebody reads the metrics, and only then: when the server is put together, it is not all there yet. */
export function startMetrics({ config, version, clock, parts }: { config: Config; version: string; clock: Clock; parts: () => MeasuredParts }): Metrics {
  return createMetrics({
    version, dataDir: config.dataDir, nowMs: () => clock.nowMs(),
    storage: {
      commits: () => parts().committer.load,
      parked: () => parts().parkingSpace.used,
      softWaiting: () => parts().soft.waiting,
      isDown: () => parts().storage.down,
      downForMs: () => parts().storage.downForMs(),
      isReadOnly: () => parts().storage.downForMs() > PARKED_MS || parts().parkingSpace.full,
      pool: () => {
        const pool = parts().db.pool();
        return pool === null ? undefined : { total: pool.open, idle: pool.idle, waiting: pool.waiting };
      },
      replicas: () => parts().db.replicas(),
      passwordsWaiting: () => parts().passwords.waiting,
    },
    cluster: {
      players: () => parts().online.sizeHere,
      playersAnywhere: () => parts().online.size,
      mailboxes: () => [...parts().areas.areas].map((area) => area.mailboxSize),
      leaseAgeMs: () => parts().lease.ageMs,
      processes: () => parts().processes.list().length,
      ready: () => parts().ready,
      draining: () => parts().draining,
    },
    sockets: () => parts().sockets,
    deliveries: () => parts().deliveries,
    commandNamed: (word) => namedCommand(word)?.name,
    commandNames: COMMANDS.map(({ name }) => name),
  });
}

/** An outbox whose rounds tell how much they found. */
export function watchedOutbox(outbox: Outbox, metrics: StorageMetrics): Outbox {
  return {
    waiting: async () => {
      const rows = await outbox.waiting();
      metrics.outbox(rows.length, Math.max(0, ...rows.map(({ ageMs }) => ageMs)));
      return rows;
    },
    done: (rows) => outbox.done(rows),
  };
}

type Finish = (id: string, outcome: { readonly kind: string }) => Promise<void>;

const finishing = (kind: IntentKind, metrics: StorageMetrics, finish: Finish): Finish => async (id, outcome) => {
  await finish(id, outcome);
  metrics.carriedOut(kind, outcome.kind);
};

/** What journals can undo, with how much waits. */
export function watchedIntents(store: IntentStore, metrics: StorageMetrics): IntentStore {
  return {
    waiting: async (areas) => {
      const intents = await store.waiting(areas);
      metrics.intents("undo", intents.length);
      return intents;
    },
    finish: finishing("undo", metrics, (id, outcome) => store.finish(id, outcome as Parameters<IntentStore["finish"]>[1])),
  };
}

/** Orders of staff, with how many wait; what is for everywhere stays in the list for a while and waits for nobody. */
export function watchedOrders(store: StaffIntentStore, metrics: StorageMetrics): StaffIntentStore {
  return {
    orders: async () => {
      const orders = await store.orders();
      metrics.intents("staff", orders.filter(({ everywhere }) => !everywhere).length);
      return orders;
    },
    served: (areas) => store.served(areas),
    finish: finishing("staff", metrics, (id, outcome) => store.finish(id, outcome as Parameters<StaffIntentStore["finish"]>[1])),
    standing: (id) => store.standing(id),
  };
}

/** A store that tells how much each character weighs that it loads. */
export function watchedStore(store: Required<AreaStore>, metrics: StorageMetrics): Required<AreaStore> {
  return {
    loadArea: (area) => store.loadArea(area),
    loadCharacter: async (id, room) => {
      const loaded = await store.loadCharacter(id, room);
      if (loaded !== undefined) metrics.loaded(JSON.stringify([loaded.character, loaded.items]).length);
      return loaded;
    },
    loadCharacters: (ids) => store.loadCharacters(ids),
    locate: (id) => store.locate(id),
    addressee: (name) => store.addressee(name),
    somebody: (name) => store.somebody(name),
    openReports: (reporter) => store.openReports(reporter),
    letters: (to) => store.letters(to),
  };
}

/** Times how long seats over a border take. */
export function watchedGate(gate: Gate, metrics: Metrics, isHere: (area: Parameters<Gate["reserve"]>[0]) => boolean, nowMs: () => number): Gate {
  return {
    ...gate,
    reserve: async (area, ...rest) => {
      const startedMs = nowMs();
      try {
        const seat = await gate.reserve(area, ...rest);
        metrics.traffic.way(isHere(area) ? "here" : "elsewhere", nowMs() - startedMs);
        return seat;
      } catch (error) {
        metrics.traffic.way("refused", nowMs() - startedMs);
        throw error;
      }
    },
  };
}
