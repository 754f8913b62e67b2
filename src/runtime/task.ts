/** One thing an area's pump has to do, and what becomes of it. */
import type { Accepted, Decision, Message, Refused } from "../engine/decision.ts";
import type { CharacterId } from "../engine/ids.ts";
import type { AppError } from "../protocol/codes.ts";
import type { Work } from "../telemetry/tracing.ts";
import type { Onward } from "./outlet.ts";
import type { CommitUnit } from "./ports.ts";

export interface Task {
  /** Tasks of one lane run strictly one after another; a character's lane is its id. */
  readonly lane: string;
  /** Work that needs waiting before the decision (loading a character). */
  prepare?(): Promise<void>;
  /**
   * Decides from the state as it is now. May be called again when another commit was in the way. "done": nothing (more)
   * to do; "prepare": something has to be looked up first, `prepare` says what.
   */
  decide(): Decision | "done" | "prepare";
  /** What the journal shall know, for a decision with durable events. */
  unit(decision: Accepted): Pick<CommitUnit, "actor" | "room" | "request" | "command" | "reply">;
  /** Applied (and durable where it had to be). "again": there is another step, decide it. */
  applied(decision: Accepted): "again" | "over";
  /** The same request had been committed before; this is its reply. */
  duplicate?(reply: CommitUnit["reply"]): "again" | "over";
  /** True for a room's line that the actor reads in its reply and not with the room. */
  hears?(message: Message): boolean;
  /** It has to wait for the database; the final answer follows. Tasks without it fail with E_STORAGE instead. */
  queued?(): void;
  refused(decision: Refused): void;
  /** It could not be carried out; nothing of this step was. */
  failed(error: AppError): void;
  /** Names what this step says, for those who hear it: the same when it is carried out again. Null: nothing does. */
  lineId?(): string | null;
  /** What of it is left to do in the area that this step leads into. */
  onward?(): Onward | null;
  /** Drop it when another commit is in the way, rather than wait (the world's own doings come again). */
  readonly optional?: boolean;
  /** What its steps are part of, for the log and for traces; absent: nobody asked for it. */
  readonly work?: Work;
  /** Whose command it is, where somebody's. */
  readonly actor?: CharacterId;
}
