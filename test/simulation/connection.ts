/** One connection between a client and a process: two streams that keep their order, each message a step. */
import type { CharacterId, RoomId } from "../../src/engine/ids.ts";
import type { Response } from "../../src/protocol/server-messages.ts";
import type { ActiveArea } from "../../src/runtime/active-area.ts";
import type { Scheduler } from "./scheduler.ts";
import type { SimProcess, SimSeat } from "./sim-process.ts";

/** What a client hears. */
export interface Ear {
  welcome(conn: Connection, seq: number): void;
  reply(conn: Connection, reply: Response): void;
  transfer(conn: Connection, seat: SimSeat, room: RoomId): void;
  closed(conn: Connection, why: string): void;
}

export class Connection {
  readonly process: SimProcess;
  /** Set once it has joined. */
  area: ActiveArea | null = null;
  /** The process has noticed that it is gone; by the client's own wish or not. */
  gone: { readonly left: boolean } | null = null;
  readonly #scheduler: Scheduler;
  readonly #id: CharacterId;
  readonly #ear: Ear;
  readonly #up: (() => void)[] = [];
  readonly #down: (() => void)[] = [];
  #closed = false;
  /** The client has let go of it: whatever still comes is not heard. */
  #deaf = false;

  constructor(scheduler: Scheduler, process: SimProcess, id: CharacterId, ear: Ear) {
    this.#scheduler = scheduler;
    this.process = process;
    this.#id = id;
    this.#ear = ear;
  }

  // ---- from the client

  join(seat: SimSeat | null): void {
    if (!this.process.alive) {
      this.cutByServer();
      return;
    }
    this.process.connections.add(this);
    this.#send("join", () => void this.process.join(this, this.#id, seat));
  }

  command(seq: number, line: string): void {
    if (!this.#closed) this.#send("command", () => this.process.command(this, this.#id, seq, line));
  }

  /** The client lets go of it; the process notices some time. */
  drop(left: boolean): void {
    if (this.#deaf) return;
    this.#deaf = true;
    if (this.process.alive) this.#send("line cut", () => this.process.dropped(this, this.#id, left));
  }

  // ---- from the process

  welcome(seq: number): void {
    this.#tell("welcome", () => this.#ear.welcome(this, seq));
  }

  reply(reply: Response): void {
    this.#tell("reply", () => this.#ear.reply(this, reply), ` ${reply.seq} ${reply.status} ${reply.code ?? ""} ${reply.messages.at(-1)?.message ?? ""}`);
  }

  transfer(seat: SimSeat, room: RoomId): void {
    this.#tell("transfer", () => this.#ear.transfer(this, seat, room));
  }

  close(why: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.process.connections.delete(this);
    this.#tell("close", () => this.#ear.closed(this, why), ` ${why}`);
  }

  /** The process died: what it had sent still arrives, then the end. */
  cutByServer(): void {
    this.close("E_NETWORK");
  }

  #send(what: string, arrive: () => void): void {
    this.#up.push(arrive);
    this.#scheduler.add(this.process, `client: ${what}`, () => this.#up.shift()?.(), { detail: this.#id });
  }

  #tell(what: string, arrive: () => void, detail = ""): void {
    this.#down.push(arrive);
    this.#scheduler.add(this.#scheduler.network, `to client: ${what}`, () => {
      const next = this.#down.shift();
      if (!this.#deaf) next?.();
    }, { detail: `${this.#id}${detail}` });
  }
}
