/**
 * Lines of rooms on their way to clients: gathered over a tick, recorded for the next owner, then sent as one frame per
 * client. Per room everything keeps its order, whatever waits for its record; personal lines overtake nothing.
 */
import type { CharacterId, RoomId } from "../src/engine/ids.ts";
import { EVENTS_TICK_MS, LIVELY_FRAME_LINES, LIVELY_LINES_LEAST_MS, LIVELY_LINES_MS, LIVELY_LINES_PER_S, PATCH_MS } from "../src/limits.ts";
import type { LineRecorder } from "../src/runtime/line-recorder.ts";
import { eventsFrame, SharedFrame } from "./frames.ts";

/** For everybody in a room but some, or for one. */
interface DueLine {
  readonly except: readonly string[];
  readonly only?: CharacterId;
  readonly bytes: Buffer;
}

const isFor = (line: DueLine, id: CharacterId): boolean => (line.only === undefined ? !line.except.includes(id) : line.only === id);

/** For how long lines of a room are kept back for company, in ms, when so many have fallen in so long; 0: not at all. */
function keptBackMs(lines: number, passedMs: number): number {
  // One alone soon after the last says nothing yet: two people answer each other.
  if (lines === 1 || lines * 1000 < LIVELY_LINES_PER_S * passedMs) return 0;
  return Math.min(LIVELY_LINES_MS, Math.max(LIVELY_LINES_LEAST_MS, (LIVELY_FRAME_LINES * passedMs) / lines));
}

/** The lines of one tick. */
interface Batch {
  readonly due: Map<RoomId, DueLine[]>;
  recorded: boolean;
  /** What goes along with it. */
  along: (() => void) | null;
}

export interface LineQueueDeps<C> {
  /** Calls `each` with who is in a room now, and has a connection. */
  readonly listeners: (room: RoomId, each: (id: CharacterId, client: C) => void) => void;
  readonly send: (client: C, frame: Buffer) => void;
  readonly recorder: Pick<LineRecorder, "write" | "writeOld"> | null;
  /** Whatever the recorder has been handed is on its way to it before anything sent from now on leaves. */
  readonly recordFirst: () => void;
}

export class LineQueue<C> {
  readonly #deps: LineQueueDeps<C>;
  /** Of this tick, by room, in the order they came. */
  #due = new Map<RoomId, DueLine[]>();
  /** Being recorded, oldest first. */
  readonly #batches: Batch[] = [];
  /** Rooms that something was sent to lately: when, and for how long the next is kept back for company because so much was, in ms (0: it is not). */
  readonly #told = new Map<RoomId, { readonly atMs: number; readonly keptMs: number }>();

  constructor(deps: LineQueueDeps<C>) {
    this.#deps = deps;
  }

  /** A line for everybody in a room but some; the recorder has it already. */
  add(room: RoomId, except: readonly string[], bytes: Buffer): void {
    const due = this.#due.get(room);
    if (due === undefined) this.#due.set(room, [{ except, bytes }]);
    else due.push({ except, bytes });
  }

  /**
   * Lines for one in a room. They must not overtake what was said there before them, and wait for nothing else. Where a room is lively they would wait for
   * longer than somebody who is spoken to may be left waiting: what was said before them leaves with them.
   */
  addPersonal(room: RoomId, id: CharacterId, client: C, lines: readonly Buffer[]): void {
    if ((this.#told.get(room)?.keptMs ?? 0) > 0) {
      this.#sendAhead(client, this.#take(id, room), lines);
      return;
    }
    const ahead = this.#due.get(room) ?? this.#batches.findLast(({ due }) => due.has(room))?.due.get(room);
    if (ahead === undefined) this.#deps.send(client, eventsFrame(lines));
    else for (const bytes of lines) ahead.push({ except: [], only: id, bytes });
  }

  /** Takes somebody out of what waits for a room; the client, when given, gets it now. */
  takeOut(id: CharacterId, room: RoomId, client: C | null): void {
    const own = this.#take(id, room);
    if (client !== null) this.#sendAhead(client, own, []);
  }

  /** What waits in a room for somebody, who is not among those that it waits for any more. */
  #take(id: CharacterId, room: RoomId): Buffer[] {
    const own: Buffer[] = [];
    for (const due of [...this.#batches.map((batch) => batch.due), this.#due]) {
      const lines = due.get(room);
      if (lines === undefined) continue;
      own.push(...lines.filter((line) => isFor(line, id)).map((line) => line.bytes));
      due.set(room, lines.filter((line) => line.only !== id).map((line) => (line.only === undefined ? { ...line, except: [...line.except, id] } : line)));
    }
    return own;
  }

  /** Sends lines of a room before its tick, and what came for that client alone behind them. */
  #sendAhead(client: C, taken: readonly Buffer[], own: readonly Buffer[]): void {
    if (taken.length > 0) this.#deps.recordFirst();
    if (taken.length + own.length > 0) this.#deps.send(client, eventsFrame([...taken, ...own]));
  }

  /**
   * Once a tick: what was said in each room goes to everybody in it, when it is recorded. A tick between two patches (`patches` false) leaves
   * out the rooms that were told something lately: where people talk all the time, lines go along with patches, in fewer
   * frames; where more is said than anybody reads as it comes, half or a third as often, and patches with them (`livelyMs`), for which other rooms do not wait. True when something was said.
   */
  flush(nowMs: number, patches = true): boolean {
    const due = this.#takeDue(nowMs, patches);
    if (due.size === 0) {
      this.#deps.recorder?.writeOld();
      return false;
    }
    const waiting = this.#deps.recorder?.write();
    const batch: Batch = { due, recorded: waiting === undefined, along: null };
    this.#batches.push(batch);
    if (waiting === undefined) this.#sendRecorded();
    else {
      void waiting.then(() => {
        batch.recorded = true;
        this.#sendRecorded();
      });
    }
    return true;
  }

  /** A room of this area is told so much that nobody reads each line as it comes (`lively`): for how long its lines are kept back at least, in ms; null: none is. */
  get livelyMs(): number | null {
    let leastMs: number | null = null;
    for (const { keptMs } of this.#told.values()) if (keptMs > 0 && (leastMs === null || keptMs < leastMs)) leastMs = keptMs;
    return leastMs;
  }

  #takeDue(nowMs: number, patches: boolean): Map<RoomId, DueLine[]> {
    const due = this.#due;
    // Mostly nothing has been said since the last tick, and areas are many.
    if (due.size === 0 && this.#told.size === 0) return due;
    this.#due = new Map();
    for (const [room, { atMs, keptMs }] of this.#told) {
      const lines = due.get(room);
      // A clock that was set back must not make anybody wait longer.
      const passedMs = Math.abs(nowMs - atMs);
      if (passedMs < (keptMs > 0 ? keptMs : patches ? 0 : PATCH_MS) - EVENTS_TICK_MS / 2) {
        if (lines === undefined) continue;
        due.delete(room);
        this.#due.set(room, lines);
      } else if (lines === undefined) this.#told.delete(room);
      else this.#told.set(room, { atMs: nowMs, keptMs: keptBackMs(lines.length, passedMs) });
    }
    for (const room of due.keys()) if (!this.#told.has(room)) this.#told.set(room, { atMs: nowMs, keptMs: 0 });
    return due;
  }

  /** Does something in the same turn in which the last lines of this tick are sent: now, when there are none. */
  along(run: () => void): void {
    const last = this.#batches.at(-1);
    if (last === undefined) run();
    else last.along = run;
  }

  /** Sends everything now. */
  finish(nowMs: number): void {
    this.#told.clear();
    this.flush(nowMs);
    for (const batch of this.#batches) batch.recorded = true;
    this.#sendRecorded();
  }

  #sendRecorded(): void {
    while (this.#batches[0]?.recorded === true) {
      const { due, along } = this.#batches.shift()!;
      for (const [room, lines] of due) this.#sendTo(room, lines);
      along?.();
    }
  }

  #sendTo(room: RoomId, lines: readonly DueLine[]): void {
    const shared: Buffer[] = [];
    /** Which of the shared lines each is not told who is not told all of them. */
    const lacking = new Map<string, number[]>();
    const withTheirOwn = new Set<string>();
    for (const { only, except, bytes } of lines) {
      if (only !== undefined) {
        withTheirOwn.add(only);
        continue;
      }
      for (const id of except) {
        const places = lacking.get(id);
        if (places === undefined) lacking.set(id, [shared.length]);
        // Somebody may be named twice.
        else if (places.at(-1) !== shared.length) places.push(shared.length);
      }
      shared.push(bytes);
    }
    let frame: SharedFrame | null = null;
    this.#deps.listeners(room, (id, client) => {
      if (withTheirOwn.has(id)) {
        this.#deps.send(client, eventsFrame(lines.filter((line) => isFor(line, id)).map((line) => line.bytes)));
        return;
      }
      if (shared.length === 0) return;
      frame ??= new SharedFrame(shared);
      const places = lacking.get(id);
      const own = places === undefined ? frame.all : frame.without(places);
      if (own !== null) this.#deps.send(client, own);
    });
  }
}
