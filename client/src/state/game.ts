import type { ConnectionState, ReplyLine, Response, Session, WelcomeMessage, WorldView } from "../../sdk/index.ts";
import { WaystoneError } from "../../sdk/index.ts";
import type { NextFrame } from "./frame.ts";
import { nextAnimationFrame } from "./frame.ts";
import { History } from "./history.ts";
import { LogBuffer } from "./log-buffer.ts";
import type { LogExtent } from "./log-buffer.ts";
import { Store } from "./store.ts";

/** A cut shorter than this is not worth a note in the log. */
const NOTABLE_CUT_MS = 1_500;
/** Times a pasted command is tried again when the world asks to slow down. */
const MAX_RATE_RETRIES = 20;
/** The pause before that when the world does not say how long. */
const RATE_PAUSE_MS = 500;

/** An error that came without words. */
function errorNote(code: string | undefined): string {
  if (code === "E_RATE") return "Slow down a little.";
  return "Something went wrong, and nothing was done.";
}

/** One session as the page shows it: the log, the view, the connection, and the commands on their way. */
export class Game {
  readonly log = new LogBuffer();
  readonly history = new History();
  readonly extent: Store<LogExtent>;
  readonly view: Store<WorldView>;
  readonly connection: Store<ConnectionState>;
  /** Pasted commands that still wait for their turn. */
  readonly waiting = new Store(0);
  /** How many commands were given by hand: whoever asks wants to see the answer. */
  readonly asked = new Store(0);
  readonly username: string;
  readonly #session: Session;
  readonly #nextFrame: NextFrame;
  readonly #stops: (() => void)[];
  #stopFrame: (() => void) | undefined;
  #pasted: string[] = [];
  #working = false;
  #cutAtMs: number | undefined;
  #stopPause: (() => void) | undefined;

  constructor(session: Session, nextFrame: NextFrame = nextAnimationFrame) {
    this.#session = session;
    this.#nextFrame = nextFrame;
    this.username = session.welcome?.username ?? "";
    this.extent = new Store(this.log.extent);
    this.view = new Store(session.view);
    this.connection = new Store(session.state);
    this.#stops = [
      session.on("lines", (lines) => this.#addLines(lines)),
      session.on("view", () => this.#showSoon()),
      session.on("state", (state) => this.#takeState(state)),
      session.on("welcome", (welcome) => this.#takeWelcome(welcome)),
    ];
  }

  /** Sends a command, echoes it at once, and writes its answer into the log. */
  run(command: string): void {
    this.history.add(command);
    this.asked.set(this.asked.get() + 1);
    void this.#send(command);
  }

  /** Sends several, each after the answer to the one before, at the pace the world allows. */
  runAll(commands: readonly string[]): void {
    this.#pasted.push(...commands);
    this.waiting.set(this.#pasted.length);
    if (!this.#working) void this.#workOff();
  }

  /** Drops the pasted commands that have not been sent. */
  stopPasted(): void {
    this.#pasted = [];
    this.waiting.set(0);
  }

  retryNow(): void {
    this.#session.retryNow();
  }

  /** Leaves the world. */
  async close(): Promise<void> {
    this.dispose();
    await this.#session.close();
  }

  /** Stops listening; what is shown stays. */
  dispose(): void {
    this.stopPasted();
    this.#stopPause?.();
    this.#stopFrame?.();
    for (const stop of this.#stops.splice(0)) stop();
  }

  async #send(command: string, { rateRetries = 0 } = {}): Promise<void> {
    const key = this.log.add({ kind: "echo", command, mark: "sent" });
    this.#showSoon();
    try {
      const response = await this.#ask(key, command, rateRetries);
      this.log.mark(key, response.status === "ok" ? "done" : "refused");
      this.#addLines(response.messages);
      if (response.status === "error" && response.messages.length === 0) this.#note(errorNote(response.code));
    } catch (error) {
      this.log.mark(key, "unanswered");
      if (!(error instanceof WaystoneError)) throw error;
      this.#note(error.message);
    }
  }

  /** Asks, and asks again up to `rateRetries` times while the world wants to be asked more slowly. */
  async #ask(key: number, command: string, rateRetries: number): Promise<Response> {
    const response = await this.#session.command(command, ({ messages }) => {
      this.log.mark(key, "queued");
      this.#addLines(messages);
    });
    if (response.code !== "E_RATE" || rateRetries === 0) return response;
    await this.#pause(response.retry_after_ms ?? RATE_PAUSE_MS);
    return await this.#ask(key, command, rateRetries - 1);
  }

  #addLines(lines: readonly ReplyLine[]): void {
    for (const { message, message_type, refs } of lines) this.log.add({ kind: "line", message, type: message_type, refs: refs ?? [] });
    this.#showSoon();
  }

  async #workOff(): Promise<void> {
    this.#working = true;
    for (let command = this.#pasted.shift(); command !== undefined; command = this.#pasted.shift()) {
      this.waiting.set(this.#pasted.length);
      await this.#send(command, { rateRetries: MAX_RATE_RETRIES });
    }
    this.#working = false;
  }

  async #pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#stopPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #takeState(state: ConnectionState): void {
    if (state.status === "reconnecting") this.#cutAtMs ??= Date.now();
    this.connection.set(state);
  }

  #takeWelcome({ complete }: WelcomeMessage): void {
    const cutAtMs = this.#cutAtMs;
    this.#cutAtMs = undefined;
    if (cutAtMs === undefined) return;
    const cutMs = Date.now() - cutAtMs;
    if (!complete) this.#note("The line was cut, and some of what happened meanwhile was missed.");
    else if (cutMs > NOTABLE_CUT_MS) this.#note(`The line was cut for ${Math.round(cutMs / 1000)} seconds. Nothing was missed.`);
  }

  #note(text: string): void {
    this.log.add({ kind: "note", text });
    this.#showSoon();
  }

  /** The screen follows at its own pace, however many lines come. */
  #showSoon(): void {
    this.#stopFrame ??= this.#nextFrame(() => {
      this.#stopFrame = undefined;
      this.extent.set(this.log.extent);
      this.view.set(this.#session.view);
    });
  }
}
