/**
 * Takes commands on and answers them: knows which are under way, which were answered before, and over which connections
 * their answers leave.
 */
import { ChurnMap } from "../churn.ts";
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

/** A command that has been taken on. */
class DeskTask extends CommandTask {
  readonly deliver: Deliver[];
  readonly atMs: number;
  /** In `#bySeq`; null where it has no number. */
  readonly key: string | null;
  toldQueued = false;
  /** It has its answer, or goes on elsewhere. */
  over = false;

  constructor(request: CommandRequest, host: CommandHost<DeskTask>, key: string | null, deliver: Deliver, atMs: number) {
    super(request, host);
    this.key = key;
    this.deliver = [deliver];
    this.atMs = atMs;
  }
}

export class CommandDesk {
  readonly #area: AreaState;
  readonly #pump: AreaPump;
  readonly #replies: Replies;
  readonly #deps: DeskDeps;
  readonly #bySeq = new ChurnMap<string, DeskTask>();
  readonly #host: CommandHost<DeskTask>;
  #followed = 0;

  constructor(area: AreaState, pump: AreaPump, replies: Replies, deps: DeskDeps) {
    this.#area = area;
    this.#pump = pump;
    this.#replies = replies;
    this.#deps = deps;
    this.#host = {
      area, context: deps.context, lookUp: (actor, need) => lookUp(deps.store, actor, need, (id) => pump.outlet.heard?.(id) ?? []),
      ...(deps.mayDo === undefined ? {} : { mayDo: deps.mayDo }),
      queued: (waiting, reply) => this.#queued(waiting, reply),
      wentOn: (gone, reply) => this.#wentOn(gone, reply),
      finished: (done, reply, result) => this.#finished(done, reply, result),
    };
  }

  /** Takes a command on; the reply comes by `deliver`, also when it is refused at the door. Never throws. */
  command(request: CommandRequest, deliver: Deliver): void {
    const { actor, seq } = request;
    try {
      const key = seq === null ? null : `${actor} ${seq}`;
      if (seq !== null) {
        const running = this.#bySeq.get(key!);
        if (running !== undefined) {
          running.deliver.push((reply) => deliver({ ...reply, id: request.id }));
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
      const task = new DeskTask(request, this.#host, key, deliver, this.#deps.clock.nowMs());
      if (seq !== null) {
        this.#bySeq.set(key!, task);
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
  #queued(task: DeskTask, reply: Response): void {
    if (task.over || task.toldQueued) return;
    task.toldQueued = true;
    if (task.request.asked !== false) for (const deliver of task.deliver) deliver(reply);
  }

  /** The area that it has gone to answers the rest. */
  #wentOn(task: DeskTask, reply: Response): void {
    task.endTrace(reply);
    if (task.key !== null) this.#bySeq.delete(task.key);
    if (task.over) return;
    task.over = true;
    for (const deliver of task.deliver) deliver(reply);
  }

  #finished(task: DeskTask, reply: Response, result: { durable: boolean; quits: boolean; done: StepReply | null }): void {
    task.endTrace(reply);
    const { actor, seq } = task.request;
    if (seq !== null) {
      this.#bySeq.delete(task.key!);
      if (reply.status !== "error") this.#replies.keep(actor, seq, reply);
      else if (reply.code !== "E_STALE") this.#replies.fail(actor, seq, reply, result.done);
    }
    if (task.over) return;
    task.over = true;
    this.#deps.answered({ line: task.request.line, status: reply.status, code: reply.code, durable: result.durable, ms: this.#deps.clock.nowMs() - task.atMs });
    if (task.request.asked === false) {
      this.#pump.outlet.personal(actor, ...reply.messages.map((line) => ({ text: line.message, type: line.message_type, refs: (line.refs ?? []) as never })));
    } else for (const deliver of task.deliver) deliver(reply);
    if (result.quits) this.#deps.quits(actor);
  }

  /** What a character does because of another: it walks after whom it follows. */
  followUp(character: CharacterId, line: string): void {
    this.command({ actor: character, line, id: `follow:${++this.#followed}`, seq: null, asked: false }, () => undefined);
  }
}
