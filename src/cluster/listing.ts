/** Colyseus' presence and listing of rooms for one process: over Redis where there is one, local otherwise. */
import { LocalPresence, matchMaker, type MatchMakerDriver, type Presence } from "@colyseus/core";
import { REAP_EVERY_MS, REDIS_FIRST_WAIT_MS } from "../limits.ts";
import type { Clock } from "../runtime/ports.ts";
import { interval } from "../timers.ts";
import { ListingDriver } from "./driver.ts";
import { SteadyPresence } from "./presence.ts";
import { Reaper } from "./reaper.ts";
import type { RedisLog, RedisObserver } from "./redis.ts";
import { RemoteListing } from "./remote-listing.ts";

export interface ListingOptions {
  /** Null: no Redis. */
  readonly redis: { readonly url: string; readonly pubsubUrl: string } | null;
  /** Whether this process may list that room: it serves the area, under the very ownership the room's id names. */
  readonly holdsLease: (area: string | undefined, roomId: string) => boolean;
  /** Colyseus' ids of the living processes, by the database; may reject. */
  readonly aliveIds: () => Promise<ReadonlySet<string>>;
  readonly log: RedisLog;
  readonly clock: Clock;
  readonly random?: () => number;
  /** What fails in the background. */
  readonly onError: (error: unknown) => void;
  readonly metrics?: {
    /** A call was answered without Redis. */
    readonly fellBack: (call: string) => void;
    /** Rows of dead processes were cleared. */
    readonly reaped: (rows: number) => void;
    readonly redis?: RedisObserver;
  };
}

export interface Listing {
  readonly presence: Presence;
  readonly driver: MatchMakerDriver;
  /** Whether Redis answers; true where there is none to answer. */
  readonly up: boolean;
  /** Clears what processes have left that this one knows to be gone (its predecessor). Never rejects. */
  forget(colyseusIds: readonly string[]): Promise<void>;
  /** After Colyseus has shut down. Never rejects; takes a second at most. */
  close(): Promise<void>;
}

/** Connects in the background, and waits a moment for it, so that a start with Redis begins with it. Never rejects. */
export async function openListing(options: ListingOptions): Promise<Listing> {
  const { redis, holdsLease, clock, log, onError, metrics, random = Math.random } = options;
  const processId = (): string => matchMaker.processId;
  // Colyseus takes whoever does not answer within 2 s for dead and clears its rows, stalled ones too; the lease and
  // the reaper judge by the database instead.
  matchMaker.setHealthChecksEnabled(false);
  if (redis === null) {
    const driver = new ListingDriver({ remote: null, clock, processId, holdsLease });
    return { presence: new LocalPresence(), driver, up: true, forget: async () => undefined, close: () => driver.shutdown() };
  }
  const remote = new RemoteListing({ url: redis.url, clock, log, random, observer: metrics?.redis, ...(metrics && { onFallback: metrics.fellBack }) });
  const presence = new SteadyPresence({ url: redis.pubsubUrl, clock, log, random, onError, observer: metrics?.redis, ...(metrics && { onFallback: metrics.fellBack }) });
  const driver = new ListingDriver({ remote, clock, processId, holdsLease });
  const reaper = new Reaper({ remote, driver, presence, processId, aliveIds: options.aliveIds, log, ...(metrics && { onReaped: metrics.reaped }) });
  const tellOthers = async (): Promise<void> => {
    if (matchMaker.state === matchMaker.MatchMakerState.READY) await matchMaker.stats.persist(true);
  };
  presence.onChange((up) => {
    if (up) tellOthers().catch(onError);
  });
  const stopReaping = interval(async () => {
    await tellOthers();
    await reaper.round();
  }, REAP_EVERY_MS * (0.75 + random() / 2), onError);
  await firstUp([remote, presence], clock);
  return {
    presence, driver,
    get up() {
      return remote.up && presence.up;
    },
    forget: (colyseusIds) => reaper.forget(colyseusIds),
    close: async () => {
      stopReaping();
      await driver.shutdown();
      presence.shutdown();
      remote.close();
    },
  };
}

/** Waits until all are up, for a moment at most. */
async function firstUp(parts: readonly { readonly up: boolean; onChange(listener: (up: boolean) => void): () => void }[], clock: Clock): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = (): void => {
    if (parts.every(({ up }) => up)) resolve();
  };
  const stops = [clock.after(REDIS_FIRST_WAIT_MS, resolve), ...parts.map((part) => part.onChange(look))];
  look();
  await promise;
  for (const stop of stops) stop();
}
