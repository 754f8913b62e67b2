/** One player: walks, talks and handles things, follows transfers, comes back after a cut, and notes what it waits for and hears. */
import type { JoinOptions } from "../../src/protocol/client-messages.ts";
import type { TransferMessage, WelcomeMessage } from "../../src/protocol/server-messages.ts";
import { machineMs, sentAtMs } from "../lib/one-clock.ts";
import { pathBetween, type Way, type WorldGraph } from "../lib/world-graph.ts";
import { chooseDeed, stepBy, type Deed, type Mix } from "./choose-deed.ts";
import { enterAsGuest, Refusal, retried, type Connector, type Link, type LinkEvents } from "./link.ts";
import type { Tally } from "./tally.ts";
import type { ScannedLine, ScannedReply } from "./wire-messages.ts";

export interface PlayerPorts {
  readonly endpoint: string;
  readonly connector: Connector;
  readonly graph: WorldGraph;
  readonly tally: Tally;
  readonly chance: () => number;
  readonly friend: () => string | null;
  /** A way that nobody lets players through: somebody guards it, or its door has been shut. */
  readonly barred: (room: string, way: Way) => void;
  /** Absent: comes in as a new guest. */
  readonly entry?: Entry;
}

/** How somebody comes in whose place has been made ready. */
export interface Entry {
  /** Empty for servers that let anybody in. */
  readonly token: string;
  readonly options: Record<string, unknown>;
}

/** What all players of a process do, and how often; it may change while they play. */
export interface Pace {
  mix: Mix;
  /** Mean time between the beginnings of two commands. */
  pauseMs: number;
  /** While the mix is "still": resolves when it is no longer. */
  awake: Promise<void>;
}

/** A command without an answer. */
interface Waiting {
  readonly deed: Deed;
  readonly id: string;
  readonly seq: number;
  readonly sentMs: number;
  readonly resolve: (reply: ScannedReply) => void;
}

const WELCOME_WITHIN_MS = 15_000;
/** Without an answer for so long a command counts as failed, and the line as dead. */
const ANSWER_WITHIN_MS = 30_000;
const ELSEWHERE = new Set(["E_MOVED", "E_DRAINING"]);
/** Told that it is elsewhere, a player without a transfer comes in anew after so long. */
const MOVED_PATIENCE_MS = 2_000;

const TELLS_KNOWN = 64;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export class Player {
  name = "";
  /** Where it stands, as far as it knows. */
  room = "";
  /** It has a line, and is on no way to another area. */
  online = false;
  /** Over lines that are closed. */
  #bytesIn = 0;
  #bytesOut = 0;
  readonly #ports: PlayerPorts;
  #token = "";
  #link: Link | null = null;
  #seq = 0;
  /** The process that its line leads to, as the seat said; null: it did not come by a seat. */
  #process: string | null = null;
  /** Transfers so far. */
  #ways = 0;
  /** Its last transfer led to another process. */
  #wentFar = false;
  /** Ids must not repeat within a character's life. */
  readonly #run = Math.floor(Math.random() * 1e9).toString(36);
  #waiting: Waiting | null = null;
  #neighbour: string | null = null;
  /** The newest line of the room heard; 0: none yet. */
  #lastLine = 0;
  /** None of the room's lines has been heard since it came here: one that was on its way then may still come. */
  #fresh = true;
  /** Gaps in what is sent again, until the welcome says whether it is all. */
  #gapsBefore: (() => void)[] = [];
  /** By when they were sent. */
  readonly #tells: number[] = [];
  #stopped = false;
  /** A connection to the process that it came from last, and whether it may keep the one that it has. */
  #kept: Link | null = null;
  #mayKeep = false;
  /** Resolves those who wait until it is in. */
  #settled: (() => void)[] = [];

  constructor(ports: PlayerPorts) {
    this.#ports = ports;
  }

  /** Read from the network so far. */
  get bytesIn(): number {
    return this.#bytesIn + (this.#link?.bytesIn ?? 0);
  }

  get bytesOut(): number {
    return this.#bytesOut + (this.#link?.bytesOut ?? 0);
  }

  /** Comes into the world. Rejects when that is in vain. */
  async enter(): Promise<void> {
    const { entry } = this.#ports;
    if (entry !== undefined) this.#token = entry.token;
    else {
      const { token, name } = await enterAsGuest(this.#ports.endpoint);
      this.#token = token;
      this.name = name;
    }
    await this.#join({});
  }

  /** Walks somewhere, as far as doors and people let it. */
  async walkTo(room: string, pauseMs: number): Promise<void> {
    for (let tries = 0; tries < 40 && this.room !== room && !this.#stopped; tries += 1) {
      const way = pathBetween(this.#ports.graph, this.room, room)[0];
      if (way === undefined) return;
      await this.#do(stepBy(way));
      await pause(pauseMs * (0.5 + this.#ports.chance()));
    }
  }

  /** Plays until it is stopped. */
  async play(pace: Pace): Promise<void> {
    await pause(this.#ports.chance() * pace.pauseMs);
    while (!this.#stopped) {
      if (pace.mix === "still") {
        await pace.awake;
        await pause(this.#ports.chance() * pace.pauseMs);
        continue;
      }
      const dueMs = machineMs() + pace.pauseMs * (0.5 + this.#ports.chance());
      await this.#do(chooseDeed(pace.mix, { graph: this.#ports.graph, room: this.room, neighbour: this.#neighbour, friend: this.#ports.friend(), chance: this.#ports.chance }));
      await pause(Math.max(0, dueMs - machineMs()));
    }
  }

  /** Begins nothing more. */
  stop(): void {
    this.#stopped = true;
  }

  leave(): void {
    this.#stopped = true;
    this.#kept?.drop();
    this.#link?.leave();
  }

  /** As if the cable were pulled out. */
  cut(): void {
    this.#link?.drop();
  }

  async #do(deed: Deed): Promise<void> {
    if (!this.online) await this.#whenOnline();
    if (this.#stopped) return;
    this.#seq += 1;
    const { promise, resolve } = Promise.withResolvers<ScannedReply>();
    const waiting: Waiting = { deed, id: `${this.#run}_${this.#seq}`, seq: this.#seq, sentMs: machineMs(), resolve };
    this.#waiting = waiting;
    this.#link?.command(deed.line, waiting.id, waiting.seq);
    const late = setTimeout(() => {
      this.#ports.tally.failed("no answer");
      this.#waiting = null;
      this.#link?.drop();
      resolve({ id: waiting.id, status: "error", code: "late", retryAfterMs: 0 });
    }, ANSWER_WITHIN_MS);
    const reply = await promise;
    clearTimeout(late);
    if (reply.code === "late") return;
    // A step into another area is over when one stands there.
    const left = deed.class === "transfer" && reply.status === "ok";
    if (left && !this.online) await this.#whenOnline();
    this.#note(waiting, reply);
    if (reply.retryAfterMs > 0) await pause(reply.retryAfterMs);
  }

  #note({ deed, sentMs }: Waiting, { status, code }: ScannedReply): void {
    const { tally } = this.#ports;
    if (status === "error") tally.failed(code);
    else if (status === "refused") {
      tally.refused(code);
      if (deed.way !== null) this.#ports.barred(this.room, deed.way);
      // Nothing was written: it took no longer than a look.
      tally.answered("info", machineMs() - sentMs);
    } else {
      const ms = machineMs() - sentMs;
      tally.answered(deed.class, ms);
      if (deed.class === "transfer" && this.#wentFar) tally.wentFar(ms);
    }
  }

  #whenOnline(): Promise<void> {
    return new Promise((resolve) => this.#settled.push(resolve));
  }

  // ---- the line

  async #join(options: JoinOptions): Promise<void> {
    const { connector, entry } = this.#ports;
    await retried(() => this.#take((events) => connector.join(this.#token, { ...entry?.options, ...options }, events)));
  }

  /** Resolves when it is in; rejects when the line closes before, or nothing comes. */
  async #take(open: (events: LinkEvents) => Link | Promise<Link>): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let late: NodeJS.Timeout | undefined;
    let welcomed = false;
    let sentOn = false;
    let link: Link | null = null;
    const opened = open({
      welcome: (welcome) => {
        clearTimeout(late);
        welcomed = true;
        const old = this.#link;
        this.#link = link;
        this.#welcome(welcome);
        if (old !== null && old !== link) this.#letGo(old);
        resolve();
      },
      line: (line) => this.#hear(line),
      reply: (reply) => this.#reply(reply),
      transfer: (transfer) => {
        if (welcomed) return this.#transfer(transfer);
        // The area is served elsewhere by now.
        clearTimeout(late);
        sentOn = true;
        link?.drop();
        resolve(this.#goTo(transfer));
      },
      closed: (code) => {
        clearTimeout(late);
        this.#bytesIn += link?.bytesIn ?? 0;
        this.#bytesOut += link?.bytesOut ?? 0;
        if (welcomed) {
          if (this.#link === link) this.#lost(code);
          return;
        }
        if (sentOn) return;
        // Nobody has said whether that was all.
        this.#gapsBefore = [];
        reject(new Refusal("E_NETWORK", `the line closed with ${code}`));
      },
    });
    // Over the connection that there is it may begin at any moment.
    link = opened instanceof Promise ? await opened : opened;
    if (!welcomed) late = setTimeout(() => link?.drop(), WELCOME_WITHIN_MS);
    await promise;
  }

  #welcome({ username, room_id, seq, line, complete }: WelcomeMessage): void {
    this.name ||= username;
    if (!complete) this.#ports.tally.incomplete += 1;
    else for (const judge of this.#gapsBefore) judge();
    this.#gapsBefore = [];
    // Told that lines may be missing, it does not miss them: it counts from the next on. A higher number than its own: it has been elsewhere meanwhile
    // (steps out and back that were answered before this line began), and what fell then was not for it.
    if (room_id !== this.room || !complete || line > this.#lastLine) this.#stands(room_id, complete ? line : 0);
    this.#seq = Math.max(this.#seq, seq);
    this.online = true;
    // What was not answered is asked again, under its number.
    const waiting = this.#waiting;
    if (waiting !== null) this.#link?.command(waiting.deed.line, waiting.id, waiting.seq);
    for (const resolve of this.#settled.splice(0)) resolve();
  }

  #stands(room: string, line: number): void {
    this.room = room;
    this.#lastLine = line;
    this.#fresh = true;
    this.#neighbour = null;
  }

  #transfer(transfer: TransferMessage): void {
    this.online = false;
    const before = this.#process;
    this.#ways += 1;
    const way = this.#ways;
    const waiting = this.#waiting;
    // The answer to the step comes over the old line: it is not asked for again over the new one.
    if (waiting?.deed.class === "transfer") this.#waiting = null;
    this.#goTo(transfer).catch(() => {
      // Told of another seat over the same connection, it is on that way.
      if (way === this.#ways) return this.#comeBack();
    }).finally(() => {
      this.#wentFar = before !== null && before !== this.#process;
      if (waiting !== null && this.#waiting === null) waiting.resolve({ id: waiting.id, status: "ok", code: "", retryAfterMs: 0 });
    }).catch((error: unknown) => this.#ports.tally.failed(String(error)));
  }

  /** Keeps it for the way back, where it may. */
  #letGo(old: Link): void {
    if (!this.#mayKeep || old.keep === undefined) return old.leave();
    old.keep();
    this.#kept?.drop();
    this.#kept = old;
  }

  async #goTo({ seat, same_connection, keep }: TransferMessage): Promise<void> {
    this.#process = seat.publicAddress ?? null;
    this.#mayKeep = keep === true;
    const link = this.#link;
    const kept = this.#kept;
    if (kept?.take !== undefined && kept.process === seat.processId && same_connection !== true) {
      this.#kept = null;
      const failed = await this.#take((events) => kept.take!(seat, events)).then(() => false, () => true);
      if (!failed) return;
    }
    await this.#take((events) => (same_connection === true && link?.goOn !== undefined ? link.goOn(events) : this.#ports.connector.open(seat, this.#token, events)));
  }

  #lost(code: number): void {
    this.online = false;
    this.#link = null;
    if (this.#stopped) {
      for (const resolve of this.#settled.splice(0)) resolve();
      return;
    }
    this.#ports.tally.cut(code);
    this.#comeBack().catch((error: unknown) => this.#ports.tally.failed(`cannot come back: ${String(error)}`));
  }

  async #comeBack(): Promise<void> {
    const sinceMs = machineMs();
    this.#process = null;
    await this.#join({ resume: { room_id: this.room, line: this.#lastLine, seq: this.#seq } });
    this.#ports.tally.resumes.add(machineMs() - sinceMs);
  }

  // ---- what comes over it

  #reply(reply: ScannedReply): void {
    const waiting = this.#waiting;
    if (waiting === null || reply.id !== waiting.id || reply.status === "queued") return;
    if (reply.status === "error" && ELSEWHERE.has(reply.code)) {
      const link = this.#link;
      setTimeout(() => {
        if (this.#waiting === waiting && this.#link === link && this.online) link?.drop();
      }, MOVED_PATIENCE_MS);
      return;
    }
    this.#waiting = null;
    const { way } = waiting.deed;
    if (way !== null && reply.status === "ok" && !way.crosses) this.#stands(way.to, 0);
    waiting.resolve(reply);
  }

  #listen(type: string, words: string): void {
    const sentMs = sentAtMs(words);
    if (sentMs === undefined) return;
    if (type === "tell") {
      // What was said to one alone comes along over a border, and may have been heard before it.
      if (this.#tells.includes(sentMs)) return;
      if (this.#tells.push(sentMs) > TELLS_KNOWN) this.#tells.shift();
    }
    this.#ports.tally.delivered(type === "tell" ? "tell" : "say", machineMs() - sentMs);
  }

  #hear({ line, room, type, sender, replayed, words }: ScannedLine): void {
    const { tally } = this.#ports;
    if (!replayed && words !== "" && sender !== this.name) this.#listen(type, words);
    tally.heard(room, line, type, sender);
    if (line === 0) return;
    if (sender !== "" && sender !== this.name && type !== "move") this.#neighbour = sender;
    // A line of where it stood before is late, but in order for that room.
    if (room !== this.room) return;
    const early = this.#fresh && line <= this.#lastLine;
    this.#fresh = false;
    if (line <= this.#lastLine && !early) {
      if (replayed) tally.filled(this.name, room, line);
      else tally.disorder += 1;
      return;
    }
    if (!early && this.#lastLine !== 0 && line > this.#lastLine + 1) {
      const [after, before] = [this.#lastLine, line];
      // What is sent again before the welcome is judged by what that says: lines may be missing.
      if (replayed && !this.online) this.#gapsBefore.push(() => tally.gap(this.name, room, after, before));
      else tally.gap(this.name, room, after, before);
    }
    this.#lastLine = line;
  }
}
