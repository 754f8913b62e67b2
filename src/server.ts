/** Puts the whole server together and starts it; the only file beside start.ts that knows every part. */
import type { Server as HttpServer } from "node:http";
import { flushCompileCache } from "node:module";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { Encoder } from "@colyseus/schema";
import { defineRoom, defineServer, matchMaker, type ServerError } from "@colyseus/core";
import { areaRoomClass, roomIdOf } from "../rooms/AreaRoom.ts";
import { Deliveries } from "../rooms/deliveries.ts";
import { joinError } from "../rooms/handle.ts";
import { joinWorld } from "../rooms/join-world.ts";
import { openRoom, seatHere } from "./seat-here.ts";
import { FeatureFlags, readFlags } from "./cluster/feature-flags.ts";
import { hostId } from "./cluster/host-id.ts";
import { openListing } from "./cluster/listing.ts";
import { ProcessLease } from "./cluster/lease-postgres.ts";
import { Processes } from "./cluster/processes.ts";
import { startPeers, type StartedPeers } from "./cluster/start-peers.ts";
import { startBus, type StartedBus } from "./cluster/start-bus.ts";
import { colyseusLog } from "./colyseus-log.ts";
import type { Config } from "./config.ts";
import type { ContentIndex } from "./engine/content.ts";
import { COMMANDS } from "./engine/registry.ts";
import { seededRng } from "./engine/rng.ts";
import type { AreaId, CharacterId } from "./engine/ids.ts";
import { createHttpApp } from "./http/app.ts";
import { lastWord } from "./http/errors.ts";
import { BALANCE_EVERY_MS, EVENTS_TICK_GROUPS, EVENTS_TICK_MS, INTENTS_EVERY_MS, LINE_CHECK_MS, LINE_CHECK_SLICES, MAX_WS_FRAME_BYTES, OUTBOX_POLL_MS, SCHEMA_BUFFER_BYTES } from "./limits.ts";
import { internalHost, recentLagMs, watchBusy, watchLag } from "./host-facts.ts";
import { CheckedTransport, LineCheck } from "./line-check.ts";
import { VERSION, type Observing } from "./observe.ts";
import { PostgresAccountStore } from "./persistence/accounts.ts";
import { PostgresOutbox } from "./persistence/outbox.ts";
import { PostgresAreaStore } from "./persistence/area-store.ts";
import { GroupCommitter } from "./persistence/committer.ts";
import { PostgresIntentStore } from "./persistence/intent-store.ts";
import { measured } from "./persistence/measured-sql.ts";
import { itemIds } from "./persistence/new-id.ts";
import { PostgresSoftWriter } from "./persistence/soft-writer.ts";
import type { Database } from "./persistence/database.ts";
import { reconcileWorld } from "./persistence/world-seed.ts";
import { AppError } from "./protocol/codes.ts";
import { AuthService } from "./session/auth-service.ts";
import { NameRules } from "./session/names.ts";
import { Passwords } from "./session/passwords.ts";
import { loadOrCreateSecret } from "./session/secret.ts";
import { Tokens } from "./session/tokens.ts";
import { broughtBy, type ActiveArea } from "./runtime/active-area.ts";
import { AreaHost } from "./runtime/area-host.ts";
import { Intents } from "./runtime/intents.ts";
import { Online } from "./runtime/online.ts";
import { goPostRound } from "./runtime/post-round.ts";
import { ParkingSpace } from "./runtime/parking.ts";
import { StorageWatch } from "./runtime/storage-watch.ts";
import type { Seat } from "./runtime/outlet.ts";
import { startJoining } from "./start-joining.ts";
import { startMetrics, watchedGate, watchedIntents, watchedOrders, watchedOutbox, watchedStore } from "./start-metrics.ts";
import { startBackups } from "./start-backups.ts";
import { startJobs } from "./start-jobs.ts";
import { openPort } from "./start-port.ts";
import { startSpeech } from "./start-speech.ts";
import { startStaff } from "./start-staff.ts";
import { startTools } from "./start-tools.ts";
import { watchSockets } from "./telemetry/socket-traffic.ts";
import { warmUp } from "./warm-up.ts";
import { widen } from "./wide-port.ts";
import { registerErrorMetrics } from "./telemetry/error-metrics.ts";
import { spanning, spanningRoot } from "./telemetry/tracing.ts";
import { interval, spreadInterval, systemClock, timeout } from "./timers.ts";
import { beginning, commandsAnswer, neighboursOf, worldAnswer } from "./world-facts.ts";
import { WorldNow } from "./world-now.ts";

export interface RunningServer {
  /** The port it listens on (the one chosen by the system when 0 was asked for). */
  readonly port: number;
  /** Lines for the operator: what was opened, what was done to the world. */
  readonly report: readonly string[];
  /** Resolves, with why, when the process serves nothing any more and has to be started anew. */
  readonly ended: Promise<string>;
  /** Stops in order: no new players, areas given to other processes or closed, everything written, connections ended. */
  stop(): Promise<void>;
}

/** The built browser client. */
const CLIENT_DIR = fileURLToPath(new URL("../client/dist", import.meta.url));
/** Closes one part; parts are closed in the reverse of the order they were opened in. */
type Closer = () => Promise<void> | void;

/** How often areas tick, in ms: what the world does by itself is timed to the second. */
const TICK_MS = 1000;
/** PGlite keeps no house by itself; the first time when the rush of a restart is over. */
const MAINTAIN_FIRST_MS = 120_000;
const MAINTAIN_EVERY_MS = 3600_000;

/**
 * Starts a server on the database that is being opened, and closes it in the end. Rejects with an AppError or Error whose
 * message says in one sentence what is wrong; whatever had been opened by then is closed again.
 */
export async function startServer(config: Config, content: ContentIndex, observing: Observing, opening: Promise<Database>): Promise<RunningServer> {
  const { log } = observing.log;
  const closers: Closer[] = [];
  const closeAll = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) {
      try {
        await close();
      } catch (error) {
        log.error({ err: error }, "something did not close well");
      }
    }
  };
  try {
    return await open(config, content, observing, opening, closers, closeAll);
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function open(config: Config, content: ContentIndex, observing: Observing, opening: Promise<Database>, closers: Closer[], closeAll: () => Promise<void>): Promise<RunningServer> {
  const { log } = observing.log;
  const onError = (error: unknown): void => log.error({ err: error }, "a background task failed");
  const clock = systemClock(onError);
  const report: string[] = [];

  const deliveries = new Deliveries();
  const metrics = startMetrics({
    config, version: VERSION, clock,
    parts: () => ({ db, committer, soft, storage, parkingSpace, passwords, areas, online, lease, processes, sockets, deliveries, draining, ready: readiness().ready }),
  });

  closers.push(registerErrorMetrics(metrics.registry, observing));

  // Storage
  const db = measured(await opening, metrics.storage.query);
  closers.push(() => db.close());
  // What has been compiled since the start is kept now, and not when the process ends: once the lock on the data folder is gone nothing is written there.
  closers.push(() => flushCompileCache());
  report.push(`Storage: ${db.durability}.`);
  closers.push(startBackups({ config, world: content.world.name, db, clock, log, registry: metrics.registry, onError }));
  if (db.kind === "embedded") closers.push(timeout(() => db.maintain(), MAINTAIN_FIRST_MS, onError), interval(() => db.maintain(), MAINTAIN_EVERY_MS, onError));
  report.push(...await reconcileWorld(db, content));

  const online = new Online(config.redis === null ? undefined : () => clock.nowMs());
  const worldNow = new WorldNow({ content, clock, rng: seededRng(`${content.world.seed} ${process.pid} ${clock.nowMs()}`), ids: itemIds, online, settings: () => bus.settings.now, farTalk: () => bus.farTalk() });

  const bug = (error: unknown, context: Record<string, unknown>): void => {
    metrics.bugs.inc();
    log.error({ err: error, ...context }, "a fault of the program was caught");
  };
  const committer = new GroupCommitter({ db, clock, log, onBatch: metrics.storage.batch, onOutcome: metrics.storage.committed });
  closers.push(() => committer.stop());
  const soft = new PostgresSoftWriter({ sql: db.sql, clock, log });
  closers.push(() => soft.stop());
  const store = watchedStore(new PostgresAreaStore(db.sql), metrics.storage);
  const accounts = new PostgresAccountStore(db, beginning(content));

  // Who may come in
  const secret = config.jwtSecret ?? await loadOrCreateSecret(config.dataDir);
  observing.log.scrubber.hide(secret);
  const passwords = new Passwords();
  const auth = new AuthService({
    accounts, onError, passwords,
    onUpgraded: ({ characterId, username }) => {
      const area = online.areaOf(characterId);
      const active = area === undefined ? undefined : areas.get(area);
      if (active !== undefined) active.renamed(characterId, username);
      else bus.bus?.publish({ to: "global" }, { type: "name_changed", character: characterId }).catch(onError);
    },
    tokens: new Tokens({ secret }),
    names: new NameRules({ reserved: COMMANDS.flatMap((command) => [command.name, ...command.aliases]) }),
  });

  // Ownership: the port must be known before a process says where it is.
  const { http, door } = openPort(config, log, metrics.traffic.http);
  const steps = await startSpeech(config, clock);
  widen(http, onError);
  const sockets = watchSockets(http);
  closers.push(() => sockets.stop());
  const lineCheck = new LineCheck();
  const transport = new CheckedTransport({ server: http, maxPayload: MAX_WS_FRAME_BYTES }, lineCheck);
  closers.push(interval(() => lineCheck.slice(), LINE_CHECK_MS / LINE_CHECK_SLICES, onError));
  const lag = watchLag();
  closers.push(() => void lag.disable());
  const lease: ProcessLease = new ProcessLease({
    sql: db.sql, clock, log, alone: db.kind === "embedded", onFenced: () => onFenced(), serving: () => areas.serving(), onLost: (area, epoch) => { metrics.cluster.areaLost(); areas.lost(area, epoch); },
    load: () => ({ players: areas.players, lagMs: recentLagMs(lag), draining }),
    onAlive: (alive) => processes.update(alive),
    // It stays up, empty, until it is started anew.
    onDrainAsked: () => {
      draining = true;
      peers.drain().catch(onError);
    },
  });
  const processes: Processes = new Processes(() => lease.id);
  closers.push(() => lease.stop());

  /** After a long outage it is not back before the lease has said which areas are still ours: in the others nothing more is said or done. */
  const ping = async (timeoutMs: number): Promise<void> => {
    await db.ping(timeoutMs);
    if (storage.down && !lease.alive) await lease.tellLoad();
  };
  const storage: StorageWatch = new StorageWatch({ clock, log, ping, onChange: (down) => { if (down) metrics.storage.outage(); areas.storageChanged(down); } });
  closers.push(() => storage.stop());

  const flags = new FeatureFlags({ read: () => readFlags(db.sql), log, onError });
  closers.push(() => flags.stop());
  const bus: StartedBus = startBus({
    redis: config.redis, onWorldChanged: () => void flags.refresh(), processId: lease.id, processes, content, online, areas: () => areas, store, sql: db.sql, nameOf: async (id) => (await accounts.findById(id))?.username, clock, random: Math.random, log, onError, bug, metrics: metrics.redis,
    world: () => ({ time: worldNow.time(), weather: Object.fromEntries([...content.climates.keys()].map((climate) => [climate, worldNow.weather(climate)])) }),
  });
  closers.push(() => bus.stop());

  const parkingSpace = new ParkingSpace();
  const areas: AreaHost = new AreaHost({
    ...bus.hooks, content, storage, parkingSpace, committer, violated: () => metrics.invariantViolations.inc(), store, soft, clock, online, bug, log,
    ownership: lease, sendNpc: (arrival) => peers.sendNpc(arrival),
    context: () => worldNow.context(), mayDo: (character, decision) => steps.mayDo(character, decision),
    gate: watchedGate({
      reserve: (area, character, { room, from, onward, personal, sameConnection }): Promise<Seat> =>
        spanning("hand off", "internal", { "waystone.to": area }, () => peers.seats.take({ area, auth: { characterId: character.id, username: character.name }, personal, options: { walksFrom: from, walksInto: room, brings: broughtBy(character), onward, same_connection: sameConnection } })),
      left: (area, id, seat, lines) => peers.left(area, id, seat, lines),
    }, metrics, (area) => areas.get(area) !== undefined, () => clock.nowMs()),
    open: openRoom,
    answered: (result) => {
      metrics.commands.answered(result);
      // Its first word: the rest may be anybody's secret.
      if (log.isLevelEnabled("debug")) log.debug({ verb: result.line.trim().split(/\s/, 1)[0], status: result.status, code: result.code, durable: result.durable, ms: result.ms }, "command answered");
    },
  }, (id) => online.areaOf(id));

  const intents = new Intents({ areas: () => areas.areas, content, characters: store, intents: watchedIntents(new PostgresIntentStore(db.sql), metrics.storage) });

  let draining = false;
  const ended = Promise.withResolvers<string>();
  // Whoever took our place serves the areas now; nothing we still send is written.
  const onFenced = (): void => {
    draining = true;
    areas.stop().catch(onError).finally(() => ended.resolve("another process has taken this one's place"));
  };
  const readiness = (): { ready: boolean; reasons: string[] } => {
    const reasons = [...(draining ? ["draining"] : []), ...(lease.alive && !storage.down ? [] : ["the database cannot be reached"])];
    return { ready: reasons.length === 0, reasons };
  };

  // Colyseus
  Encoder.BUFFER_SIZE = SCHEMA_BUFFER_BYTES;
  const ownAddress = { now: "" };
  const tools = startTools({ config, observing, clock, lease, processes, peers: () => peers });
  const peers: StartedPeers = startPeers({
    handlers: tools.handlers,
    secret, version: VERSION, clock, log, lease, processes, areas: () => areas, draining: () => draining, busy: watchBusy(), bug,
    neighboursOf: (area) => neighboursOf(content, area), seatHere: (wanted) => seatHere(areas, wanted), kept: () => room.connections,
    ownAddress: () => (config.publicAddress === null ? ownAddress.now : undefined),
    onCall: ({ name, result, ms }) => {
      metrics.cluster.peerCall(name, result, ms);
      log.debug({ call: name, result, ms }, "called another process");
    },
    onGiven: ({ ms }) => metrics.cluster.handedOver(ms),
  });
  closers.push(() => peers.stop());
  const toJoinError = (error: unknown): ServerError => {
    metrics.commands.joinRefused(error instanceof AppError ? error.code : "E_INTERNAL");
    return joinError(error, bug);
  };
  const jobs = startJobs({ config, db, clock, log, registry: metrics.registry, processId: () => lease.id, isDown: () => storage.down, isHere: (id) => online.areaOf(id) !== undefined, env: process.env, onError });
  closers.push(() => jobs.stop());
  const staff = startStaff({
    jobs: jobs.desk, config, content, db, clock, log, auth, passwords, accounts, store, online, secret, bug, onError, areas: () => areas, context: () => worldNow.context(), worldNow: () => worldAnswer(content, worldNow),
    tools: tools.desk,
    settingChanged: (key) => {
      bus.settings.readSoon();
      bus.bus?.publish({ to: "global" }, { type: "world_changed", key }).catch(onError);
    },
    whileReachable: (run) => whileReachable(storage, run), pollIntents: () => intents.poll(), watchOrders: (orders) => watchedOrders(orders, metrics.storage),
  });
  const joining = startJoining({ joins: door.joins, staff, auth, store, areas, online, peers, toJoinError });
  matchMaker.controller.invokeMethod = async (method, roomName, options, context) => {
    if (method !== "joinOrCreate" || roomName !== "world") throw toJoinError(new AppError("E_FORBIDDEN"));
    return await spanningRoot("join", "server", {}, () => joinWorld(joining, options, context)) as never;
  };
  const onLineTick = spreadInterval(EVENTS_TICK_MS, EVENTS_TICK_GROUPS, onError);
  const room = areaRoomClass({
    host: areas, content, clock, bug,
    surroundings: (area) => worldNow.surroundings(area), recorder: bus.recorder, missedElsewhere: peers.missedElsewhere, seat: (wanted) => peers.seats.take(wanted), follow: peers.sendLines, flagsOf: (id) => flags.forClient(id),
    every: (intervalMs, run) => (intervalMs === EVENTS_TICK_MS ? onLineTick(run) : interval(run, intervalMs, onError)),
    deliveries, joined: metrics.commands.joined, turnedAway: metrics.commands.turnedAway,
    toJoinError,
  });
  const listing = await openListing({
    redis: config.redis, clock, log, onError, metrics: { fellBack: metrics.cluster.listingFellBack, reaped: metrics.cluster.listingReaped, redis: metrics.redis },
    holdsLease: (area, roomId) => {
      const active = areas.get(area as AreaId);
      return lease.alive && active !== undefined && roomIdOf(active) === roomId;
    },
    aliveIds: async () => new Set((await lease.processes()).flatMap(({ colyseusId }) => colyseusId ?? [])),
  });
  closers.push(() => listing.close());
  const server = defineServer({
    rooms: { world: defineRoom(room).filterBy(["area"]) },
    transport, presence: listing.presence, driver: listing.driver, ...(config.publicAddress !== null && { publicAddress: config.publicAddress }),
    selectProcessIdToCreateRoom: () => Promise.resolve(matchMaker.processId),
    greet: false, gracefullyShutdown: false, logger: colyseusLog(log),
    express: (app) => {
      app.use(createHttpApp({
        auth, log, readiness, metrics: metrics.registry, trustProxyHops: config.trustProxyHops, clientDir: CLIENT_DIR, assetBaseUrl: config.assetBaseUrl,
        mounts: staff.mounts, onAnswer: metrics.traffic.http,
        isExempt: (address) => config.unlimitedAddresses.includes(address),
        world: () => worldAnswer(content, worldNow), commands: () => commandsAnswer(content), leaderboard: () => jobs.leaderboards(),
        who: () => ({ count: online.size, players: online.list().map(({ name, guest }) => ({ name, guest })) }),
      }), ...lastWord(log));
    },
  });
  closers.push(await warmUp({ processes: async () => (db.kind === "embedded" ? [] : await lease.processes()), address: `${internalHost(config)}:${config.port}`, reads: [() => db.warmUp(), () => jobs.warmUp()], onError }));
  // Before the listener: a process that has lost its port must not look alive.
  const port = await listen(server, http, config);
  door.install(peers.handler);
  closers.push(async () => { await matchMaker.gracefullyShutdown(); transport.shutdown(); });
  ownAddress.now = `${internalHost(config)}:${port}`;
  const { colyseusIds } = await lease.start({ hostId: await hostId(config.dataDir), port, address: ownAddress.now, publicAddress: config.publicAddress, version: VERSION, colyseusId: matchMaker.processId });
  listing.forget(colyseusIds).catch(onError);

  await Promise.all([bus.start(), flags.start()]);
  storage.start();
  const stopTicking = interval(() => areas.tick(), TICK_MS, onError);
  const stopIntents = interval(() => whileReachable(storage, async () => { await intents.poll(); await staff.poll(); }), INTENTS_EVERY_MS, onError);
  closers.push(interval(() => peers.balance(), BALANCE_EVERY_MS, onError));
  const outbox = watchedOutbox(new PostgresOutbox(db.sql), metrics.storage);
  // Whoever is still on the way there is told when they have arrived.
  const areaOf = (id: CharacterId): ActiveArea | undefined => (online.isHere(id) ? areas.get(online.areaOf(id) ?? ("" as AreaId)) : undefined);
  closers.push(interval(() => whileReachable(storage, () => goPostRound({ outbox, areaOf })), OUTBOX_POLL_MS, onError));
  closers.push(async () => { stopTicking(); stopIntents(); await areas.stop(); await committer.flush(); await soft.flush(); });
  return {
    port, report, ended: ended.promise,
    stop: async () => {
      draining = true;
      await Promise.all([jobs.stop(), peers.drain()]);
      await closeAll();
    },
  };
}

/** Does something that asks the database, unless it is away; when it goes away meanwhile, that is noted and nothing else. */
async function whileReachable(storage: StorageWatch, run: () => Promise<void>): Promise<void> {
  if (storage.down) return;
  try {
    await run();
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "E_STORAGE") throw error;
    storage.failed(error);
  }
}

/** Listens, and answers the port. Rejects when it is taken (Colyseus would stay alive without one). */
async function listen(server: ReturnType<typeof defineServer>, http: HttpServer, config: Config): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    http.once("error", (error: NodeJS.ErrnoException) => reject(new Error(error.code === "EADDRINUSE" ? `port ${config.port} is in use by another program` : error.message, { cause: error })));
    server.listen(config.port, config.host).then(resolve, reject);
  });
  return (http.address() as AddressInfo).port;
}
