/**
 * The life of one area: decide → commit → apply → publish (DESIGN §5).
 *
 * Tasks wait in lanes, one per character, so that each character's commands run in the order they came.
 * A decision with durable events is committed before anything of it is seen; meanwhile other lanes go on, as
 * far as they touch nothing that is in flight or that waits before them. Memory is therefore always what the
 * database has.
 */
import { ChurnMap, ChurnSet } from "../churn.ts";
import { apply } from "../engine/apply.ts";
import { BrokenInvariant } from "../engine/assert.ts";
import type { Accepted } from "../engine/decision.ts";
import { isDurable, type DomainEvent } from "../engine/events.ts";
import type { AreaId, CharacterId } from "../engine/ids.ts";
import type { AreaState } from "../engine/world.ts";
import { MAX_BLOCKED_MS, MAX_MAILBOX, PARKED_MS, STORAGE_AGAIN_AFTER_MS } from "../limits.ts";
import { AppError } from "../protocol/codes.ts";
import { begin, ended, inWork } from "../telemetry/tracing.ts";
import { ConflictTable } from "./conflicts.ts";
import type { FarLines, Gate, Outlet, Passage, Seat } from "./outlet.ts";
import { Parking, type ParkingSpace } from "./parking.ts";
import type { Committer } from "./ports.ts";
import type { StorageWatch } from "./storage-watch.ts";
import type { Task } from "./task.ts";
import { Telling } from "./telling.ts";
import { commitTraced, decideTraced } from "./traced-task.ts";

interface Lane {
  readonly name: string;
  readonly tasks: Task[];
  /** A prepare or commit of its first task is under way. */
  busy: boolean;
  /** Since when its first task has waited for what is in its way; null: it has not. */
  blockedSinceMs: number | null;
}

type FollowUp = Accepted["followUps"][number];

/** The way into another area: a seat there, and the lines that went along with it. */
interface Way {
  readonly seat: Seat;
  readonly personal: Passage["personal"];
}

/** Why an area is closed that another process has taken. */
export const OWNED_ELSEWHERE = "another process owns the area";

export interface PumpDeps {
  readonly committer: Committer;
  readonly gate: Gate;
  /** Whether the database can be reached; `failed` tells that a commit could not be sent. */
  readonly storage: Pick<StorageWatch, "down" | "downForMs" | "failed">;
  readonly parkingSpace: ParkingSpace;
  readonly nowMs: () => number;
  readonly far: FarLines;
  /** Soft and personal consequences: online index, write-behind. */
  readonly observer: { applied(area: AreaState, events: readonly DomainEvent[], followUps: readonly FollowUp[]): void };
  /** Puts a command of a character (a follower) into its lane. */
  readonly followUp: (character: CharacterId, line: string) => void;
  /** The area cannot go on: memory and database disagree, or somebody else owns it. */
  readonly broken: (reason: string, cause?: unknown) => void;
  /** Told before `broken` where it is our own fault, not another owner. */
  readonly violated?: () => void;
  /** A bug in a single task; the area goes on. */
  readonly bug: (error: unknown, context: Record<string, unknown>) => void;
}

export class AreaPump {
  readonly area: AreaState;
  readonly epoch: number;
  outlet: Outlet;
  readonly #deps: PumpDeps;
  readonly #lanes = new ChurnMap<string, Lane>();
  #ready: Lane[] = [];
  #blocked: Lane[] = [];
  readonly #inFlight = new ConflictTable();
  readonly #waiting = new ConflictTable();
  /** Tasks whose commit is under way. */
  readonly #committing = new ChurnSet<Task>();
  readonly #parking: Parking;
  readonly #telling: Telling;
  #size = 0;
  #scheduled = false;
  #running = false;
  #closed = false;
  #idle: (() => void)[] = [];

  constructor(area: AreaState, epoch: number, outlet: Outlet, deps: PumpDeps) {
    this.area = area;
    this.epoch = epoch;
    this.outlet = outlet;
    this.#deps = deps;
    this.#parking = new Parking(deps.parkingSpace);
    this.#telling = new Telling({ area, epoch, outlet: () => this.outlet, far: deps.far, bug: deps.bug });
  }

  /** Tasks that wait or run. */
  get size(): number {
    return this.#size;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Takes a task on, or throws AppError E_BUSY (too much waits) or E_MOVED (the area is no longer served
   * here). What it does may have happened, or not, when this returns.
   */
  post(task: Task): void {
    if (this.#closed) throw new AppError("E_MOVED");
    if (this.#size >= MAX_MAILBOX) throw new AppError("E_BUSY", undefined, { retryAfterMs: 1000 });
    this.#size += 1;
    const lane = this.#lanes.get(task.lane);
    if (lane !== undefined) {
      lane.tasks.push(task);
      return;
    }
    this.#openLane(task.lane, [task]);
    // While commits are on their way the loop is idle; a new lane may overtake them.
    this.#run();
  }

  #openLane(name: string, tasks: Task[]): void {
    const made: Lane = { name, tasks, busy: false, blockedSinceMs: null };
    this.#lanes.set(name, made);
    this.#ready.push(made);
  }

  /** The database is away: whoever waits for an answer from it is told so. */
  storageLost(): void {
    for (const task of this.#committing) task.queued?.();
  }

  /** The database is back: what waited for it is done now, before what came later. */
  storageBack(): void {
    const lanes = Map.groupBy(this.#parking.takeAll(), (task) => task.lane);
    for (const [name, tasks] of lanes) {
      const lane = this.#lanes.get(name);
      this.#size += tasks.length;
      if (lane === undefined) this.#openLane(name, tasks);
      else lane.tasks.splice(lane.busy ? 1 : 0, 0, ...tasks);
    }
    this.#run();
  }

  /** About once a second: what has waited too long, for the database or for its turn, is given up. */
  giveUpExpired(): void {
    if (this.#blocked.length > 0) this.#runSoon();
    for (const task of this.#parking.takeExpired(this.#deps.nowMs())) task.failed(new AppError("E_READONLY", undefined, { retryAfterMs: STORAGE_AGAIN_AFTER_MS }));
  }

  /** Tasks waiting in one lane. */
  waitingIn(lane: string): number {
    return this.#lanes.get(lane)?.tasks.length ?? 0;
  }

  /** Resolves when nothing waits or runs. */
  async drained(): Promise<void> {
    if (this.#size === 0) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Nothing more is taken on; what waits fails with E_MOVED. Commits in flight end by themselves. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#ready = [];
    this.#blocked = [];
    for (const task of this.#parking.takeAll()) task.failed(new AppError("E_MOVED"));
    for (const lane of [...this.#lanes.values()]) {
      const waiting = lane.tasks.splice(lane.busy ? 1 : 0);
      if (!lane.busy) this.#lanes.delete(lane.name);
      for (const task of waiting) task.failed(new AppError("E_MOVED"));
      this.#count(-waiting.length);
    }
  }

  #run(): void {
    // A task may post another while it is being applied; that one waits for this loop.
    if (this.#running) return;
    this.#running = true;
    try {
      for (let next = this.#ready.shift(); next !== undefined; next = this.#ready.shift()) this.#attempt(next);
    } finally {
      this.#running = false;
    }
  }

  /** Later, in one go for all commits that end in this moment. */
  #runSoon(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#ready = [...this.#blocked, ...this.#ready];
      this.#blocked = [];
      this.#waiting.clear();
      this.#run();
    });
  }

  #attempt(lane: Lane): void {
    const task = lane.tasks[0];
    if (task === undefined || lane.busy) return;
    // The loop may be running in the wake of somebody else's commit.
    inWork(task.work, this.#attemptTask, lane, task);
  }

  readonly #attemptTask = (lane: Lane, task: Task): void => {
    if (task.prepare !== undefined) {
      const prepare = task.prepare.bind(task);
      delete task.prepare;
      this.#background(lane, task, prepare().then(() => "again" as const));
      return;
    }
    try {
      const result = this.#step(lane, task);
      if (result === "waits") return;
      if (result === "over") this.#pop(lane);
      else this.#ready.unshift(lane);
    } catch (error) {
      this.#fault(task, error);
      this.#pop(lane);
    }
  };

  /** Decides once, and carries it out at once where nothing durable is in it. */
  #step(lane: Lane, task: Task): "again" | "over" | "waits" {
    const decision = decideTraced(task);
    if (decision === "done") return "over";
    if (decision === "prepare") return this.#deps.storage.down || this.#parking.waitingIn(lane.name) > 0 ? this.#park(task) : "again";
    if (decision.kind === "refused") {
      // Behind something that waits for the database the answer may be another: `get bread`, then `eat bread`.
      if (this.#parking.waitingIn(lane.name) > 0) return this.#park(task);
      task.refused(decision);
      return "over";
    }
    if (this.#inFlight.blocks(decision) || this.#waiting.blocks(decision)) {
      if (task.optional === true || this.#givesUp(lane, task)) return "over";
      this.#waiting.add(decision);
      this.#blocked.push(lane);
      return "waits";
    }
    lane.blockedSinceMs = null;
    if (decision.handoff === null && !decision.events.some(isDurable)) return this.#publish(task, decision, null);
    if (this.#deps.storage.down) return this.#park(task);
    this.#inFlight.add(decision);
    this.#committing.add(task);
    this.#background(lane, task, this.#commit(task, decision), decision);
    return "waits";
  }

  /** Somebody has waited for their turn for so long that they had better be told. Whoever waits for the database is told by that. */
  #givesUp(lane: Lane, task: Task): boolean {
    const nowMs = this.#deps.nowMs();
    lane.blockedSinceMs ??= nowMs;
    if (task.queued === undefined || this.#deps.storage.down || nowMs - lane.blockedSinceMs < MAX_BLOCKED_MS) return false;
    task.failed(new AppError("E_BUSY", undefined, { retryAfterMs: 1000 }));
    return true;
  }

  /** Runs something that waits (the commit of a decision), with the lane busy; whatever goes wrong in it becomes the task's failure. */
  #background(lane: Lane, task: Task, work: Promise<"again" | "over">, decision?: Accepted): void {
    lane.busy = true;
    const over = (result: "again" | "over"): void => {
      lane.busy = false;
      if (result === "over") this.#pop(lane);
      else if (!this.#closed) this.#ready.push(lane);
      else {
        task.failed(new AppError("E_MOVED"));
        this.#pop(lane);
      }
      this.#runSoon();
    };
    const settled = (): void => {
      if (decision === undefined) return;
      this.#inFlight.remove(decision);
      this.#committing.delete(task);
    };
    // By hand, where `finally` and `catch` would be two promises more for each command.
    void work.then((result) => {
      settled();
      over(result);
    }, (error: unknown) => {
      settled();
      this.#fault(task, error);
      over("over");
    });
  }

  async #commit(task: Task, decision: Accepted): Promise<"again" | "over"> {
    const way = decision.handoff === null ? null : await this.#seat(task, decision.handoff);
    const unit = task.unit(decision);
    const outcome = await commitTraced(this.#deps.committer, { area: this.area.id, epoch: this.epoch, ...unit, events: decision.events.filter(isDurable) });
    switch (outcome.kind) {
      case "committed": return this.#publish(task, decision, way);
      case "duplicate": return task.duplicate?.(outcome.reply) ?? "over";
      case "fenced":
        task.failed(new AppError("E_MOVED"));
        this.#deps.broken(OWNED_ELSEWHERE);
        return "over";
      case "mismatch":
        task.failed(new AppError("E_INTERNAL"));
        this.#violation(`a row was not as memory says: ${outcome.detail}`);
        return "over";
      case "unavailable":
        this.#deps.storage.failed(outcome.cause);
        return this.#park(task);
    }
  }

  /** Sets a task aside, unexecuted, until the database is back; its lane goes on with what needs none. */
  #park(task: Task): "over" {
    if (this.#closed) task.failed(new AppError("E_MOVED"));
    else if (task.optional === true || task.queued === undefined) task.failed(new AppError("E_STORAGE", undefined, { retryAfterMs: STORAGE_AGAIN_AFTER_MS }));
    else if (this.#deps.storage.downForMs() > PARKED_MS || !this.#parking.add(task, this.#deps.nowMs())) task.failed(new AppError("E_READONLY", undefined, { retryAfterMs: STORAGE_AGAIN_AFTER_MS }));
    else task.queued();
    return "over";
  }

  async #seat(task: Task, handoff: NonNullable<Accepted["handoff"]>): Promise<Way> {
    const character = task.actor === undefined ? undefined : this.area.characters.get(task.actor);
    if (character === undefined) throw new AppError("E_MOVED");
    const personal = this.outlet.recent(character.id);
    const seat = await this.#deps.gate.reserve(handoff.area, character, { room: handoff.room, from: handoff.from, onward: task.onward?.() ?? null, personal, sameConnection: this.outlet.sameConnection?.(character.id) === true });
    return { seat, personal };
  }

  /** What was said to somebody alone between their seat and their leaving goes after them: with the line cut just then it would be nowhere. */
  #left(id: CharacterId, area: AreaId, { seat, personal }: Way): void {
    const taken = new Set(personal.map((line) => line.id));
    this.#deps.gate.left?.(area, id, seat, this.outlet.recent(id).filter((line) => !taken.has(line.id)));
  }

  /** Applies and tells. */
  #publish(task: Task, decision: Accepted, way: Way | null): "again" | "over" {
    return ended(begin("apply"), this.#applyAndTell(task, decision, way));
  }

  #applyAndTell(task: Task, decision: Accepted, way: Way | null): "again" | "over" {
    try {
      for (const event of decision.events) apply(this.area, event);
    } catch (error) {
      // What is written is done, whatever memory makes of it: whoever asks again, once the area is loaded anew, gets the stored reply.
      task.failed(new AppError(decision.events.some(isDurable) ? "E_MOVED" : "E_INTERNAL", undefined, { cause: error }));
      this.#violation("an event could not be applied", error);
      return "over";
    }
    this.outlet.applied(decision.events);
    this.#deps.observer.applied(this.area, decision.events, decision.followUps);
    this.#telling.tellAll(task, decision.messages);
    // Before the reply: whoever reads "you walk north" already knows where to go on.
    if (way !== null && decision.handoff !== null && task.actor !== undefined) {
      this.#left(task.actor, decision.handoff.area, way);
      this.outlet.transfer(task.actor, way.seat, decision.handoff.room);
    }
    const result = task.applied(decision);
    for (const { character, line } of decision.followUps) this.#deps.followUp(character, line);
    return result;
  }

  /** The first task of the lane is over; the next one's turn. */
  #pop(lane: Lane): void {
    lane.tasks.shift();
    lane.blockedSinceMs = null;
    if (lane.tasks.length === 0) this.#lanes.delete(lane.name);
    else if (!this.#closed) this.#ready.push(lane);
    this.#count(-1);
  }

  #fault(task: Task, error: unknown): void {
    if (error instanceof AppError) {
      // Its client may have asked the next owner already: "not done" from here would be a guess.
      task.failed(this.#closed ? new AppError("E_MOVED", undefined, { cause: error }) : error);
      return;
    }
    this.#deps.bug(error, { area: this.area.id, lane: task.lane });
    task.failed(new AppError("E_INTERNAL", undefined, { cause: error }));
    if (error instanceof BrokenInvariant) this.#violation("a rule of the program was broken", error);
  }

  #violation(reason: string, cause?: unknown): void {
    this.#deps.violated?.();
    this.#deps.broken(reason, cause);
  }

  #count(delta: number): void {
    this.#size += delta;
    if (this.#size > 0) return;
    const idle = this.#idle;
    this.#idle = [];
    for (const resolve of idle) resolve();
  }
}
