/** A player that writes down everything it asks and is shown. */
import { Waystone, type Response, type RoomMessage, type Session } from "../../client/sdk/index.ts";
import type { Acknowledged, Believed } from "../chaos/evidence.ts";
import { Bartering } from "../chaos/bartering.ts";
import { acknowledged } from "../chaos/bot.ts";
import { chooseDeed, say, walk, type Deed, type Sight } from "./choose-talk.ts";
import type { Asked, Entered, Heard, Player, Stood, Transfer } from "./evidence.ts";
import { WatchedConnector } from "./watched-connector.ts";

export interface BotPorts extends Sight {
  readonly endpoint: string;
  /** Mean pause between two commands. */
  readonly pauseMs: number;
  /** Does not wait for its turn to come back after a cut: recovery is then the world's, not that of its patience. */
  readonly impatient: boolean;
  readonly answered: (answer: Acknowledged) => void;
}

/** Commands of one player under way at a time, before it waits. */
const AT_ONCE = 3;
const HURRY_MS = 100;
/** Told to do something, it does so at most this often: below what the server lets anybody do. */
const ACTS_EVERY_MS = 150;
const JOIN_ATTEMPTS = 150;
/** The first time, nothing is being done to the world: if that is in vain, it is broken. */
const ENTER_ATTEMPTS = 20;
/** The synced state follows within 100 ms; a loaded machine takes its time. */
const SETTLE_MS = 1_500;
/** Words that nobody has heard so long after their answer will be heard by nobody: there was nobody. */
const HEARD_WITHIN_MS = 500;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface UnderWay {
  readonly asked: Asked;
  readonly deed: Deed;
}

export class ClusterBot implements Player {
  readonly name: string;
  readonly character: string;
  readonly heard: Heard[] = [];
  readonly asked: Asked[] = [];
  readonly entered: Entered[] = [];
  readonly stood: Stood[] = [];
  readonly transfers: Transfer[] = [];
  readonly states: { atMs: number; text: string }[] = [];
  loginsAgain = 0;
  /** What must not happen: a session that ended, a command whose fate nobody knows. */
  readonly troubles: string[] = [];
  readonly #waystone: Waystone;
  readonly #connector: WatchedConnector;
  readonly #ports: BotPorts;
  readonly #bartering = new Bartering();
  readonly #underWay = new Set<UnderWay>();
  readonly #lateTalk: Asked[] = [];
  #session: Session;
  #welcomedMs = performance.now();
  #transferring: { readonly atMs: number; readonly port: number | null } | null = null;
  /** The synced state has come since the last walk was answered: before, it may say where the walk began. */
  #knowsWhere = true;
  #actedMs = -Infinity;
  #playing = false;
  #done: Promise<void> = Promise.resolve();

  private constructor(waystone: Waystone, connector: WatchedConnector, session: Session, identity: { name: string; character: string }, ports: BotPorts) {
    this.#waystone = waystone;
    this.#connector = connector;
    this.#ports = ports;
    this.name = identity.name;
    this.character = identity.character;
    this.#session = this.#listen(session);
  }

  static async enter(ports: BotPorts): Promise<ClusterBot> {
    const connector = new WatchedConnector(ports.endpoint);
    const waystone = new Waystone(ports.endpoint, { connector });
    const login = await waystone.guest();
    const session = await waystone.join({ attempts: ENTER_ATTEMPTS });
    for (let tries = 0; session.view.self === null; tries += 1) {
      if (tries > 200) throw new Error("the synced state does not come");
      await pause(50);
    }
    return new ClusterBot(waystone, connector, session, { name: login.username, character: session.view.self.id }, ports);
  }

  start(): void {
    this.#playing = true;
    this.#done = Promise.all([this.#play(), this.#ports.impatient ? this.#hurry() : undefined]).then(() => undefined);
  }

  /** The port of the process that its connection leads to. */
  get port(): number | null {
    return this.#connector.port;
  }

  /** Plays undisturbed: its line is up, and nothing asked for waits for longer than `withinMs`. */
  calm(withinMs: number): boolean {
    const sinceMs = performance.now() - withinMs;
    return this.#session.state.status === "online" && [...this.#underWay].every(({ asked: { sentMs } }) => sentMs >= sinceMs);
  }

  /** What it is in the middle of now. */
  get middle(): { readonly command: boolean; readonly transfer: boolean; readonly line: boolean } {
    const underWay = [...this.#underWay];
    const sinceMs = performance.now() - HEARD_WITHIN_MS;
    while (this.#lateTalk[0] !== undefined && (this.#lateTalk[0].answeredMs! < sinceMs || this.#ports.ledger.isHeard(this.#lateTalk[0].talk!.token))) this.#lateTalk.shift();
    return {
      command: underWay.length > 0,
      transfer: this.#session.state.status === "transferring" || underWay.some(({ deed }) => deed.crosses),
      line: underWay.some(({ deed }) => deed.talk !== null) || this.#lateTalk.length > 0,
    };
  }

  /** Does something at once that takes a moment: a fault is about to strike. */
  act(): void {
    const nowMs = performance.now();
    if (!this.#playing || this.#session.state.status !== "online" || this.#underWay.size >= AT_ONCE || nowMs - this.#actedMs < ACTS_EVERY_MS) return;
    this.#actedMs = nowMs;
    const crossing = this.#mayWalk && this.#ports.rng.next() < 0.5 ? walk(this.#ports, this.#session.view, true) : undefined;
    void this.#ask(crossing?.crosses === true ? crossing : say(this.#ports));
  }

  /** Begins nothing more. Resolves when everything asked for has been answered, or after `withinMs`. */
  async stop(withinMs: number): Promise<void> {
    this.#playing = false;
    await this.#done;
    const untilMs = performance.now() + withinMs;
    while (this.#underWay.size > 0 && performance.now() < untilMs) await pause(50);
    if (this.#underWay.size > 0) this.troubles.push(`${this.#underWay.size} commands were never answered (${this.#session.state.status})`);
  }

  /** Says something; all who stand with it must hear it. The last word of everybody shows that nothing before it is missing. */
  async sayLastWord(): Promise<void> {
    await this.#ask(say(this.#ports));
  }

  /** What it has, as far as it knows, when nothing more is on its way. */
  async believes(): Promise<Believed> {
    await this.#ask({ line: "look", durableSteps: 0, moves: false, crosses: false, talk: null });
    await pause(SETTLE_MS);
    const { self } = this.#session.view;
    return {
      character: this.character, name: this.name, room: self?.room_id ?? "", coins: self?.coins ?? -1,
      items: (self?.items ?? []).map(({ id, kind, quantity, in: within }) => ({ id, kind, quantity, in: within })),
    };
  }

  async leave(): Promise<void> {
    await this.#session.close();
  }

  get #mayWalk(): boolean {
    return ![...this.#underWay].some(({ deed }) => deed.moves);
  }

  async #play(): Promise<void> {
    while (this.#playing) {
      await pause(this.#ports.pauseMs * (0.3 + 1.4 * this.#ports.rng.next()));
      if (!this.#playing) return;
      if (this.#session.state.status === "closed") await this.#comeBack();
      if (!this.#playing) return;
      const { view } = this.#session;
      if (this.#mayWalk && this.#knowsWhere) this.#stands(view.self?.room_id);
      const asking = this.#ask(chooseDeed(view, this.#ports, { self: this.name, mayWalk: this.#mayWalk, bartering: this.#bartering }));
      // Mostly one at a time, as people play; sometimes typed ahead.
      if (this.#underWay.size >= AT_ONCE || this.#ports.rng.next() < 0.7) await asking;
    }
  }

  async #hurry(): Promise<void> {
    while (this.#playing) {
      await pause(HURRY_MS);
      this.#session.retryNow();
    }
  }

  async #ask(deed: Deed): Promise<void> {
    const asked: Asked = { line: deed.line, sentMs: performance.now(), moves: deed.moves, talk: deed.talk, answeredMs: null, status: null, code: null, welcomedMs: 0, replies: [] };
    const underWay = { asked, deed };
    this.asked.push(asked);
    this.#underWay.add(underWay);
    try {
      const answer = await this.#session.command(deed.line);
      this.#take(deed, asked, answer);
      this.#underWay.delete(underWay);
      if (answer.retry_after_ms !== undefined) await pause(answer.retry_after_ms);
    } catch (error) {
      this.troubles.push(`${JSON.stringify(deed.line)} has no answer: ${String(error)}`);
    } finally {
      this.#underWay.delete(underWay);
    }
  }

  #take(deed: Deed, asked: Asked, answer: Response): void {
    asked.answeredMs = performance.now();
    if (deed.moves) this.#knowsWhere = false;
    asked.status = answer.status;
    asked.code = answer.code ?? null;
    asked.welcomedMs = this.#welcomedMs;
    asked.replies = answer.messages.map(({ message }) => message);
    for (const message of asked.replies) this.#bartering.hear(message);
    if (deed.talk !== null) this.#lateTalk.push(asked);
    this.#ports.answered(acknowledged(this.character, deed, answer));
  }

  async #comeBack(): Promise<void> {
    const { state } = this.#session;
    this.loginsAgain += 1;
    this.troubles.push(`its session ended: ${state.status === "closed" ? `${state.code} ${state.message}` : state.status}`);
    try {
      this.#session = this.#listen(await this.#waystone.join({ attempts: JOIN_ATTEMPTS }));
    } catch (error) {
      this.troubles.push(`it cannot come back: ${String(error)}`);
      this.#playing = false;
    }
  }

  #listen(session: Session): Session {
    session.on("welcome", ({ room_id: room, line, complete }) => {
      this.#welcomedMs = performance.now();
      this.entered.push({ atMs: this.#welcomedMs, room, line, complete });
    });
    session.on("state", (state) => {
      const nowMs = performance.now();
      const { status } = state;
      this.states.push({ atMs: nowMs, text: "code" in state ? `${status}: ${state.code}` : status });
      const { port } = this.#connector;
      if (status === "online" && this.#transferring !== null) this.transfers.push({ atMs: this.#transferring.atMs, ms: nowMs - this.#transferring.atMs, far: port !== this.#transferring.port });
      this.#transferring = status === "transferring" ? { atMs: nowMs, port } : null;
    });
    session.on("view", () => (this.#knowsWhere = true));
    session.on("lines", (lines) => this.#hear(lines));
    session.on("warning", ({ message }) => this.troubles.push(message));
    return session;
  }

  #hear(lines: readonly RoomMessage[]): void {
    const atMs = performance.now();
    for (const message of lines) {
      this.#bartering.hear(message.message);
      this.heard.push({ atMs, line: this.#ports.ledger.line(message), replayed: message.replayed === true });
    }
  }

  #stands(room: string | undefined): void {
    if (room !== undefined && this.stood.at(-1)?.room !== room) this.stood.push({ atMs: performance.now(), room });
  }
}
