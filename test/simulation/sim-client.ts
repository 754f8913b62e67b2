/** A player's client, as client/sdk behaves: keeps what is unanswered, sends it again under its number, follows transfers. */
import { MAX_UNANSWERED } from "../../client/sdk/bounds.ts";
import type { CharacterId } from "../../src/engine/ids.ts";
import type { Response } from "../../src/protocol/server-messages.ts";
import { Connection } from "./connection.ts";
import type { Scheduler, Step } from "./scheduler.ts";
import type { SimProcess, SimSeat } from "./sim-process.ts";

const MAX_MOVED_PER_COMMAND = 3;
const MOVED_DEADLINE_MS = 5_000;
const RETRY_MS = 400;

interface Asked { readonly line: string; moved: number }
export interface Answered { readonly line: string; readonly reply: Response }

export class SimClient {
  readonly id: CharacterId;
  /** By number: what has no final answer yet, and what has. */
  readonly unanswered = new Map<number, Asked>();
  readonly answers = new Map<number, Answered>();
  resent = 0;
  readonly #scheduler: Scheduler;
  /** Processes to try, the likeliest first. */
  readonly #targets: (id: CharacterId) => readonly SimProcess[];
  readonly #answered: (client: SimClient, seq: number, answer: Answered) => void;
  #nextSeq = 1;
  #live: Connection | null = null;
  #online = false;
  #next: Connection | null = null;
  #retry: Step | null = null;
  #movedDeadline: Step | null = null;

  constructor(id: CharacterId, scheduler: Scheduler, targets: SimClient["targets"], answered: (client: SimClient, seq: number, answer: Answered) => void) {
    this.id = id;
    this.#scheduler = scheduler;
    this.#targets = targets;
    this.#answered = answered;
    this.#rejoin(0);
  }

  get targets(): (id: CharacterId) => readonly SimProcess[] {
    return this.#targets;
  }

  get idle(): boolean {
    return this.unanswered.size === 0 && this.#online && this.#next === null;
  }

  usesProcess(process: SimProcess): boolean {
    return this.#live?.process === process || this.#next?.process === process;
  }

  type(line: string): void {
    if (this.unanswered.size >= MAX_UNANSWERED) return;
    const seq = this.#nextSeq++;
    this.unanswered.set(seq, { line, moved: 0 });
    if (this.#online && this.#next === null) this.#live?.command(seq, line);
  }

  /** Sends what is unanswered once more over the same connection, as a client in doubt might. */
  sendAgain(): void {
    if (this.#online) this.#sendAll();
  }

  /** The line is cut, or the player walks out of reach and comes back. */
  cut(): void {
    this.#live?.drop(false);
    this.#next?.drop(false);
    this.#lost();
    this.#rejoin(0);
  }

  welcome(conn: Connection, seq: number): void {
    if (conn !== this.#next && conn !== this.#live) return;
    if (conn === this.#next) {
      this.#live?.drop(true);
      this.#live = conn;
      this.#next = null;
    }
    this.#online = true;
    this.#stopDeadline();
    this.#nextSeq = Math.max(this.#nextSeq, seq + 1);
    this.#sendAll();
  }

  reply(conn: Connection, reply: Response): void {
    const seq = reply.seq ?? Number(reply.id.slice("req_".length));
    const asked = this.unanswered.get(seq);
    if (asked === undefined || reply.status === "queued") return;
    if (reply.status === "error" && (reply.code === "E_MOVED" || reply.code === "E_DRAINING") && ++asked.moved < MAX_MOVED_PER_COMMAND) {
      if (conn === this.#live && this.#online && this.#movedDeadline === null) this.#expectMove();
      return;
    }
    this.unanswered.delete(seq);
    const answer = { line: asked.line, reply };
    this.answers.set(seq, answer);
    this.#answered(this, seq, answer);
  }

  transfer(conn: Connection, seat: SimSeat): void {
    if (conn !== this.#live) return;
    this.#next?.drop(false);
    this.#next = new Connection(this.#scheduler, seat.process, this.id, this);
    this.#next.join(seat);
  }

  closed(conn: Connection): void {
    if (conn === this.#next) {
      this.#live?.drop(false);
      this.#lost();
      this.#rejoin(RETRY_MS);
    } else if (conn === this.#live && this.#next === null) {
      this.#lost();
      this.#rejoin(RETRY_MS);
    } else if (conn === this.#live) {
      this.#online = false;
    }
  }

  #sendAll(): void {
    for (const [seq, { line }] of this.unanswered) {
      this.resent += 1;
      this.#live?.command(seq, line);
    }
  }

  #expectMove(): void {
    this.#movedDeadline = this.#scheduler.add(this.#scheduler.network, "client: waited long enough", () => {
      this.#movedDeadline = null;
      if (this.#next !== null) return;
      this.#live?.drop(false);
      this.#lost();
      this.#rejoin(0);
    }, { afterMs: MOVED_DEADLINE_MS });
  }

  #stopDeadline(): void {
    if (this.#movedDeadline !== null) this.#scheduler.remove(this.#movedDeadline);
    this.#movedDeadline = null;
  }

  #lost(): void {
    this.#live = null;
    this.#next = null;
    this.#online = false;
    this.#stopDeadline();
  }

  #rejoin(afterMs: number): void {
    if (this.#retry !== null) this.#scheduler.remove(this.#retry);
    this.#retry = this.#scheduler.add(this.#scheduler.network, "client: dials", (chance) => {
      this.#retry = null;
      const targets = this.#targets(this.id);
      const process = targets[Math.min(targets.length - 1, Math.floor(chance * chance * targets.length))];
      if (process === undefined) {
        this.#rejoin(RETRY_MS);
        return;
      }
      this.#live = new Connection(this.#scheduler, process, this.id, this);
      this.#live.join(null);
    }, { afterMs });
  }
}
