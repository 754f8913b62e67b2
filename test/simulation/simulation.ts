/** Plays one schedule in a world of its own, lets everything come to rest, and looks for what must never be. */
import { MemoryStore } from "../../src/persistence/memory-store.ts";
import type { AreaId, CharacterId } from "../../src/engine/ids.ts";
import { isDurable } from "../../src/engine/events.ts";
import { LEASE_BEAT_MS } from "../../src/limits.ts";
import type { CommitUnit } from "../../src/runtime/ports.ts";
import { atRest, onAnswer, type Promised } from "./invariants.ts";
import { operatorMoves, targetsOf } from "./by-the-rows.ts";
import { comeToRest } from "./coming-to-rest.ts";
import { SimDatabase, Tally } from "./database.ts";
import { deal, disturbOutbox } from "./doings.ts";
import { Nudges } from "./nudges.ts";
import { fraction, pick } from "./random.ts";
import type { Op, Schedule } from "./schedule.ts";
import { Scheduler, settled, turnsAreSteps, type Owner, type Step } from "./scheduler.ts";
import { lineFor } from "./lines.ts";
import { SimClient, type Answered } from "./sim-client.ts";
import { SimIntents } from "./sim-intents.ts";
import { SimProcess, type Around, type World } from "./sim-process.ts";
import { NAMES, START_MS, startCharacters, startItems } from "./tiny-world.ts";

/** A broken variant, made by the test around the parts. */
export interface Mutant {
  readonly store?: (nowMs: () => number) => MemoryStore;
  readonly around?: (simulation: Simulation) => Around;
  /** Changes classes of the product for as long as a schedule plays; the answer puts them back. */
  readonly patch?: () => () => void;
}

export interface Outcome {
  /** What was violated first; undefined: nothing. */
  readonly violation: string | undefined;
  readonly tally: Tally;
  /** What was done, in words, when asked for. */
  readonly trace: readonly string[];
}

/** Steps that a world may take to come to rest; far above what any does. */
const MAX_STEPS_TO_REST = 6_000;
const RUNS_AT_MOST = 4;
const LONGEST_WAIT_MS = 3_000;
/** Longer than a lease lasts. */
const TAKEOVER_MS = 7_000;
/** Enough for somebody to dial, and the area to be acquired and loaded. */
const TAKEOVER_STEPS = 24;
/** Time passes by so much, or less. In ms. */
export const SLICE_MS = 1_000;

export class Simulation implements World {
  readonly scheduler = new Scheduler(START_MS);
  readonly store: MemoryStore;
  readonly db: SimDatabase;
  readonly around: Around;
  readonly nudges: Nudges;
  readonly intents: SimIntents;
  readonly processes: SimProcess[] = [];
  readonly clients: SimClient[] = [];
  readonly tally = new Tally();
  readonly trace: string[] = [];
  /** Things that an operator has moved behind the owner's back. */
  readonly foreign = new Set<string>();
  readonly promised: Promised = { journaledAt: new Map() };
  readonly #violations: string[] = [];
  readonly #tracing: boolean;
  readonly #epochs = new Map<AreaId, number>();
  readonly #beating = new Set<Owner>();
  /** Every event that the journal has, as text, up to this entry. */
  readonly #journaled = new Set<string>();
  #journalRead = 0;
  #started = 0;

  constructor(mutant: Mutant = {}, tracing = false) {
    const nowMs = (): number => this.scheduler.nowMs;
    this.store = mutant.store?.(nowMs) ?? new MemoryStore(nowMs);
    this.db = new SimDatabase(this.store, this.scheduler);
    this.nudges = new Nudges(this.store, nowMs);
    this.intents = new SimIntents(this.store, (what) => this.violation(what));
    this.around = mutant.around?.(this) ?? {};
    this.#tracing = tracing;
    for (const character of startCharacters()) this.store.putCharacter(character);
    for (const item of startItems()) this.store.putItem(item);
  }

  // ---- what the parts report

  get isViolated(): boolean {
    return this.#violations.length > 0;
  }

  violation(what: string): void {
    this.#violations.push(what);
  }

  mismatch(detail: string): void {
    if (this.foreign.size === 0) this.violation(`a row was not as memory says: ${detail}`);
  }

  /** What is shown must be in the journal by now. */
  shown(events: CommitUnit["events"]): void {
    for (const event of events) {
      if (!isDurable(event)) continue;
      const text = JSON.stringify(event);
      if (!this.#isJournaled(text)) this.violation(`shown before it was written: ${text}`);
    }
  }

  #isJournaled(event: string): boolean {
    for (const { id, unit } of this.store.journal.values()) {
      if (id <= this.#journalRead) continue;
      this.#journalRead = id;
      for (const written of unit.events) this.#journaled.add(JSON.stringify(written));
    }
    return this.#journaled.has(event);
  }

  takenOver(): void {
    this.tally.takeovers += 1;
  }

  // ---- playing

  async play(schedule: Schedule): Promise<Outcome> {
    for (let slot = 0; slot < schedule.processes; slot += 1) this.start(slot);
    // Whoever may take over must have been steady for a while.
    for (const process of this.store.processes.values()) process.steadySinceMs -= TAKEOVER_MS;
    for (const name of NAMES) this.clients.push(new SimClient(name.toLowerCase() as CharacterId, this.scheduler, (id) => targetsOf(this, id), (client, seq, answer) => this.#answered(client, seq, answer)));
    await this.rest();
    for (const op of schedule.ops) {
      if (this.#violations.length > 0) break;
      await this.#perform(op);
      this.#cheapChecks();
    }
    if (this.#violations.length === 0) await comeToRest(this);
    if (this.#violations.length === 0) this.#violations.push(...atRest(this));
    this.tally.commits(this.store.journal.values());
    return { violation: this.#violations[0], tally: this.tally, trace: this.trace };
  }

  say(what: string): void {
    if (this.#tracing) this.trace.push(`${this.scheduler.nowMs - START_MS} ms: ${what}`);
  }

  async #perform({ do: kind, a, b }: Op): Promise<void> {
    const process = pick(this.processes.filter(({ alive }) => alive), a);
    const client = pick(this.clients, a);
    switch (kind) {
      case "run": return await this.#runSome(a, b);
      case "type": return this.#type(client!, b);
      case "crowd": return this.clients.forEach((each, index) => this.#type(each, fraction(b * 5 + a * (index + 1))));
      case "again": return client!.sendAgain();
      case "cut":
        this.say(`${client!.id}'s line is cut`);
        this.tally.fault("line cut");
        return client!.cut();
      case "tick": {
        if (process !== undefined && !process.paused) process.host.tick();
        return await settled();
      }
      case "flush": return this.#flush(process);
      case "wait": return await this.wait(Math.floor(b * LONGEST_WAIT_MS));
      case "lose": return await this.#lose(a, b);
      case "crash": return this.#crash(process);
      case "start": return this.#restart(a);
      case "pause": return this.#pause(process);
      case "wake": return this.#wake(pick(this.processes.filter(({ alive, paused }) => alive && paused), a));
      case "takeover": return await this.#takeover(process, b);
      case "down":
      case "up": {
        if (this.db.down === (kind === "down")) return;
        this.say(`the database is ${kind}`);
        if (kind === "down") this.#countPoints("outage", () => true);
        this.db.down = kind === "down";
        return;
      }
      case "operator": return this.say(operatorMoves(this, a, b));
      case "post":
      case "haggle": return this.typeLine(client!, lineFor(this.store, client!.id, b, kind === "post" ? "post" : "trade"));
      case "deal": return await deal(this, client!, b);
      case "round": return this.round(process, "post");
      case "nudge": return disturbOutbox(this, a, b);
      case "undo": return this.say(this.intents.ask(a, b));
      case "intents": return this.round(process, "intents");
    }
  }

  #type(client: SimClient, b: number): void {
    this.typeLine(client, lineFor(this.store, client.id, b));
  }

  typeLine(client: SimClient, line: string): void {
    this.say(`${client.id} types "${line}"`);
    client.type(line);
  }

  round(process: SimProcess | undefined, what: "post" | "intents"): void {
    if (process === undefined || process.paused || process.fenced) return;
    this.say(`${process.name} ${what === "post" ? "looks into the outbox" : "asks what operators want"}`);
    process.rounds[what]();
  }

  /** As many of the steps that wait, in their order. */
  async runFirst(count: number): Promise<void> {
    for (let ran = 0; ran < count; ran += 1) {
      const step = this.scheduler.firstRunnable();
      if (step === undefined) return;
      await this.#run(step, 0);
    }
  }

  async #runSome(a: number, b: number): Promise<void> {
    const count = 1 + Math.floor(b * RUNS_AT_MOST);
    for (let run = 0; run < count; run += 1) {
      let ready = this.scheduler.runnable();
      if (ready.length === 0) {
        const next = this.scheduler.nextDueMs();
        if (next === undefined || next > this.scheduler.nowMs + LONGEST_WAIT_MS) return;
        this.scheduler.nowMs = Math.max(next, this.scheduler.nowMs);
        ready = this.scheduler.runnable();
      }
      const step = pick(ready, fraction(a * (7 * run + 1) + run * 0.37));
      if (step === undefined) return;
      await this.#run(step, fraction(a * 31 + b * 17));
    }
  }

  async #run(step: Step, chance: number): Promise<void> {
    this.tally.steps.set(step.point, (this.tally.steps.get(step.point) ?? 0) + 1);
    if (this.#tracing) this.say(`${step.owner.name}: ${step.point} ${step.detail}`);
    await this.scheduler.run(step, chance);
    this.#beats();
  }

  async #lose(a: number, b: number): Promise<void> {
    const step = pick(this.scheduler.steps.filter(({ lose }) => lose !== undefined), a);
    if (step === undefined) return;
    // What was done has arrived; its answer cannot be late for somebody who no longer waits.
    const how = b < 0.75 || !step.point.endsWith("sending") ? "lost" : "late";
    this.say(`${step.point} is ${how}`);
    this.tally.fault(`${how}, at ${step.point}`);
    this.scheduler.remove(step);
    step.lose?.(how);
    await settled();
  }

  // ---- processes

  start(slot: number): void {
    const process = new SimProcess(`p${slot}.${(this.#started += 1)}`, slot, this);
    for (const before of this.processes) if (before.slot === slot) this.store.fence(before.name);
    this.store.beat(process.name);
    process.beatMs = this.scheduler.nowMs;
    this.processes.push(process);
    this.say(`${process.name} starts`);
  }

  #restart(a: number): void {
    if (this.db.down) return;
    const newest = new Map(this.processes.map((process) => [process.slot, process]));
    const gone = pick([...newest.values()].filter(({ alive, paused }) => !alive || paused), a);
    if (gone === undefined) return;
    if (gone.alive) this.tally.fault("replaced while paused");
    this.start(gone.slot);
  }

  #crash(process: SimProcess | undefined): void {
    if (process === undefined) return;
    this.say(`${process.name} dies`);
    this.#countPoints("crash", (owner) => owner === process);
    if ((this.db.unanswered.get(process) ?? 0) > 0) this.tally.killsInCommit += 1;
    process.crash();
  }

  #pause(process: SimProcess | undefined): void {
    if (process === undefined || process.paused) return;
    this.say(`${process.name} stops running`);
    this.#countPoints("pause", (owner) => owner === process);
    process.paused = true;
  }

  #wake(process: SimProcess | undefined): void {
    if (process === undefined) return;
    this.say(`${process.name} runs again`);
    process.paused = false;
    this.#beats();
  }

  /** Where the processes that are hit wait just now. */
  #countPoints(fault: string, hits: (owner: Owner) => boolean): void {
    const points = new Set(this.scheduler.steps.filter(({ owner, point }) => hits(owner) || (fault === "crash" && owner === this.scheduler.network && point.endsWith("sending"))).map(({ point }) => point));
    if (points.size === 0) points.add("rest");
    for (const point of points) this.tally.fault(`${fault}, at ${point}`);
  }

  /** A process sleeps until its lease is over and others have its areas; its players look elsewhere, or some do. */
  async #takeover(process: SimProcess | undefined, b: number): Promise<void> {
    if (process === undefined || process.paused) return;
    this.#pause(process);
    await this.wait(TAKEOVER_MS);
    this.clients.forEach((client, index) => {
      if (client.usesProcess(process) && fraction(b * (index + 3)) < 0.7) client.cut();
    });
    await this.runFirst(TAKEOVER_STEPS);
    if (fraction(b * 7) < 0.7) this.#wake(process);
  }

  #flush(process: SimProcess | undefined): void {
    if (process === undefined || process.paused) return;
    process.soft.flush().catch((error: unknown) => this.say(`soft state stays unwritten: ${String(error)}`));
  }

  // ---- time

  async wait(ms: number): Promise<void> {
    const endMs = this.scheduler.nowMs + ms;
    while (this.scheduler.nowMs < endMs) {
      this.scheduler.nowMs = Math.min(endMs, this.scheduler.nowMs + SLICE_MS);
      this.#beats();
      // A lease is renewed whatever else is slow: only a pause or an outage lets it lapse.
      const isBeat = ({ point }: Step): boolean => point.startsWith("lease: beat");
      for (let step = this.scheduler.runnable().find(isBeat); step !== undefined; step = this.scheduler.runnable().find(isBeat)) await this.#run(step, 0);
    }
  }

  #beats(): void {
    for (const process of this.processes) {
      if (!process.alive || process.paused || process.fenced || this.#beating.has(process) || this.scheduler.nowMs - process.beatMs < LEASE_BEAT_MS) continue;
      this.#beating.add(process);
      this.scheduler.add(process, "lease: beat", () => {
        process.beatMs = this.scheduler.nowMs;
        void process.beat().finally(() => this.#beating.delete(process));
      });
    }
  }

  // ---- checking

  #answered(client: SimClient, seq: number, answer: Answered): void {
    if (answer.reply.status === "ok") this.tally.acknowledged += 1;
    const wrong = onAnswer(this, client.id, seq, answer);
    if (wrong !== undefined) this.violation(wrong);
  }

  #cheapChecks(): void {
    for (const [area, { epoch }] of this.store.owners) {
      if (epoch < (this.#epochs.get(area) ?? 0)) this.violation(`the epoch of ${area} fell`);
      this.#epochs.set(area, epoch);
    }
  }

  /** Runs whatever waits, in order, until everybody is where they belong and nothing is unanswered. */
  async rest(): Promise<void> {
    for (let ran = 0; ran < MAX_STEPS_TO_REST && this.#violations.length === 0; ran += 1) {
      const step = this.scheduler.firstRunnable();
      if (step !== undefined) {
        await this.#run(step, 0);
        continue;
      }
      if (this.clients.every(({ idle }) => idle) && this.processes.every(({ alive, committer }) => !alive || committer.load.inDoubt + committer.load.inFlight + committer.load.waiting === 0)) return;
      const next = this.scheduler.nextDueMs();
      if (next === undefined) break;
      await this.wait(Math.max(1, Math.min(next - this.scheduler.nowMs, SLICE_MS)));
    }
    const waiting = this.clients.filter(({ idle }) => !idle).map(({ id, unanswered }) => `${id} (${[...unanswered.values()].map(({ line }) => line).join(", ")})`);
    if (this.#violations.length === 0) this.violation(`nobody answers: ${waiting.join(", ")}`);
  }
}

/** Plays a schedule; `tracing` words every step. */
export async function simulate(schedule: Schedule, mutant?: Mutant, tracing = false): Promise<Outcome> {
  const restore = mutant?.patch?.();
  const turns = turnsAreSteps();
  // Where an error came from is asked for when a schedule is played for its trace.
  const depth = Error.stackTraceLimit;
  if (!tracing) Error.stackTraceLimit = 0;
  const simulation = new Simulation(mutant, tracing);
  try {
    return await simulation.play(schedule);
  } catch (error) {
    const what = error instanceof Error ? error.stack ?? error.message : String(error);
    return { violation: `the simulation threw: ${what}`, tally: simulation.tally, trace: simulation.trace };
  } finally {
    Error.stackTraceLimit = depth;
    turns();
    restore?.();
  }
}
