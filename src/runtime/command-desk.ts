/**
 * Takes commands on and answers them: knows which are under way, which were answered before, and over which connections
 * their answers leave.
 */
import type { EngineContext } from "../engine/context.ts";
import type { CharacterId } from "../engine/ids.ts";
import type { AreaState } from "../engine/world.ts";
import { MAX_WAITING_PER_CHARACTER } from "../limits.ts";
import { AppError } from "../protocol/codes.ts";
import type { Response } from "../protocol/server-messages.ts";
import type { AreaPump } from "./area-pump.ts";
import { CommandTask, type CommandHost, type CommandRequest } from "./command-task.ts";
import { lookUp } from "./look-up.ts";
import type { AreaStore, Clock } from "./ports.ts";
import type { Replies, StepReply } from "./replies.ts";

/** How a command's reply leaves: over the connection it came from, if that still stands. */
export type Deliver = (reply: Response) => void;

export interface DeskDeps {
  readonly store: AreaStore;
  readonly clock: Clock;
  /** Time, chance, ids and content, for a decision made now. */
  readonly context: () => EngineContext;
  /** Undefined: the character may do that now; asked once for each step that players ask for. Absent: whatever the rules of the world allow. */
  readonly mayDo?: CommandHost["mayDo"];
  /** For the metrics; `line` as it was typed. */
  readonly answered: (result: { line: string; status: Response["status"]; code: string | undefined; durable: boolean; ms: number }) => void;
  /** A character has asked to leave the world, and has its answer. */
  readonly quits: (actor: CharacterId) => void;
}

interface Pending {
  readonly deliver: Deliver[];
  readonly atMs: number;
  toldQueued: boolean;
}

export class CommandDesk {
  readonly #area: AreaState;
  readonly #pump: AreaPump;
  readonly #replies: Replies;
  readonly #deps: DeskDeps;
  readonly #pending = new Map<CommandTask, Pending>();
  readonly #bySeq = new Map<string, CommandTask>();
  #followed = 0;

  constructor(area: AreaState, pump: AreaPump, replies: Replies, deps: DeskDeps) {
    this.#area = area;
    this.#pump = pump;
    this.#replies = replies;
    this.#deps = deps;
  }

  /** Takes a command on; the reply comes by `deliver`, also when it is refused at the door. Never throws. */
  command(request: CommandRequest, deliver: Deliver): void {
    const { actor, seq } = request;
    try {
      if (seq !== null) {
        const running = this.#bySeq.get(`${actor} ${seq}`);
        const pending = running === undefined ? undefined : this.#pending.get(running);
        if (pending !== undefined) {
          pending.deliver.push((reply) => deliver({ ...reply, id: request.id }));
          return;
        }
        const known = this.#replies.lookup(actor, { seq, id: request.id });
        // Of an area that has closed, what is not finished is taken up by the next owner, who has it in the rows.
        if (known === "stale") throw new AppError(this.#pump.closed ? "E_MOVED" : "E_STALE");
        if (known !== "new" && "final" in known) {
          deliver({ ...known.final, id: request.id });
          return;
        }
        if (known !== "new") request = { ...request, goesOn: known.begun };
      }
      if (!this.#area.characters.has(actor)) throw new AppError("E_MOVED");
      const task = new CommandTask(request, {
        area: this.#area, context: this.#deps.context, lookUp: (actor, need) => lookUp(this.#deps.store, actor, need, (id) => this.#pump.outlet.heard?.(id) ?? []),
        ...(this.#deps.mayDo === undefined ? {} : { mayDo: this.#deps.mayDo }),
        queued: (waiting, reply) => this.#queued(waiting, reply),
        wentOn: (gone, reply) => this.#wentOn(gone, reply),
        finished: (done, reply, result) => this.#finished(done, reply, result),
      });
      this.#pending.set(task, { deliver: [deliver], atMs: this.#deps.clock.nowMs(), toldQueued: false });
      if (seq !== null) {
        this.#bySeq.set(`${actor} ${seq}`, task);
        this.#replies.begin(actor, seq);
      }
      try {
        if (this.#pump.waitingIn(actor) >= MAX_WAITING_PER_CHARACTER) throw new AppError("E_BUSY", "You type faster than the world can turn.", { retryAfterMs: 500 });
        this.#pump.post(task);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        task.failed(error);
      }
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      deliver({
        type: "response", id: request.id, ...(seq === null ? {} : { seq }), status: "error", code: error.code,
        messages: [{ message: error.message, message_type: "error" }], ...(error.retryAfterMs === undefined ? {} : { retry_after_ms: error.retryAfterMs }),
      });
    }
  }

  /** Tells a player once that its command waits. */
  #queued(task: CommandTask, reply: Response): void {
    const pending = this.#pending.get(task);
    if (pending === undefined || pending.toldQueued) return;
    pending.toldQueued = true;
    if (task.request.asked !== false) for (const deliver of pending.deliver) deliver(reply);
  }

  /** The area that it has gone to answers the rest. */
  #wentOn(task: CommandTask, reply: Response): void {
    task.endTrace(reply);
    const pending = this.#pending.get(task);
    this.#pending.delete(task);
    const { actor, seq } = task.request;
    if (seq !== null) this.#bySeq.delete(`${actor} ${seq}`);
    for (const deliver of pending?.deliver ?? []) deliver(reply);
  }

  #finished(task: CommandTask, reply: Response, result: { durable: boolean; quits: boolean; done: StepReply | null }): void {
    task.endTrace(reply);
    const pending = this.#pending.get(task);
    this.#pending.delete(task);
    const { actor, seq } = task.request;
    if (seq !== null) {
      this.#bySeq.delete(`${actor} ${seq}`);
      if (reply.status !== "error") this.#replies.keep(actor, seq, reply);
      else if (reply.code !== "E_STALE") this.#replies.fail(actor, seq, reply, result.done);
    }
    if (pending === undefined) return;
    this.#deps.answered({ line: task.request.line, status: reply.status, code: reply.code, durable: result.durable, ms: this.#deps.clock.nowMs() - pending.atMs });
    if (task.request.asked === false) {
      for (const line of reply.messages) this.#pump.outlet.personal(actor, { text: line.message, type: line.message_type, refs: (line.refs ?? []) as never });
    } else for (const deliver of pending.deliver) deliver(reply);
    if (result.quits) this.#deps.quits(actor);
  }

  /** What a character does because of another: it walks after whom it follows. */
  followUp(character: CharacterId, line: string): void {
    this.command({ actor: character, line, id: `follow:${++this.#followed}`, seq: null, asked: false }, () => undefined);
  }
}
