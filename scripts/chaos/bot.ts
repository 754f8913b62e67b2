/** A player that never sleeps: does something, waits for the answer, remembers every word of it. */
import { Waystone, type Response, type Session } from "../../client/sdk/index.ts";
import type { Rng } from "../../src/engine/context.ts";
import type { ContentIndex } from "../../src/engine/content.ts";
import type { RoomId } from "../../src/engine/ids.ts";
import type { Acknowledged, Believed } from "./evidence.ts";
import { Bartering } from "./bartering.ts";
import { chooseLine, type ChosenLine } from "./choose-line.ts";

export interface BotPorts {
  readonly endpoint: string;
  readonly rng: Rng;
  readonly content: ContentIndex;
  readonly near: ReadonlySet<RoomId>;
  /** Of all bots. */
  readonly names: readonly string[];
  /** Mean pause between two commands. */
  readonly pauseMs: number;
  /** Does not wait for its turn to come back after a cut: the time of recovery is the world's, not that of its patience. */
  readonly impatient: boolean;
  readonly answered: (answer: Acknowledged, welcomedMs: number) => void;
}

/** Commands of one bot under way at a time: one overtakes the other when the line is cut in between. */
const AT_ONCE = 3;
const HURRY_MS = 100;
/** Attempts to come in; a stalled server keeps everybody waiting for a while. */
const JOIN_ATTEMPTS = 150;
/** The synced state follows within 100 ms; a loaded machine takes its time. */
const SETTLE_MS = 1_500;

/** An exchange that came about: others decide whether the line that asks for it does more than talk. */
const EXCHANGED = /^You trade with .*: you give /;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export class Bot {
  readonly name: string;
  readonly character: string;
  /** What must not happen: a session that ended, a command whose fate nobody knows. */
  readonly troubles: string[] = [];
  readonly #waystone: Waystone;
  readonly #ports: BotPorts;
  readonly #bartering = new Bartering();
  readonly #underWay = new Set<Promise<void>>();
  #session: Session;
  #welcomedMs = performance.now();
  #playing = false;
  #done: Promise<void> = Promise.resolve();

  private constructor(waystone: Waystone, session: Session, identity: { name: string; character: string }, ports: BotPorts) {
    this.#waystone = waystone;
    this.#ports = ports;
    this.name = identity.name;
    this.character = identity.character;
    this.#session = this.#listen(session);
  }

  static async enter(ports: BotPorts): Promise<Bot> {
    const waystone = new Waystone(ports.endpoint);
    const login = await waystone.guest();
    const session = await waystone.join({ attempts: JOIN_ATTEMPTS });
    for (let tries = 0; session.view.self === null; tries += 1) {
      if (tries > 200) throw new Error("the synced state does not come");
      await pause(50);
    }
    return new Bot(waystone, session, { name: login.username, character: session.view.self.id }, ports);
  }

  start(): void {
    this.#playing = true;
    this.#done = Promise.all([this.#play(), this.#ports.impatient ? this.#hurry() : undefined]).then(() => undefined);
  }

  /** Begins nothing more. Resolves when everything asked for has been answered, or after `withinMs`. */
  async stop(withinMs: number): Promise<void> {
    this.#playing = false;
    await this.#done;
    let late: NodeJS.Timeout | undefined;
    await Promise.race([Promise.all(this.#underWay), new Promise((resolve) => (late = setTimeout(resolve, withinMs)))]);
    clearTimeout(late);
    if (this.#underWay.size > 0) this.troubles.push(`${this.#underWay.size} commands were never answered (${this.#session.state.status})`);
  }

  /** What it has, as far as it knows, when nothing more is on its way. */
  async believes(): Promise<Believed> {
    await this.#ask({ line: "look", durableSteps: 0 });
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

  async #play(): Promise<void> {
    while (this.#playing) {
      await pause(this.#ports.pauseMs * (0.3 + 1.4 * this.#ports.rng.next()));
      if (!this.#playing) return;
      if (this.#session.state.status === "closed") await this.#comeBack();
      if (!this.#playing) return;
      const asking = this.#ask(chooseLine(this.#session.view, { ...this.#ports, bartering: this.#bartering })).finally(() => this.#underWay.delete(asking));
      this.#underWay.add(asking);
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

  async #ask({ line, durableSteps }: ChosenLine): Promise<void> {
    try {
      const answer = await this.#session.command(line);
      for (const { message } of answer.messages) this.#bartering.hear(message);
      this.#ports.answered(acknowledged(this.character, { line, durableSteps }, answer), this.#welcomedMs);
      if (answer.retry_after_ms !== undefined) await pause(answer.retry_after_ms);
    } catch (error) {
      this.troubles.push(`${JSON.stringify(line)} has no answer: ${String(error)}`);
    }
  }

  async #comeBack(): Promise<void> {
    const { state } = this.#session;
    this.troubles.push(`its session ended: ${state.status === "closed" ? `${state.code} ${state.message}` : state.status}`);
    try {
      this.#session = this.#listen(await this.#waystone.join({ attempts: JOIN_ATTEMPTS }));
    } catch (error) {
      this.troubles.push(`it cannot come back: ${String(error)}`);
      this.#playing = false;
    }
  }

  #listen(session: Session): Session {
    session.on("welcome", () => (this.#welcomedMs = performance.now()));
    session.on("lines", (lines) => lines.forEach(({ message }) => this.#bartering.hear(message)));
    session.on("warning", ({ message }) => this.troubles.push(message));
    return session;
  }
}

/** What a final answer says, for the checks by SQL. */
export function acknowledged(character: string, { line, durableSteps }: ChosenLine, answer: Response): Acknowledged {
  const exchanged = answer.status === "ok" && answer.messages.some(({ message }) => EXCHANGED.test(message));
  return { character, seq: answer.seq ?? -1, line, durableSteps: exchanged ? 1 : durableSteps, status: answer.status, code: answer.code ?? null, reply: answer };
}
