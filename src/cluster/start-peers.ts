/** Puts together what makes one world of many processes: calls between them, the directory, seats, giving areas away. */
import type { AreaId, CharacterId } from "../engine/ids.ts";
import { DRAIN_DEADLINE_MS, LEFT_LINES_MS, PEER_SEAT_TIMEOUT_MS } from "../limits.ts";
import type { Log } from "../log.ts";
import { AppError } from "../protocol/codes.ts";
import type { TakeMessage } from "../protocol/client-messages.ts";
import type { Response, RoomMessage } from "../protocol/server-messages.ts";
import type { AreaHost, NpcArrival } from "../runtime/area-host.ts";
import type { LeftBehind, MissedLines, Seat } from "../runtime/outlet.ts";
import type { Clock } from "../runtime/ports.ts";
import { spanningRoot } from "../telemetry/tracing.ts";
import { Directory } from "./directory.ts";
import { Balance } from "./balance.ts";
import { Drain, type Adopted, type Adoption, type Preparation, type RelayedAnswer, type RelayedAsk, type Withdrawal } from "./drain.ts";
import type { ProcessLease, ProcessRecord } from "./lease-postgres.ts";
import { peerServer, type PeerHandlers } from "./peer-server.ts";
import { Peers, PeerUnreachable, type PeersOptions } from "./peers.ts";
import type { Processes } from "./processes.ts";
import { Seats, type SeatWanted } from "./seats.ts";

export interface PeerDeps {
  readonly secret: string;
  readonly version: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly lease: ProcessLease;
  readonly processes: Processes;
  readonly areas: () => AreaHost;
  readonly draining: () => boolean;
  /** The share of the time since it was last asked in which this process had something to do, 0 to 1. */
  readonly busy: () => number;
  readonly neighboursOf: (area: AreaId) => readonly AreaId[];
  /** A seat in the Colyseus Room of an area that this process serves, or can take. */
  readonly seatHere: (wanted: SeatWanted) => Promise<Seat>;
  /** Connections to this process that those who come into it have kept. */
  readonly kept: () => { keeps(id: CharacterId): boolean; meets(id: CharacterId, seat: TakeMessage): void };
  /** Where clients reach this process, for seats while there are others; undefined: they know already. */
  readonly ownAddress: () => string | undefined;
  readonly bug: (error: unknown, context: Record<string, unknown>) => void;
  /** What else other processes may ask of this one. */
  readonly handlers: PeerHandlers;
  readonly onCall?: PeersOptions["onCall"];
  readonly onGiven?: (given: { area: AreaId; people: number; ms: number }) => void;
}

interface LateLines {
  readonly area: AreaId;
  readonly character: CharacterId;
  readonly lines: readonly RoomMessage[];
  /** The seat for which they have left, where a connection that they have kept leads. */
  readonly meet?: TakeMessage;
}

export interface StartedPeers {
  /** What somebody missed in an area of another process; undefined: nobody can be asked. Never rejects. */
  readonly missedElsewhere: (area: AreaId, left: LeftBehind) => Promise<MissedLines | undefined>;
  /** Sends an NPC into an area of another process; false when none serves it. */
  readonly sendNpc: (arrival: NpcArrival) => Promise<boolean>;
  /** Sends lines after a character that has walked into another area. */
  readonly sendLines: (area: AreaId, character: CharacterId, lines: readonly RoomMessage[]) => void;
  /** A character has left for a seat: sends lines after it, and has whoever granted the seat meet it where it has kept a connection there. */
  readonly left: (area: AreaId, character: CharacterId, seat: Seat, lines: readonly RoomMessage[]) => void;
  readonly seats: Seats;
  /** Asks another process something else; rejects as `Peers.call` does. */
  readonly call: Peers["call"];
  /** Answers what other processes ask. */
  readonly handler: ReturnType<typeof peerServer>;
  /** Gives the areas of this process to others, as far as there are any; within DRAIN_DEADLINE_MS. */
  drain(): Promise<void>;
  /** Gives an area to another process when that has much less to do. One call at a time. */
  balance(): Promise<void>;
  stop(): void;
}

export function startPeers(deps: PeerDeps): StartedPeers {
  const { secret, version, clock, log, lease, processes, areas, draining, bug } = deps;
  const peers = new Peers({ secret, nowMs: () => clock.nowMs(), ...(deps.onCall === undefined ? {} : { onCall: deps.onCall }) });
  const directory = new Directory({
    self: lease.id, version, clock, processes, draining,
    isHere: (area) => areas().isHere(area),
    ownerOf: (area) => lease.ownerOf(area), refresh: async () => processes.update(await lease.processes()), fence: (process) => lease.fence(process),
    knock: async (process) => void (await peers.call(process.address, "knock", {}, PEER_SEAT_TIMEOUT_MS)),
    neighboursOf: deps.neighboursOf,
  });
  // A call from another process tells of it before the next beat does.
  let called = false;
  // With others about, a client must come to this very process, wherever it asked.
  const addressed = (seat: Seat): Seat => {
    const address = called || processes.several ? deps.ownAddress() : undefined;
    return address === undefined || seat["publicAddress"] !== undefined ? seat : { ...seat, publicAddress: address };
  };
  const seats = new Seats({ directory, peers, here: async (wanted) => addressed(await deps.seatHere(wanted)) });

  const seat = async (wanted: SeatWanted): Promise<Seat> => {
    called = true;
    const granted = addressed(await deps.seatHere(wanted));
    return deps.kept().keeps(wanted.auth.characterId) ? { ...granted, met: true } : granted;
  };
  /** Lines for somebody who has left for an area of this process, said while they were leaving. */
  const lines = ({ area, character, lines: late, meet }: LateLines): Promise<object> => {
    areas().get(area)?.outlet.brought(character, late);
    if (meet !== undefined) deps.kept().meets(character, meet);
    return Promise.resolve({});
  };

  const adopt = async ({ area, people }: Adoption): Promise<Adopted> => {
    called = true;
    const askedMs = clock.nowMs();
    const active = await areas().ensure(area);
    const openMs = clock.nowMs();
    for (const { id } of people) active.outlet.stayed?.(id);
    await active.takeIn(people);
    const inMs = clock.nowMs();
    const seated: Record<string, Seat> = {};
    await Promise.all(people.map(async ({ id, name, brings, personal, connected, sameConnection }) => {
      try {
        if (connected) seated[id] = addressed(await deps.seatHere({ area, auth: { characterId: id, username: name }, personal, options: { brings, moved: true, same_connection: sameConnection } }));
        else active.outlet.brought(id, personal);
      } catch (error) {
        // It comes in by itself, or finds its character at rest.
        if (!(error instanceof AppError)) bug(error, { adopting: id });
      }
    }));
    log.info({ area, people: people.length, openMs: openMs - askedMs, peopleMs: inMs - openMs, seatsMs: clock.nowMs() - inMs }, "area taken over");
    return { seats: seated };
  };

  const prepare = async ({ area, people }: Preparation): Promise<object> => {
    called = true;
    await areas().rehearse(area, people);
    return {};
  };

  /** What somebody has typed over a connection to the process that had the area before. */
  const command = async ({ area, command: { actor, line, id, seq } }: RelayedAsk): Promise<RelayedAnswer> => {
    const active = areas().get(area);
    if (active === undefined) throw new AppError("E_MOVED");
    const reply = await new Promise<Response>((resolve) => active.command({ actor, line, id, seq, relayed: true }, resolve));
    return { reply, gone: reply.code !== "E_MOVED" && !active.area.characters.has(actor) };
  };

  const withdraw = async ({ area, character }: Withdrawal): Promise<object> => {
    await areas().get(area)?.withdraw(character, "quit");
    return {};
  };

  const giving = (): Drain => new Drain({
    self: lease.id, version, clock, log, processes, peers,
    areas: () => areas().areas,
    handOver: (area, give) => spanningRoot("hand over", "internal", { "waystone.area": area.id }, () => areas().handOver(area, give)),
    giveLease: (area, epoch, to) => lease.handOver(area, epoch, to),
    moved: (area, process) => directory.moved(area, process),
    ...(deps.onGiven === undefined ? {} : { onGiven: deps.onGiven }),
  });
  const balance = new Balance({
    clock, busy: deps.busy, processes: () => processes.list(), self: () => lease.id, areas: () => areas().areas, mayNot: () => draining() || !lease.alive,
    give: (area, to) => {
      log.info({ area: area.id, people: area.area.characters.size, to }, "an area goes to a process with less to do");
      return giving().giveOne(area, to);
    },
  });

  const drain = async (): Promise<void> => {
    areas().openNoMore();
    await lease.tellLoad();
    if (!processes.several) return;
    const given = giving().run();
    await new Promise<void>((resolve) => {
      const cancel = clock.after(DRAIN_DEADLINE_MS, resolve);
      void given.catch((error: unknown) => bug(error, { draining: true })).finally(() => {
        cancel();
        resolve();
      });
    });
  };

  /** Another process that serves an area, if one does. */
  const ownerOf = async (area: AreaId): Promise<ProcessRecord | undefined> => {
    const owner = await lease.ownerOf(area);
    return owner === undefined || owner.process === lease.id ? undefined : processes.get(owner.process);
  };

  /** Where an area sleeps nobody is woken by an NPC. */
  const sendNpc = async (arrival: NpcArrival): Promise<boolean> => {
    const process = await ownerOf(arrival.area);
    if (process === undefined) return false;
    try {
      return (await peers.call<{ taken: boolean }>(process.address, "npc", arrival, PEER_SEAT_TIMEOUT_MS)).taken;
    } catch (error) {
      if (error instanceof PeerUnreachable) return false;
      throw error;
    }
  };

  /** Not waited for: whoever is gone by then has them on the connection they were said to. */
  const send = (body: LateLines): void => {
    const { area, character } = body;
    directory.at(area, async (place) => {
      if (place.kind === "here") await lines(body);
      else await peers.call(place.process.address, "lines", body, PEER_SEAT_TIMEOUT_MS);
    }, { patient: true }).catch((error: unknown) => {
      if (!(error instanceof AppError)) bug(error, { lines: character });
    });
  };
  const sendLines: StartedPeers["sendLines"] = (area, character, late) => send({ area, character, lines: late });
  const left: StartedPeers["left"] = (area, character, granted, late) => {
    const meet = seats.isMet(granted) ? { room_id: String(granted["roomId"]), session_id: String(granted["sessionId"]) } : undefined;
    if (meet !== undefined || late.length > 0) send({ area, character, lines: late, ...(meet && { meet }) });
  };

  const missed = async ({ area, left }: { readonly area: AreaId; readonly left: LeftBehind }): Promise<{ missed: MissedLines | null }> =>
    ({ missed: await areas().missedIn(area, left) ?? null });
  const missedElsewhere = async (area: AreaId, left: LeftBehind): Promise<MissedLines | undefined> => {
    try {
      const process = await ownerOf(area);
      if (process === undefined) return undefined;
      return (await peers.call<{ missed: MissedLines | null }>(process.address, "missed", { area, left }, LEFT_LINES_MS)).missed ?? undefined;
    } catch (error) {
      if (error instanceof PeerUnreachable || error instanceof AppError) return undefined;
      bug(error, { missed: left.character });
      return undefined;
    }
  };

  return {
    sendNpc, sendLines, left, missedElsewhere,
    seats, drain, balance: () => balance.look(), call: (...args) => peers.call(...args),
    handler: peerServer({ secret, nowMs: () => clock.nowMs(), bug, called: (name) => log.debug({ call: name }, "called by another process"), handlers: { ...deps.handlers, knock: () => Promise.resolve({}), seat, lines, missed, prepare, adopt, command, withdraw, npc: async (arrival: NpcArrival) => ({ taken: await areas().takeNpc(arrival) }) } }),
    stop: () => peers.close(),
  };
}
