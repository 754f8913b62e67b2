/** A player's line on its way through the pump: expanded into steps, each decided and committed by itself, answered once. */
import { decide } from "../engine/decide.ts";
import type { EngineContext } from "../engine/context.ts";
import { isDurable } from "../engine/events.ts";
import type { Accepted, Decision, Message, Noun, Refused } from "../engine/decision.ts";
import type { CharacterId, RoomId } from "../engine/ids.ts";
import type { Facts, Need } from "../engine/post.ts";
import { expandLine } from "../engine/parse/line.ts";
import type { AreaState, Character } from "../engine/world.ts";
import { MAX_STEPS_PER_LINE } from "../limits.ts";
import { AppError } from "../protocol/codes.ts";
import type { ReplyLine, Response } from "../protocol/server-messages.ts";
import { beginRoot, contextOf, end, traceparent, type Span, type Work } from "../telemetry/tracing.ts";
import { render } from "../text/render.ts";
import type { Onward } from "./outlet.ts";
import type { CommitUnit } from "./ports.ts";
import type { StepReply } from "./replies.ts";
import type { Task } from "./task.ts";

export interface CommandRequest {
  readonly actor: CharacterId;
  readonly line: string;
  /** The client's name for the request; the reply carries it. */
  readonly id: string;
  /** The character's request number; null: a repeat cannot be recognised. */
  readonly seq: number | null;
  /** False for what a character does because of another (it follows): taken as it is, no alias, not remembered. */
  readonly asked?: boolean;
  /** Typed over a connection to the process that had the area before: a way into another area cannot be told it there. */
  readonly relayed?: boolean;
  /** An earlier life of the server had committed this many steps of it; this is the reply as it stood then. */
  readonly goesOn?: StepReply;
  /** The trace that it goes on with, where another process has begun it (`traceparent`). */
  readonly trace?: string;
}

/** How a command is called in logs of all processes that it touches. */
export const requestIdOf = ({ actor, seq, id }: Pick<CommandRequest, "actor" | "seq" | "id">): string => `${actor}:${seq ?? id}`;

export interface CommandHost<Of extends CommandTask = CommandTask> {
  readonly area: AreaState;
  context(): EngineContext;
  /** Undefined: the character may do that now; asked once for each step. */
  mayDo?(character: Pick<Character, "id" | "role">, decision: Accepted): AppError | undefined;
  /** What the decision needs to know. Rejects with an AppError when it cannot be found out now. */
  lookUp(actor: CharacterId, need: Need): Promise<Facts>;
  /** The task waits; this is what to tell meanwhile. */
  queued(task: Of, reply: Response): void;
  /** The rest of the task is done, and answered, in another area; until then this is the answer. */
  wentOn(task: Of, reply: Response): void;
  /** The task is over, with this reply. `durable`: some step of it was committed; `done`: the last step that was carried out. */
  finished(task: Of, reply: Response, result: { durable: boolean; quits: boolean; done: StepReply | null }): void;
}

/**
 * Turns the lines for the actor into the reply's messages: what is meant for it alone, and what it hears with
 * everybody in its room, in one order (somebody answers, then a quest moves on).
 */
function replyLines(messages: readonly Message[], hears: (message: Message) => boolean): ReplyLine[] {
  const lines: ReplyLine[] = [];
  for (const message of messages) {
    if (message.audience.to !== "actor" && !hears(message)) continue;
    const line = render(message);
    // Its references have just been made, and nobody else has them.
    lines.push(line.refs.length === 0 ? { message: line.text, message_type: line.type } : { message: line.text, message_type: line.type, refs: line.refs as Noun[] });
  }
  return lines;
}

export class CommandTask implements Task, Work {
  readonly lane: string;
  readonly actor: CharacterId;
  readonly request: CommandRequest;
  readonly #host: CommandHost;
  #steps: readonly string[] | null = null;
  #remember: string | null = null;
  #index = 0;
  #messages: ReplyLine[] = [];
  #room: RoomId | null = null;
  /** The step that has been let through: it is counted once, however often it is decided. */
  #let = -1;
  #durable = false;
  #quits = false;
  /** The reply as it stands if the step being decided is committed and nothing follows. */
  #pending: ReplyLine[] = [];
  /** Looked up for the step being decided. */
  #facts: Facts = {};
  prepare?: () => Promise<void>;
  readonly traceContext: Work["traceContext"];
  readonly #span: Span | null;

  constructor(request: CommandRequest, host: CommandHost) {
    this.lane = request.actor;
    this.actor = request.actor;
    this.request = request;
    this.#host = host;
    this.#span = beginRoot("command", "server", request.trace);
    this.traceContext = contextOf(this.#span);
  }

  get work(): Work {
    return this;
  }

  get requestId(): string {
    return requestIdOf(this.request);
  }

  /** It is over, or goes on elsewhere, with this reply. */
  endTrace({ status, code }: Response): void {
    if (this.#span === null) return;
    // Its first word: the rest may be anybody's secret.
    const verb = this.request.line.trim().split(/\s/, 1)[0]?.slice(0, 32);
    end(this.#span, { "waystone.request": this.requestId, "waystone.area": this.#host.area.id, "waystone.verb": verb, "waystone.status": status, "error.type": code });
  }

  decide(): Decision | "done" | "prepare" {
    const character = this.#host.area.characters.get(this.actor);
    if (character === undefined) throw new AppError("E_MOVED");
    if (this.#steps === null) {
      this.#expand(character);
    }
    const step = this.#steps?.[this.#index];
    if (step === undefined) {
      this.#finish(this.#response("ok", this.#messages));
      return "done";
    }
    this.#room = character.room;
    const decision = decide(this.#host.area, this.actor, step, { ...this.#host.context(), facts: this.#facts }, this.request.asked !== false);
    if (decision.kind === "refused" && decision.needs !== undefined) {
      const need = decision.needs;
      this.prepare = async () => {
        this.#facts = { ...this.#facts, ...await this.#host.lookUp(this.actor, need) };
      };
      return "prepare";
    }
    if (decision.kind === "accepted" && this.request.asked !== false && this.#let !== this.#index) {
      const refused = this.#host.mayDo?.(character, decision);
      if (refused !== undefined) throw refused;
      this.#let = this.#index;
    }
    // Its player is about to come over, and asks again.
    if (decision.kind === "accepted" && decision.handoff !== null && this.request.relayed === true) throw new AppError("E_MOVED");
    if (decision.kind === "accepted") this.#pending = replyLines(decision.messages, (message) => this.hears(message));
    return decision;
  }

  /** From the request, so that talk which is carried out again after a crash is known to whoever has heard it. */
  lineId(): string | null {
    const { seq, id } = this.request;
    return seq === null ? null : `${this.actor}:${id}:${this.#index}`;
  }

  hears({ audience }: Message): boolean {
    return audience.to === "room" && audience.room === this.#room && !audience.except.includes(this.actor);
  }

  #expand(character: Character): void {
    if (this.request.asked === false) {
      this.#steps = [this.request.line];
      return;
    }
    const { steps, remember, truncated } = expandLine(this.request.line, character.settings, character.lastLine);
    this.#steps = steps.length === 0 ? [""] : steps;
    this.#remember = remember;
    const { goesOn } = this.request;
    if (goesOn !== undefined) {
      this.#index = goesOn.step + 1;
      this.#messages.push(...goesOn.reply.messages);
    }
    if (truncated) this.#messages.push({ message: `That is more than ${MAX_STEPS_PER_LINE} steps; the rest is left out.`, message_type: "info" });
  }

  unit(): Pick<CommitUnit, "actor" | "room" | "request" | "command" | "reply"> {
    const { seq } = this.request;
    return {
      actor: this.actor,
      room: this.#room,
      command: this.#steps?.[this.#index] ?? this.request.line,
      request: seq === null ? null : { seq, step: this.#index },
      reply: seq === null ? null : this.#response("ok", this.#messages.length === 0 ? this.#pending : [...this.#messages, ...this.#pending]),
    };
  }

  applied(decision: Accepted): "again" | "over" {
    if (this.#messages.length === 0) this.#messages = this.#pending;
    else this.#messages.push(...this.#pending);
    this.#durable ||= decision.events.some(isDurable);
    this.#quits ||= decision.quits;
    this.#nextStep();
    const steps = this.#steps ?? [];
    const done = this.#index >= steps.length || this.#quits;
    if (!done && decision.handoff === null) return "again";
    if (!done) {
      this.#host.wentOn(this, this.#response("queued", []));
      return "over";
    }
    this.#finish(this.#response("ok", this.#messages));
    return "over";
  }

  onward(): Onward | null {
    if (this.request.asked === false || this.#index + 1 >= (this.#steps?.length ?? 0)) return null;
    const { line, id, seq } = this.request;
    const trace = traceparent();
    return { line, id, seq, goesOn: { step: this.#index, reply: this.#response("ok", [...this.#messages, ...this.#pending]) }, ...(trace === undefined ? {} : { trace }) };
  }

  duplicate(reply: Response | null): "again" | "over" {
    // Without its reply nobody knows what became of it: it is older than what is kept.
    if (reply === null) {
      this.failed(new AppError("E_STALE"));
      return "over";
    }
    // An earlier life of this process committed the step and could not say so.
    this.#messages = [...reply.messages];
    this.#durable = true;
    this.#nextStep();
    if (this.#index < (this.#steps?.length ?? 0)) return "again";
    this.#finish(this.#response("ok", this.#messages));
    return "over";
  }

  #nextStep(): void {
    this.#index += 1;
    this.#facts = {};
  }

  refused(decision: Refused): void {
    this.#finish({ ...this.#response("refused", [...this.#messages, ...replyLines(decision.messages, () => false)]), code: decision.code });
  }

  queued(): void {
    this.#host.queued(this, {
      ...this.#response("queued", [{ message: "The world's memory is out of reach. This will be done as soon as it is back.", message_type: "info" }]),
    });
  }

  failed(error: AppError): void {
    const line: ReplyLine = { message: error.message, message_type: "error" };
    this.#finish({
      ...this.#response("error", [...this.#messages, line]), code: error.code,
      ...(error.retryAfterMs === undefined ? {} : { retry_after_ms: error.retryAfterMs }),
    });
  }

  #response(status: Response["status"], messages: ReplyLine[]): Response {
    return { type: "response", id: this.request.id, ...(this.request.seq === null ? {} : { seq: this.request.seq }), status, messages: [...messages] };
  }

  #finish(reply: Response): void {
    if (this.#remember !== null) {
      const character = this.#host.area.characters.get(this.actor);
      if (character !== undefined) character.lastLine = this.#remember;
    }
    const done = reply.status !== "error" || this.#index === 0 ? (this.request.goesOn ?? null) : { step: this.#index - 1, reply: this.#response("ok", this.#messages) };
    this.#host.finished(this, reply, { durable: this.#durable, quits: this.#quits, done });
  }
}
