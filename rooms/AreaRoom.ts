/**
 * The Colyseus Room that serves one area. A thin adapter: connections and messages come in here and are handed
 * to the area; what the area does goes out by `AreaOutlet`. No rule of the game.
 */
import { matchMaker, Room, ServerError, type Client } from "@colyseus/core";
import type { AreaId, CharacterId, RoomId } from "../src/engine/ids.ts";
import { CUT_MISSES_MS, EVENTS_TICK_MS, PERSONAL_RECORD_MS, WALK_MISSES_BEFORE_MS } from "../src/limits.ts";
import { AppError } from "../src/protocol/codes.ts";
import type { WelcomeMessage } from "../src/protocol/server-messages.ts";
import { spanningRoot } from "../src/telemetry/tracing.ts";
import { PROTOCOL_VERSION } from "../src/protocol/version.ts";
import type { ActiveArea } from "../src/runtime/active-area.ts";
import type { AreaHost } from "../src/runtime/area-host.ts";
import type { LineRecorder, PersonalRecorder } from "../src/runtime/line-recorder.ts";
import type { LeftBehind, MissedLines } from "../src/runtime/outlet.ts";
import type { Character } from "../src/engine/world.ts";
import { Projection, type Surroundings } from "../schema/project.ts";
import type { WorldView } from "../schema/WorldView.ts";
import { AreaOutlet, CLOSE_MOVED, CLOSE_REPLACED } from "./area-outlet.ts";
import { ConnectionGuard, ConnectionGuards, PlayerBuckets } from "./connection-guard.ts";
import type { Deliveries } from "./deliveries.ts";
import { codeOfJoinError, guardFrames, type MessageDeps } from "./handle.ts";
import { HeldWrites, isOpen } from "./held-writes.ts";
import { recordedFor } from "./recorded-for.ts";
import { SameConnection } from "./same-connection.ts";
import type { SeatOptions } from "./seat-options.ts";
import { SentOn, type SentOnDeps } from "./sent-on.ts";
import { ViewSerializer } from "./view-serializer.ts";

/** Who a connection is, proven by its token. */
export interface PlayerAuth {
  readonly characterId: CharacterId;
  readonly username: string;
}

export interface AreaRoomDeps extends MessageDeps, Pick<SentOnDeps, "seat" | "follow"> {
  readonly host: AreaHost;
  readonly surroundings: (area: AreaId) => Surroundings;
  /** Keeps the newest lines for the next owner of an area; null: nobody does. */
  readonly recorder: (LineRecorder & PersonalRecorder) | null;
  /** What somebody missed in an area of another process, by that process; undefined: nobody can be asked. Never rejects. */
  readonly missedElsewhere: (area: AreaId, left: LeftBehind) => Promise<MissedLines | undefined>;
  /** The feature flags that a player's client is told of. */
  readonly flagsOf: (id: CharacterId) => readonly string[];
  /** Counts what is sent. */
  readonly deliveries: Deliveries;
  /** Somebody has come in; `complete`: with everything they had missed. */
  readonly joined: (kind: "login" | "walk" | "resume" | "moved", complete: boolean) => void;
  /** Calls back every so often until the answer is called. */
  readonly every: (intervalMs: number, run: () => void) => () => void;
}

type PlayerClient = Client<{ auth: PlayerAuth }>;

/** Patches go along with lines (`#tick`), not by a timer of their own; the longest that a timer can be. */
const NEVER_BY_ITSELF_MS = 2 ** 31 - 1;

/** The Room class for `defineServer`; made once, by the composition root. */
export function areaRoomClass(deps: AreaRoomDeps) {
  const writes = new HeldWrites();
  const buckets = new PlayerBuckets();
  const guards = new ConnectionGuards();
  const sentOn = new SentOn({ ...deps, served: (area) => deps.host.get(area), held: (id) => deps.host.local.takeHeld(id), turnAway: (client, code) => client.leave(CLOSE_MOVED, code) });
  const turnedAway = (client: Client, error: unknown): void => sentOn.failed(client, codeOfJoinError(error));
  const connections = new SameConnection({ roomById: (id) => matchMaker.getLocalRoomById(id), turnedAway, clock: deps.clock, bug: deps.bug });
  /** Of all areas together: what waits for the recorder is of the process. */
  const record = (): void => void deps.recorder?.write();
  const recordFirst = (): void => writes.before(record);
  return class AreaRoom extends Room<{ state: WorldView; client: PlayerClient }> {
    /** Of all areas of the process. */
    static readonly connections: Pick<SameConnection, "keeps" | "meets"> = connections;
    override autoDispose = false;
    override patchRate = NEVER_BY_ITSELF_MS;
    active!: ActiveArea;
    outlet!: AreaOutlet;
    views: ViewSerializer | undefined;
    readonly guards = guards;
    readonly stops: (() => void)[] = [];
    #patchedMs = 0;

    /** Seats are granted by `joinWorld` and to walkers; Colyseus' own way in is closed. */
    static override onAuth(): never {
      throw deps.toJoinError(new AppError("E_FORBIDDEN"));
    }

    override onCreate(options: SeatOptions): void {
      const active = deps.host.get(options.area);
      if (active === undefined) throw new AppError("E_NOT_FOUND");
      this.active = active;
      this.roomId = roomIdOf(active);
      const projection = new Projection(active.area, deps.content, deps.surroundings(active.id));
      this.outlet = new AreaOutlet({ active, projection, describe: (room) => deps.surroundings(active.id).describe(room), onClosed: (reason) => this.#close(reason), clock: deps.clock, recorder: deps.recorder, deliveries: deps.deliveries, recordFirst, connections });
      this.setSerializer(new ViewSerializer(this.outlet.views, deps.deliveries));
      this.state = projection.view;
      active.outlet = this.outlet;
      guardFrames(this, deps, connections);
      this.stops.push(deps.every(EVENTS_TICK_MS, () => this.#tick()));
      this.stops.push(deps.every(1000, () => projection.surroundings(deps.surroundings(active.id))));
    }

    /** Lines and what has changed, in the same turn: a client gets both in one write. Where it was quiet they go at the next tick; what follows soon is bundled. */
    #tick(): void {
      const nowMs = deps.clock.nowMs();
      // Ticks come a little early and late; half of one makes no difference.
      const all = Math.abs(nowMs - this.#patchedMs) >= this.outlet.patchMs - EVENTS_TICK_MS / 2;
      const told = this.outlet.flush(nowMs, all);
      if (!all) return;
      if (told) this.#patchedMs = nowMs;
      // Colyseus has a clock of the room's own to wind, which nothing here goes by.
      else if (this.views?.hasNews === false) return;
      this.outlet.along(() => { if (this.broadcastPatch()) this.#patchedMs = nowMs; });
    }

    /** Assigning `state` installs Colyseus' own serializer; ours stays. */
    override setSerializer(serializer: Parameters<Room["setSerializer"]>[0]): void {
      if (this.outlet === undefined) return super.setSerializer(serializer as never);
      this.views = serializer instanceof ViewSerializer ? serializer : new ViewSerializer(this.outlet.views, deps.deliveries);
      super.setSerializer(this.views as never);
    }

    override onJoin(client: PlayerClient, options: SeatOptions): Promise<void> | undefined {
      const coming = spanningRoot("arrive", "server", { "waystone.area": this.active.id }, () => this.#comesIn(client, options), options.trace);
      if (options.walksFrom === undefined || connections.isWalking(client)) return coming;
      this.#getsReadyMeanwhile(client, coming);
      return undefined;
    }

    /**
     * The connection of whoever walks in stands at once, and its client says that it is ready while its character is being read: of two waits, one behind
     * the other, there is one. Nothing that it says is read before it is in. Should it not be let in, it is sent on to where the area is served (`SentOn`), or
     * comes in anew, as after a cut.
     */
    #getsReadyMeanwhile(client: PlayerClient, coming: Promise<void>): void {
      const socket = client.ref as unknown as { pause(): void; resume(): void };
      socket.pause();
      coming.then(() => socket.resume(), (error: unknown) => {
        socket.resume();
        turnedAway(client, error);
      });
    }

    async #comesIn(client: PlayerClient, options: SeatOptions): Promise<void> {
      const id = client.auth!.characterId;
      guards.comes(client, () => new ConnectionGuard(deps.clock, buckets.commandsOf(id, deps.clock.nowMs())));
      writes.hold(client);
      sentOn.arrives(client, { active: this.active, auth: client.auth!, options });
      try {
        const resume = options.resume === undefined ? null : { room: options.resume.room_id as RoomId, line: options.resume.line };
        // Before it comes in: whatever is said from then on must not overtake what it has missed.
        const elsewhere = resume === null ? null : await this.#leftArea(resume.room, resume.line, id);
        if (resume !== null) await this.outlet.lines.lookBack(resume.room, resume.line);
        const wasHere = this.active.area.characters.has(id);
        const how = options.walksFrom !== undefined ? { kind: "walk" as const, from: options.walksFrom } : resume !== null || options.moved ? { kind: "resume" as const } : { kind: "login" as const };
        const character = await this.active.admit(id, how, options.brings);
        const [recorded] = resume === null ? [] : await Promise.all([deps.recorder?.readPersonal(id, character.name, PERSONAL_RECORD_MS), this.outlet.lines.findAgain(id)]);
        if (!isOpen(client)) {
          // Given up meanwhile by whoever opened it, who may have come in by another: that one stays.
          if (this.outlet.clientOf(id) === undefined) this.active.linkLost(id);
          throw new AppError("E_MOVED");
        }
        // Another connection begins anew, at what is said from now on; nobody comes back to it without saying where it left off.
        const anew = wasHere && resume === null && !options.moved;
        const missed = this.outlet.lines.since(id, resume);
        const before = this.outlet.clientOf(id);
        connections.leadsTo(this, client, options.same_connection === true);
        this.outlet.attach(id, character.room, client);
        this.active.linkBack(id);
        if (before !== undefined && before !== client) before.leave(CLOSE_REPLACED, "E_REPLACED");
        const welcome: WelcomeMessage = {
          type: "welcome", protocol: PROTOCOL_VERSION, username: character.name, room_id: character.room, seq: this.active.lastSeq(id),
          line: anew ? this.outlet.lines.of(character.room).last : missed.from, complete: resume === null ? !options.moved || missed.allOfHere : missed.complete && elsewhere?.complete !== false,
        };
        const flags = deps.flagsOf(id);
        if (flags.length > 0) welcome.flags = [...flags];
        const again = how.kind === "resume";
        // First what it missed in rooms it has left: whoever has the welcome, and is cut off again, has that.
        if (!anew) this.outlet.catchUp(id, [...elsewhere?.lines ?? [], ...missed.left], again);
        // Whoever reads that they are here is known to be here, whatever becomes of this process: the next would not tell them what was said until they were back.
        recordFirst();
        client.send("welcome", welcome);
        deps.joined(options.moved ? "moved" : how.kind, welcome.complete);
        this.outlet.catchUp(id, anew ? [] : missed.here, again);
        this.outlet.personalAgain(id, again, deps.host.local.heardBy(character, recorded ?? []), client.sessionId);
        // Who was sent on has been on the way for longer than they have had this seat.
        const onTheWayMs = options.sentOn === undefined ? deps.host.local.onTheWayMs(id) : undefined;
        const walkMissesMs = onTheWayMs === undefined ? CUT_MISSES_MS : onTheWayMs + WALK_MISSES_BEFORE_MS;
        if (how.kind !== "login") this.outlet.again(id, deps.host.local.channelsOf(character, how.kind === "walk" ? walkMissesMs : CUT_MISSES_MS));
        this.outlet.personal(id, ...deps.host.local.heldFor(character));
        if ((how.kind === "walk" && !connections.isFromHere(client)) || options.moved) void this.#toldOnTheWay(character, walkMissesMs);
        if (options.onward != null) this.active.goOn(options.onward, id, (reply) => client.send("response", reply));
        if (anew) this.active.lookAround(id);
      } catch (error) {
        throw deps.toJoinError(error);
      }
    }

    /**
     * What was told somebody while they were on the way here from another process may have come to where they had just been. It is recorded
     * before it goes anywhere; nobody waits for it, as there hardly ever is any. Never rejects.
     */
    async #toldOnTheWay(character: Character, withinMs: number): Promise<void> {
      const recorded = await deps.recorder?.readPersonal(character.id, character.name, withinMs);
      if (recorded !== undefined) this.outlet.again(character.id, deps.host.local.heardBy(character, this.outlet.unknownOf(character.id, recorded)));
    }

    /** What somebody missed in an area that they have left for this one; null when they have not. */
    async #leftArea(room: RoomId, line: number, id: CharacterId): Promise<MissedLines | null> {
      const area = deps.host.areaOfRoom(room);
      if (area === undefined || area === this.active.id) return null;
      const left: LeftBehind = { character: id, room, line };
      const told = await deps.host.missedIn(area, left) ?? await deps.missedElsewhere(area, left);
      return told?.complete === true ? told : await recordedFor(deps.recorder, left, deps.clock, told);
    }

    /** Left by its own wish: the character goes to rest, unless it has moved on or somebody else has it. */
    override onLeave(client: PlayerClient): void {
      const id = client.auth?.characterId;
      if (id === undefined || !this.outlet.detach(id, client)) return;
      this.active.withdraw(id, "quit").catch((error: unknown) => deps.bug(error, { leave: id }));
    }

    /** The connection broke: the character waits for it. */
    override onDrop(client: PlayerClient): void {
      const id = client.auth?.characterId;
      if (id === undefined || !this.outlet.detach(id, client)) return;
      this.active.linkLost(id);
    }

    override onDispose(): void {
      for (const stop of this.stops.splice(0)) stop();
    }

    override onUncaughtException(error: Error, method: string): void {
      const cause = error.cause ?? error;
      // What was said to whoever tried to join; had it been a bug, `toJoinError` would have reported it.
      if (cause instanceof ServerError) return;
      deps.bug(cause, { room: this.roomId, method });
    }

    #close(reason: string): void {
      for (const stop of this.stops.splice(0)) stop();
      this.lock().catch((error: unknown) => deps.bug(error, { lock: this.roomId }));
      const disconnected = async (): Promise<void> => {
        await sentOn.allTold(this.active);
        connections.letGo(this);
        await this.disconnect(CLOSE_MOVED);
      };
      disconnected().catch((error: unknown) => deps.bug(error, { disconnect: this.roomId, reason }));
    }
  };
}

/** Colyseus' name for the room that serves an area under one ownership; never used twice. */
export const roomIdOf = (active: Pick<ActiveArea, "id" | "epoch">): string => `${active.id}-${active.epoch}`;
