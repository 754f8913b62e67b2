import { MAX_COMMANDS_PER_MESSAGE, MAX_COMMAND_CHARS } from "../../src/limits.ts";
import type { CommandMessage, JoinOptions } from "../../src/protocol/client-messages.ts";
import type { Response, RoomMessage, TransferMessage, WelcomeMessage } from "../../src/protocol/server-messages.ts";
import { CLIENT_PROTOCOL_VERSION } from "../../src/protocol/version.ts";
import { retryDelayMs } from "./backoff.ts";
import {
  HEARD_KEPT, JOIN_DEADLINE_MS, KEPT_DEADLINE_MS, MAX_EARLY_LINES, MOVED_DEADLINE_MS, RECONNECT_ATTEMPTS, STABLE_AFTER_MS, TRANSFER_DEADLINE_MS,
  WAKE_PONG_DEADLINE_MS,
} from "./bounds.ts";
import { Emitter } from "./emitter.ts";
import { toWaystoneError, WaystoneError } from "./errors.ts";
import type { WaystoneErrorCode } from "./errors.ts";
import type { Connector, Seat } from "./link.ts";
import { LineFilter } from "./line-filter.ts";
import { ResumePoint } from "./resume-point.ts";
import type { LeftOff } from "./resume-point.ts";
import { RetryPause } from "./retry-pause.ts";
import { LiveLink } from "./live-link.ts";
import type { Dial, LiveListener, Loss } from "./live-link.ts";
import { Timers } from "./timers.ts";
import { Unanswered } from "./unanswered.ts";
import { TokenRenewal } from "./token-renewal.ts";
import type { TokenPorts } from "./token-renewal.ts";
import { readStanding, type WorldView } from "./view.ts";
import { ViewCache } from "./view-cache.ts";
import { onWake } from "./wake.ts";
import { WayBack } from "./way-back.ts";

/** Where the session stands. `closed` is final. */
export type ConnectionState =
  | { status: "connecting" }
  | { status: "online"; room_id: string }
  | { status: "transferring"; room_id: string }
  | { status: "reconnecting"; attempt: number; retryInMs: number; code: WaystoneErrorCode }
  | { status: "closed"; code: WaystoneErrorCode; message: string };

/** An answer to a command, provisional (`queued`) or final. */
export interface Reply {
  command: CommandMessage;
  response: Response;
}

export interface SessionEvents {
  /** Lines heard, oldest first, none of them twice. */
  lines: readonly RoomMessage[];
  reply: Reply;
  state: ConnectionState;
  /** The character has (again) a place in an area. `complete` is false when lines were missed for good. */
  welcome: WelcomeMessage;
  /** The synced state has changed: `session.view` reads it. May come many times a second. */
  view: undefined;
  /** A message of the server could not be read and was left out. */
  warning: { code: "E_ANSWER"; message: string };
}

/** What a session needs from outside. */
export interface SessionPorts extends TokenPorts {
  connector: Connector;
  /** The token of the moment. */
  token: () => string;
  random: () => number;
  /** Begins the ids of requests: what is said again after a crash carries the id it was said under before. */
  requestPrefix?: string;
  /** Where an earlier session left off. */
  resume?: LeftOff;
}

/** Refusals that trying again cannot change. */
const FINAL_CODES: ReadonlySet<WaystoneErrorCode> = new Set<WaystoneErrorCode>([
  "E_AUTH", "E_TOKEN_EXPIRED", "E_FORBIDDEN", "E_REPLACED", "E_PROTOCOL", "E_BAD_REQUEST", "E_BAD_MESSAGE", "E_CLOSED",
]);
const AUTH_CODES: ReadonlySet<WaystoneErrorCode> = new Set<WaystoneErrorCode>(["E_AUTH", "E_TOKEN_EXPIRED"]);

/**
 * One player's presence in the world. It outlives connections: it follows transfers to other areas, comes back after
 * cuts and dead processes by itself, sends unanswered commands again under their numbers, and drops repeated lines.
 */
export class Session {
  readonly #ports: SessionPorts;
  readonly #events = new Emitter<SessionEvents>();
  readonly #timers = new Timers();
  readonly #unanswered: Unanswered;
  readonly #filter: LineFilter;
  readonly #resume: ResumePoint;
  readonly #view = new ViewCache();
  readonly #pause = new RetryPause(this.#timers);
  readonly #renewal: TokenRenewal;
  readonly #stopWake: () => void;
  readonly #leaving = new Set<Promise<void>>();
  readonly #wayBack = new WayBack();
  #state: ConnectionState = { status: "connecting" };
  #live: LiveLink | undefined;
  /** Aborted whenever what the session is trying to do (join, transfer) is overtaken by something newer. */
  #turn = new AbortController();
  #onlineSinceMs = 0;
  /** Connections in a row that did not last. */
  #flaps = 0;
  #stopMovedDeadline: (() => void) | undefined;
  #welcome: WelcomeMessage | undefined;
  #earlyLines: RoomMessage[] = [];

  constructor(ports: SessionPorts) {
    this.#ports = ports;
    this.#unanswered = new Unanswered(ports.requestPrefix);
    this.#filter = new LineFilter(ports.resume?.heard);
    this.#resume = new ResumePoint(ports.resume?.place);
    this.#renewal = new TokenRenewal(ports, this.#timers);
    this.#stopWake = onWake(() => this.#wake());
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** The last welcome; undefined before the first. */
  get welcome(): WelcomeMessage | undefined {
    return this.#welcome;
  }

  /** Commands without a final answer. */
  get unanswered(): number {
    return this.#unanswered.size;
  }

  /** A snapshot of what the character sees; the same object until something changes. Stays readable over a cut. */
  get view(): WorldView {
    return this.#view.read(this.#live);
  }

  /** Listens; returns the way to stop. Lines that came before the first listener are handed to it. */
  on<Name extends keyof SessionEvents>(name: Name, listener: (value: SessionEvents[Name]) => void): () => void {
    const stop = this.#events.on(name, listener);
    if (name === "lines" && this.#earlyLines.length > 0) {
      const lines = this.#earlyLines;
      this.#earlyLines = [];
      this.#events.emit("lines", lines);
    }
    return stop;
  }

  /** Joins for the first time; throws when the world cannot be entered. `Waystone.join` calls it. */
  async open(attempts: number): Promise<void> {
    await this.#rejoin(attempts);
    if (this.#state.status === "closed") throw new WaystoneError(this.#state.code, this.#state.message);
  }

  /**
   * Sends a command and resolves with its final answer, refusals and errors included; cuts and transfers in between
   * do not matter. `onQueued` is called when the server has it but cannot carry it out yet.
   * Rejects when it cannot be sent at all, or the session ends before the answer.
   */
  async command(text: string, onQueued?: (response: Response) => void): Promise<Response> {
    if (this.#state.status === "closed") throw new WaystoneError(this.#state.code, this.#state.message);
    if (text.length > MAX_COMMAND_CHARS) throw new WaystoneError("E_TOO_LARGE", `A command has at most ${MAX_COMMAND_CHARS} characters.`);
    const answer = this.#unanswered.add(text, onQueued);
    if (this.#state.status === "online") this.#live?.send("command", answer.send());
    return await answer.promise;
  }

  /** What a later session needs to go on from here; undefined before the first welcome. */
  get leftOff(): LeftOff | undefined {
    const { place } = this.#resume;
    return place === undefined ? undefined : { place: { ...place }, heard: this.#filter.last(HEARD_KEPT) };
  }

  /** Measures the line: `answered` is called with the milliseconds of one round trip. Nothing happens without a line. */
  ping(answered: (ms: number) => void): void {
    if (this.#state.status === "online") this.#live?.ping(answered);
  }

  /** Tries again at once if the session waits to reconnect. */
  retryNow(): void {
    this.#pause.cutShort();
  }

  /** Leaves the world and waits until nothing of the session is left. */
  async close(): Promise<void> {
    this.#finish({ code: "E_CLOSED", message: "You have left." });
    await Promise.all(this.#leaving);
  }

  readonly #listener: LiveListener = {
    lines: (live, lines) => this.#takeLines(live, lines),
    response: (live, response) => this.#takeResponse(live, response),
    transfer: (live, transfer) => {
      if (live === this.#live) void this.#transfer(live, transfer);
    },
    view: (live) => {
      if (live === this.#live) this.#changeView();
    },
    lost: (live, loss) => this.#takeLoss(live, loss),
    unreadable: (type) => this.#events.emit("warning", { code: "E_ANSWER", message: `A "${type}" message could not be read.` }),
  };

  /**
   * Joins by token until there is a welcome, a final refusal, or the attempts are used up. Never throws.
   * With `after`, what has just happened, it begins with a pause.
   */
  async #rejoin(attempts: number, after?: WaystoneError): Promise<void> {
    const { signal } = this.#newTurn();
    let refreshed = false;
    if (after !== undefined) await this.#waitBefore(this.#flaps, after, signal);
    for (let attempt = this.#flaps; !signal.aborted; attempt++) {
      const error = await this.#tryJoin(signal);
      if (error === undefined || signal.aborted) return;
      if (AUTH_CODES.has(error.code) && !refreshed) {
        const failure = await this.#renewal.now();
        if (signal.aborted) return;
        if (failure === undefined) {
          refreshed = true;
          continue;
        }
        // Out of reach is no refusal: the old token may still be exchanged in a moment.
        if (!FINAL_CODES.has(failure.code) && attempt + 1 - this.#flaps < attempts) {
          await this.#waitBefore(attempt + 1, failure, signal);
          continue;
        }
      }
      if (FINAL_CODES.has(error.code) || attempt + 1 - this.#flaps >= attempts) return this.#finish(error);
      await this.#waitBefore(attempt + 1, error, signal);
    }
  }

  async #tryJoin(signal: AbortSignal): Promise<WaystoneError | undefined> {
    const options: JoinOptions = { protocol: CLIENT_PROTOCOL_VERSION, same_connection: true };
    const { place } = this.#resume;
    if (place !== undefined) options.resume = { ...place, seq: this.#unanswered.highestAnswered };
    return await this.#tryOpen((events, abort) => this.#ports.connector.join(this.#ports.token(), options, events, abort), JOIN_DEADLINE_MS, signal);
  }

  /** Opens a connection and makes it the one in use; returns why not. */
  async #tryOpen(dial: Dial, deadlineMs: number, signal: AbortSignal): Promise<WaystoneError | undefined> {
    try {
      const live = await LiveLink.open({ dial, take: this.#take, listener: this.#listener, timers: this.#timers, deadlineMs, signal });
      if (signal.aborted) live.drop();
      else if (live.loss !== undefined) return new WaystoneError(live.loss.code, live.loss.message);
      else this.#activate(live);
      return undefined;
    } catch (error) {
      return toWaystoneError(error);
    }
  }

  /** The pause before attempt `attempt`: 0 is the first after a connection that had lasted. */
  async #waitBefore(attempt: number, error: WaystoneError, signal: AbortSignal): Promise<void> {
    const retryInMs = retryDelayMs(attempt, this.#ports.random, error.retryAfterMs);
    if (this.#welcome !== undefined) this.#setState({ status: "reconnecting", attempt, retryInMs, code: error.code });
    await this.#pause.wait(retryInMs, signal);
  }

  readonly #take = (seat: Seat): Dial => (events, abort) => this.#ports.connector.take(this.#ports.token(), seat, events, abort);

  /** Goes on over a connection that it has, or takes the seat in the other area by a new one while the old one still delivers. */
  async #transfer(live: LiveLink, { seat, room_id, same_connection }: TransferMessage): Promise<void> {
    const { signal } = this.#newTurn();
    this.#setState({ status: "transferring", room_id });
    const back = same_connection === true ? undefined : this.#wayBack.to(seat);
    if (back !== undefined && (await this.#tryOpen(back, KEPT_DEADLINE_MS, signal) === undefined || signal.aborted)) return;
    const error = await this.#tryOpen(same_connection === true ? live.goOn : this.#take(seat), TRANSFER_DEADLINE_MS, signal);
    if (error === undefined || signal.aborted) return;
    // The character stands in the other area already, so the old connection is of no more use.
    this.#dropLive();
    this.#setState({ status: "reconnecting", attempt: 0, retryInMs: 0, code: error.code });
    await this.#rejoin(RECONNECT_ATTEMPTS);
  }

  #activate(live: LiveLink): void {
    const old = this.#live;
    const { welcome } = live;
    this.#live = live;
    this.#welcome = welcome;
    if (old === undefined) this.#onlineSinceMs = Date.now();
    this.#stopMovedDeadline?.();
    this.#resume.entered(welcome, readStanding(live.state)?.room_id);
    this.#unanswered.continueAfter(welcome.seq);
    this.#setState({ status: "online", room_id: welcome.room_id });
    this.#events.emit("welcome", welcome);
    this.#sendAgain(live);
    this.#renewal.plan();
    this.#changeView();
    live.start();
    if (old !== undefined) this.#letGo(old);
  }

  #sendAgain(live: LiveLink): void {
    const messages = this.#unanswered.messagesToSend();
    for (let from = 0; from < messages.length; from += MAX_COMMANDS_PER_MESSAGE) {
      live.send("command", messages.slice(from, from + MAX_COMMANDS_PER_MESSAGE));
    }
  }

  #takeLines(live: LiveLink, lines: readonly RoomMessage[]): void {
    // What an area we have left still says does not count for where to resume.
    if (live === this.#live) for (const line of lines) this.#resume.heard(line);
    const fresh = this.#filter.fresh(lines);
    if (fresh.length === 0) return;
    if (this.#events.has("lines")) this.#events.emit("lines", fresh);
    else this.#earlyLines = [...this.#earlyLines, ...fresh].slice(-MAX_EARLY_LINES);
  }

  #takeResponse(live: LiveLink, response: Response): void {
    const outcome = this.#unanswered.take(response);
    switch (outcome.kind) {
      case "unknown": return;
      case "provisional":
      case "final":
        return this.#events.emit("reply", { command: outcome.command, response });
      case "elsewhere":
        if (live === this.#live && this.#state.status === "online") this.#expectMove(live);
        return;
    }
  }

  /** The character is elsewhere: the transfer, or the end of this connection, is on its way. If not, join anew. */
  #expectMove(live: LiveLink): void {
    this.#stopMovedDeadline?.();
    this.#stopMovedDeadline = this.#timers.after(MOVED_DEADLINE_MS, () => {
      if (live === this.#live && this.#state.status === "online") this.#reconnect(new WaystoneError("E_MOVED", "You are somewhere else now."));
    });
  }

  #takeLoss(live: LiveLink, loss: Loss): void {
    if (live !== this.#live || this.#state.status === "closed") return;
    // While a seat waits elsewhere, the end of the old connection is what we expect.
    if (this.#state.status === "transferring") return;
    if (FINAL_CODES.has(loss.code) && !AUTH_CODES.has(loss.code)) this.#finish(loss);
    else this.#reconnect(new WaystoneError(loss.code, loss.message));
  }

  #reconnect(why: WaystoneError): void {
    this.#dropLive();
    // A connection that did not last counts as a failed attempt, so that coming back cannot become a storm.
    this.#flaps = Date.now() - this.#onlineSinceMs < STABLE_AFTER_MS ? this.#flaps + 1 : 0;
    void this.#rejoin(RECONNECT_ATTEMPTS, why);
  }

  #dropLive(): void {
    this.#stopMovedDeadline?.();
    this.#wayBack.end();
    this.#view.read(this.#live);
    this.#live?.drop();
    this.#live = undefined;
  }

  #wake(): void {
    if (!this.#pause.cutShort() && this.#state.status === "online") this.#live?.probe(WAKE_PONG_DEADLINE_MS);
  }

  #changeView(): void {
    this.#view.changed();
    const self = readStanding(this.#live?.state);
    if (self !== null && self.line > 0) this.#resume.stands(self.room_id, self.line);
    this.#events.emit("view", undefined);
  }

  #newTurn(): AbortController {
    this.#turn.abort();
    this.#turn = new AbortController();
    return this.#turn;
  }

  #setState(state: ConnectionState): void {
    this.#state = state;
    this.#events.emit("state", state);
  }

  /** A connection that has done its part: kept, where the server says that one may. */
  #letGo(live: LiveLink): void {
    const kept = live.keep();
    if (kept === undefined) this.#leave(live);
    else this.#wayBack.keep(kept);
  }

  #leave(live: LiveLink): void {
    const left = live.leave().finally(() => this.#leaving.delete(left));
    this.#leaving.add(left);
  }

  #finish(reason: { code: WaystoneErrorCode; message: string }): void {
    if (this.#state.status === "closed") return;
    this.#view.read(this.#live);
    this.#turn.abort();
    this.#renewal.end();
    this.#timers.clear();
    this.#stopWake();
    this.#wayBack.end();
    this.#setState({ status: "closed", code: reason.code, message: reason.message });
    if (this.#live !== undefined && reason.code === "E_CLOSED") this.#leave(this.#live);
    else this.#live?.drop();
    this.#unanswered.fail(new WaystoneError(reason.code, reason.message));
  }
}
