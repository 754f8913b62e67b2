import { MAX_SENT_ON } from "../../src/limits.ts";
import type { Response, RoomMessage, TransferMessage, WelcomeMessage } from "../../src/protocol/server-messages.ts";
import { HEARTBEAT_MS, PONG_DEADLINE_MS } from "./bounds.ts";
import { toErrorCode, toWaystoneError, WaystoneError } from "./errors.ts";
import type { WaystoneErrorCode } from "./errors.ts";
import type { KeptLink, Link, LinkEvents, Seat } from "./link.ts";
import type { Timers } from "./timers.ts";
import { readFailure, readLines, readResponse, readTransfer, readWelcome } from "./wire.ts";

/** Codes a server closes a connection with. */
export const CLOSE_CONSENTED = 4000;
export const CLOSE_REPLACED = 4409;
/** What the session is told when a line has fallen silent: there is no close code for it. */
const CLOSE_ABNORMAL = 1006;

/** What a session hears from one of its connections. */
export interface LiveListener {
  lines(live: LiveLink, lines: readonly RoomMessage[]): void;
  response(live: LiveLink, response: Response): void;
  transfer(live: LiveLink, transfer: TransferMessage): void;
  view(live: LiveLink): void;
  lost(live: LiveLink, loss: Loss): void;
  /** A message that cannot be read; it has been left out. */
  unreadable(type: string): void;
}

/** Why a connection is over: the socket's code, and the server's own if it sent one before. */
export interface Loss {
  closeCode: number;
  code: WaystoneErrorCode;
  message: string;
}

export type Dial = (events: LinkEvents, signal: AbortSignal) => Promise<Link>;

interface OpenOptions {
  dial: Dial;
  /** Takes a seat: where it dialled, it may be told of another before it is let in. */
  take: (seat: Seat) => Dial;
  listener: LiveListener;
  timers: Timers;
  deadlineMs: number;
  /** Aborting gives the attempt up. */
  signal: AbortSignal;
}

/** The reason of a close is a code of ours, or nothing to rely on. */
function codeOfClose(closeCode: number, reason: string): WaystoneErrorCode {
  if (/^E_[A-Z_]+$/.test(reason)) return toErrorCode(reason);
  if (closeCode === CLOSE_REPLACED) return "E_REPLACED";
  return closeCode === CLOSE_CONSENTED ? "E_CLOSED" : "E_NETWORK";
}

/** One connection that has delivered its welcome: reads its messages, tests that it is alive, ends once. */
export class LiveLink {
  readonly #listener: LiveListener;
  readonly #timers: Timers;
  #link: Link | undefined;
  #welcome: WelcomeMessage | undefined;
  #welcomed: (() => void) | undefined;
  /** The area that it was to lead into is served elsewhere by now. */
  #sentOn: TransferMessage | undefined;
  /** What arrived behind the welcome, until somebody is there for it. */
  #held: (() => void)[] | undefined = [];
  /** The server has said that whoever goes over may keep it. */
  #mayKeep = false;
  #loss: Loss | undefined;
  #farewell: { code: WaystoneErrorCode; message: string } | undefined;
  #lastHeardMs = 0;
  #probing = false;
  #stopHeartbeat: (() => void) | undefined;

  private constructor(listener: LiveListener, timers: Timers) {
    this.#listener = listener;
    this.#timers = timers;
  }

  /** Dials and waits for the welcome, there or wherever it is sent on to. When that fails in any way, nothing stays open. */
  static async open({ dial, take, listener, timers, deadlineMs, signal }: OpenOptions): Promise<LiveLink> {
    const attempt = new AbortController();
    const giveUp = (): void => attempt.abort(signal.reason);
    if (signal.aborted) giveUp();
    signal.addEventListener("abort", giveUp, { once: true });
    const stopDeadline = timers.after(deadlineMs, () =>
      attempt.abort(new WaystoneError("E_TIMEOUT", "The server did not answer in time.")));
    try {
      let next = dial;
      for (let times = 0; ; times += 1) {
        const live = new LiveLink(listener, timers);
        const sentOn = await live.#open(next, attempt.signal);
        if (sentOn === undefined) return live;
        if (times === MAX_SENT_ON) throw new WaystoneError("E_MOVED", "You are somewhere else now.");
        next = take(sentOn.seat);
      }
    } finally {
      stopDeadline();
      signal.removeEventListener("abort", giveUp);
    }
  }

  /** Resolves with where it is to go on instead, if it is; then nothing stays open either. */
  async #open(dial: Dial, signal: AbortSignal): Promise<TransferMessage | undefined> {
    try {
      signal.throwIfAborted();
      this.#link = await dial(this.#events(), signal);
      await this.#awaitWelcome(signal);
      if (this.#sentOn === undefined) this.#beat();
      else this.drop();
      return this.#sentOn;
    } catch (error) {
      this.drop();
      throw toWaystoneError(signal.aborted ? signal.reason : error);
    }
  }

  get welcome(): WelcomeMessage {
    if (this.#welcome === undefined) throw new Error("A connection is handed out after its welcome only.");
    return this.#welcome;
  }

  /** Why it is over, when it is. */
  get loss(): Loss | undefined {
    return this.#loss;
  }

  get state(): unknown {
    return this.#link?.state;
  }

  /** Goes on over the same connection (`Link.goOn`): for `open`. */
  readonly goOn: Dial = async (events, signal) => {
    if (this.#link === undefined) throw new Error("A connection leads on after its welcome only.");
    return await this.#link.goOn(events, signal);
  };

  /** Hands out what arrived behind the welcome, and from now on everything as it comes. */
  start(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const deliver of held) deliver();
  }

  send(type: string, payload: unknown): void {
    if (this.#loss === undefined) this.#link?.send(type, payload);
  }

  /** Tests the line now; it counts as lost when nothing is heard within `deadlineMs`. */
  probe(deadlineMs: number): void {
    if (this.#loss !== undefined) return;
    this.#stopHeartbeat?.();
    this.#probing = true;
    this.#stopHeartbeat = this.#timers.after(deadlineMs, () => {
      this.#link?.drop();
      this.#end({ closeCode: CLOSE_ABNORMAL, code: "E_NETWORK", message: "The line has fallen silent." });
    });
    this.#link?.ping(() => this.#hear());
  }

  /** Measures one round trip, in ms. */
  ping(answered: (ms: number) => void): void {
    if (this.#loss !== undefined) return;
    const sentMs = performance.now();
    this.#link?.ping(() => {
      this.#hear();
      answered(performance.now() - sentMs);
    });
  }

  /** Says goodbye; still delivers what arrives until the connection is over. */
  async leave(): Promise<void> {
    this.#silenceHeartbeat();
    if (this.#loss === undefined) await this.#link?.leave();
  }

  /** Keeps it for the way back, where one may; undefined: it must be left. Still delivers what arrives. */
  keep(): KeptLink | undefined {
    if (!this.#mayKeep || this.#loss !== undefined) return undefined;
    this.#silenceHeartbeat();
    return this.#link?.keep();
  }

  /** Closes without a word; the listener hears no more of it. */
  drop(): void {
    this.#loss ??= { closeCode: CLOSE_CONSENTED, code: "E_CLOSED", message: "The connection was closed." };
    this.#silenceHeartbeat();
    this.#link?.drop();
  }

  #events(): LinkEvents {
    return {
      message: (type, payload) => {
        if (this.#loss !== undefined) return;
        this.#hear();
        const opens = type === "welcome" || (type === "transfer" && this.#welcome === undefined);
        if (this.#held === undefined || opens || type === "closed") this.#read(type, payload);
        else this.#held.push(() => this.#read(type, payload));
      },
      stateChanged: () => {
        if (this.#loss !== undefined) return;
        this.#hear();
        if (this.#held === undefined) this.#listener.view(this);
      },
      closed: (closeCode, reason) => {
        const said = this.#farewell ?? { code: codeOfClose(closeCode, reason), message: "The connection was closed." };
        this.#end({ closeCode, ...said });
      },
    };
  }

  #read(type: string, payload: unknown): void {
    switch (type) {
      case "events": return this.#listener.lines(this, readLines(payload));
      case "response": return this.#pass(type, readResponse(payload), (response) => this.#listener.response(this, response));
      case "transfer": return this.#pass(type, readTransfer(payload), (transfer) => {
        this.#mayKeep = transfer.keep === true;
        if (this.#welcome !== undefined) return this.#listener.transfer(this, transfer);
        this.#sentOn = transfer;
        this.#welcomed?.();
      });
      case "welcome": return this.#pass(type, readWelcome(payload), (welcome) => {
        this.#welcome = welcome;
        this.#welcomed?.();
      });
      // The server says why before it closes.
      case "closed": return this.#pass(type, readFailure(payload), (failure) => {
        this.#farewell = { code: toErrorCode(failure.code), message: failure.message ?? "The server closed the connection." };
      });
      // A newer server may say things that this client does not know.
      default: return;
    }
  }

  #pass<T>(type: string, message: T | undefined, deliver: (message: T) => void): void {
    if (message === undefined) this.#listener.unreadable(type);
    else deliver(message);
  }

  #awaitWelcome(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        signal.removeEventListener("abort", settle);
        this.#welcomed = undefined;
        if (this.#sentOn !== undefined) resolve();
        else if (this.#loss !== undefined) reject(new WaystoneError(this.#loss.code, this.#loss.message));
        else if (signal.aborted) reject(toWaystoneError(signal.reason));
        else resolve();
      };
      if (this.#welcome !== undefined || this.#sentOn !== undefined || this.#loss !== undefined || signal.aborted) return settle();
      this.#welcomed = settle;
      signal.addEventListener("abort", settle);
    });
  }

  #hear(): void {
    this.#lastHeardMs = Date.now();
    if (this.#probing) this.#beat();
  }

  /** Waits until nothing has been heard for a while, then tests the line. */
  #beat(): void {
    this.#probing = false;
    this.#stopHeartbeat?.();
    const silentMs = Date.now() - this.#lastHeardMs;
    this.#stopHeartbeat = this.#timers.after(Math.max(0, HEARTBEAT_MS - silentMs), () => {
      if (Date.now() - this.#lastHeardMs >= HEARTBEAT_MS) this.probe(PONG_DEADLINE_MS);
      else this.#beat();
    });
  }

  #silenceHeartbeat(): void {
    this.#probing = false;
    this.#stopHeartbeat?.();
    this.#stopHeartbeat = undefined;
  }

  #end(loss: Loss): void {
    if (this.#loss !== undefined) return;
    this.#loss = loss;
    this.#silenceHeartbeat();
    this.#welcomed?.();
    this.#listener.lost(this, loss);
  }
}
