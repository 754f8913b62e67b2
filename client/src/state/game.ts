import type { ConnectionState, LeftOff, ReplyLine, Response, RoomMessage, Session, WelcomeMessage, WorldView } from "../../sdk/index.ts";
import { WaystoneError } from "../../sdk/index.ts";
import { expandAliases } from "./aliases.ts";
import { Away, lasting } from "./away.ts";
import type { NextFrame } from "./frame.ts";
import { nextAnimationFrame } from "./frame.ts";
import { LineReader } from "./game-lines.ts";
import { History } from "./history.ts";
import { keepLog } from "./kept-log.ts";
import type { KeptLog } from "./kept-log.ts";
import { Latency } from "./latency.ts";
import { LogBuffer } from "./log-buffer.ts";
import type { LogExtent } from "./log-buffer.ts";
import { MapBook } from "./map-book.ts";
import { playTone, showNotice } from "./notifier.ts";
import { PacedQueue } from "./paced-queue.ts";
import { pagePresence } from "./page-presence.ts";
import type { Presence } from "./page-presence.ts";
import { SettingsStore } from "./settings.ts";
import { Store } from "./store.ts";
import { Talk } from "./talk.ts";
import { Walker } from "./walker.ts";
import { fetchVocabulary, NO_WORDS, Who } from "./who.ts";
import type { Vocabulary } from "./who.ts";

/** A cut shorter than this is not worth a note in the log. */
const NOTABLE_CUT_MS = 1_500;
/** A reload longer than this is worth one. */
const NOTABLE_RELOAD_MS = 10_000;
/** Times a pasted command is tried again when the world asks to slow down. */
const MAX_RATE_RETRIES = 20;
/** The pause before that when the world does not say how long. */
const RATE_PAUSE_MS = 500;

/** An error that came without words. */
function errorNote(code: string | undefined): string {
  if (code === "E_RATE") return "Slow down a little.";
  return "Something went wrong, and nothing was done.";
}

export interface GameOptions {
  settings?: SettingsStore;
  nextFrame?: NextFrame;
  presence?: Presence;
  /** What the page before a reload has left. */
  kept?: KeptLog | undefined;
}

/** One session as the page shows it: the log, the view, the connection, and the commands on their way. */
export class Game {
  readonly log = new LogBuffer();
  readonly history = new History();
  readonly talk = new Talk();
  readonly extent: Store<LogExtent>;
  readonly view: Store<WorldView>;
  readonly connection: Store<ConnectionState>;
  readonly settings: SettingsStore;
  readonly username: string;
  readonly map: MapBook;
  readonly who: Who;
  readonly walker: Walker;
  readonly latency: Latency;
  readonly vocabulary = new Store<Vocabulary>(NO_WORDS);
  /** How many commands were given by hand: whoever asks wants to see the answer. */
  readonly asked = new Store(0);
  /** Something said to whoever listens, beside the log. `nth` tells a repeat from no news. */
  readonly aside = new Store<{ text: string; nth: number }>({ text: "", nth: 0 });
  /** The first entry that is news: those before were shown by the page before a reload. */
  readonly newsFrom: number;
  readonly #session: Session;
  readonly #nextFrame: NextFrame;
  readonly #stops: (() => void)[];
  readonly #reader = new LineReader();
  readonly #away = new Away();
  readonly #queue = new PacedQueue((command) => this.#send(command, { rateRetries: MAX_RATE_RETRIES }));
  #stopFrame: (() => void) | undefined;
  #cutAtMs: number | undefined;
  #stopPause: (() => void) | undefined;
  /** The line above what was missed stands in the log already. */
  #missedNoted = false;

  constructor(session: Session, { settings = new SettingsStore(), nextFrame = nextAnimationFrame, presence = pagePresence, kept }: GameOptions = {}) {
    this.#session = session;
    this.#nextFrame = nextFrame;
    this.settings = settings;
    this.username = session.welcome?.username ?? "";
    this.map = new MapBook(this.username);
    this.who = new Who(this.username);
    this.#restore(kept);
    this.newsFrom = this.log.extent.end;
    this.extent = new Store(this.log.extent);
    this.view = new Store(session.view);
    this.connection = new Store(session.state);
    this.latency = new Latency((answered) => session.ping(answered));
    this.walker = new Walker({ map: this.map, view: this.view, command: (command) => this.#send(command), note: (text) => this.#note(text) });
    if (kept?.leftOff !== undefined) this.#resumed(session.welcome?.complete ?? true, kept.atMs);
    this.#stops = [
      session.on("lines", (lines) => this.#takeLines(lines)),
      session.on("view", () => this.#showSoon()),
      session.on("state", (state) => this.#takeState(state)),
      session.on("welcome", (welcome) => this.#takeWelcome(welcome)),
      presence.watch((here) => this.#takePresence(here)),
    ];
    this.map.see(session.view);
  }

  /** Pasted commands that still wait for their turn. */
  get waiting(): Store<number> {
    return this.#queue.waiting;
  }

  /** Asks the world for its words. Without an answer nothing is completed. */
  async learnWords(): Promise<void> {
    const words = await fetchVocabulary();
    if (words === undefined) return;
    this.vocabulary.set(words);
    this.talk.know(words.channels.map(({ name }) => name));
  }

  /** Sends a command, echoes it at once, and writes its answer into the log. */
  run(command: string): void {
    this.walker.stop();
    this.history.add(command);
    this.asked.set(this.asked.get() + 1);
    void this.#send(command);
  }

  /** Sends several, each after the answer to the one before, at the pace the world allows. */
  runAll(commands: readonly string[]): void {
    this.#queue.add(commands);
  }

  /** Drops the pasted commands that have not been sent, and ends a walk. */
  stopPasted(): void {
    this.#queue.clear();
    this.walker.stop();
  }

  /** Says something to whoever listens. */
  say(text: string): void {
    this.aside.set({ text, nth: this.aside.get().nth + 1 });
  }

  retryNow(): void {
    this.#session.retryNow();
  }

  /** Leaves the world. */
  async close(): Promise<void> {
    this.dispose();
    await this.#session.close();
  }

  /** Stops listening; what is shown stays, and is kept for a page that comes after this one. */
  dispose(): void {
    if (this.#stops.length === 0) return;
    this.#keep();
    this.stopPasted();
    this.latency.stop();
    this.#stopPause?.();
    this.#stopFrame?.();
    for (const stop of this.#stops.splice(0)) stop();
  }

  async #send(command: string, { rateRetries = 0 } = {}): Promise<Response | undefined> {
    const key = this.log.add({ kind: "echo", atMs: Date.now(), command, mark: "sent" });
    this.#showSoon();
    try {
      const response = await this.#ask(key, command, rateRetries);
      this.log.mark(key, response.status === "ok" ? "done" : "refused");
      this.#addLines(response.messages, command);
      if (response.status === "error" && response.messages.length === 0) this.#note(errorNote(response.code));
      return response;
    } catch (error) {
      this.log.mark(key, "unanswered");
      if (!(error instanceof WaystoneError)) throw error;
      this.#note(error.message);
      return undefined;
    }
  }

  /** Asks, and asks again up to `rateRetries` times while the world wants to be asked more slowly. */
  async #ask(key: number, command: string, rateRetries: number): Promise<Response> {
    const expanded = expandAliases(command, this.settings.get().aliases);
    const response = await this.#session.command(expanded, ({ messages }) => {
      this.log.mark(key, "queued");
      this.#addLines(messages, command);
    });
    if (response.code !== "E_RATE" || rateRetries === 0) return response;
    await this.#pause(response.retry_after_ms ?? RATE_PAUSE_MS);
    return await this.#ask(key, command, rateRetries - 1);
  }

  #takeLines(lines: readonly RoomMessage[]): void {
    if (!this.#missedNoted && lines.some(({ replayed }) => replayed === true)) {
      this.#missedNoted = true;
      this.#note("While you were away:");
    }
    this.#addLines(lines);
  }

  /** `command`: the one they answer. */
  #addLines(lines: readonly (ReplyLine | RoomMessage)[], command?: string): void {
    const nowMs = Date.now();
    const settings = this.settings.get();
    for (const message of lines) {
      const { line, verdict } = this.#reader.read(message, settings, nowMs, command);
      for (const { type, text } of line.refs ?? []) if (type === "character") this.who.heardOf(text);
      if (verdict.gag) continue;
      const heading = this.#away.line(nowMs);
      if (heading !== undefined) this.log.add({ kind: "note", atMs: nowMs, text: heading });
      const key = this.log.add(line);
      this.talk.take({ ...line, key });
      if (line.own === true) continue;
      const personal = line.type === "tell" || line.type === "whisper";
      if (settings.sounds && (verdict.notify || personal)) playTone(verdict.notify ? "notify" : "tell");
      if (verdict.notify) showNotice(line.message);
    }
    this.#showSoon();
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
    if (state.status === "reconnecting" || state.status === "closed") this.latency.forget();
    this.connection.set(state);
  }

  #takeWelcome({ complete }: WelcomeMessage): void {
    const cutAtMs = this.#cutAtMs;
    this.#cutAtMs = undefined;
    this.latency.measure();
    if (cutAtMs === undefined) return;
    this.#missedNoted = false;
    const cutMs = Date.now() - cutAtMs;
    if (!complete) this.#note("The line was cut, and some of what happened meanwhile was missed.");
    else if (cutMs > NOTABLE_CUT_MS) this.#note(`The line was cut for ${lasting(cutMs)}. Nothing was missed.`);
  }

  /** The page is here again after a reload. */
  #resumed(complete: boolean, goneAtMs: number): void {
    const goneMs = Date.now() - goneAtMs;
    if (goneMs > NOTABLE_RELOAD_MS) this.#note(`You are back after ${lasting(goneMs)}.`);
    if (complete) return;
    this.#note("Some of what happened meanwhile was missed.");
    void this.#send("look");
  }

  #restore(kept: KeptLog | undefined): void {
    for (const entry of kept?.entries ?? []) {
      const key = this.log.add(entry);
      if (entry.kind === "line") this.talk.take({ ...entry, key });
      if (entry.kind === "echo") this.history.add(entry.command);
    }
    this.talk.flush();
  }

  #takePresence(here: boolean): void {
    const nowMs = Date.now();
    if (!here) {
      this.#away.leaves(nowMs);
      return this.#keep();
    }
    const told = this.#away.returns(nowMs);
    if (told !== undefined) this.#note(told);
    this.latency.measure();
  }

  /** For a reload of the page. */
  #keep(): void {
    const leftOff: LeftOff | undefined = this.#session.state.status === "closed" ? undefined : this.#session.leftOff;
    keepLog(this.username, leftOff, this.log.all(), Date.now());
  }

  #note(text: string): void {
    this.log.add({ kind: "note", atMs: Date.now(), text });
    this.#showSoon();
  }

  /** The screen follows at its own pace, however many lines come. A page that is not shown gets no frames: it has none to miss. */
  #showSoon(): void {
    this.#stopFrame ??= this.#nextFrame(() => {
      this.#stopFrame = undefined;
      this.extent.set(this.log.extent);
      this.talk.flush();
      this.view.set(this.#session.view);
      this.map.see(this.view.get());
    });
  }
}
