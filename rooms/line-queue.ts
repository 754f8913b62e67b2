/**
 * Lines of rooms on their way to clients: gathered over a tick, recorded for the next owner, then sent as one frame per
 * client. Per room everything keeps its order, whatever waits for its record; personal lines overtake nothing.
 */
import type { CharacterId, RoomId } from "../src/engine/ids.ts";
import type { LineRecorder } from "../src/runtime/line-recorder.ts";
import { eventsFrame } from "./frames.ts";

/** For everybody in a room but some, or for one. */
interface DueLine {
  readonly except: readonly string[];
  readonly only?: CharacterId;
  readonly bytes: Buffer;
}

const isFor = (line: DueLine, id: CharacterId): boolean => (line.only === undefined ? !line.except.includes(id) : line.only === id);

/** The lines of one tick. */
interface Batch {
  readonly due: Map<RoomId, DueLine[]>;
  recorded: boolean;
}

export interface LineQueueDeps<C> {
  /** Who is in a room now, and has a connection. */
  readonly listeners: (room: RoomId) => Iterable<readonly [CharacterId, C]>;
  readonly send: (client: C, frame: Buffer) => void;
  readonly recorder: Pick<LineRecorder, "write"> | null;
}

export class LineQueue<C> {
  readonly #deps: LineQueueDeps<C>;
  /** Of this tick, by room, in the order they came. */
  #due = new Map<RoomId, DueLine[]>();
  /** Being recorded, oldest first. */
  readonly #batches: Batch[] = [];

  constructor(deps: LineQueueDeps<C>) {
    this.#deps = deps;
  }

  /** A line for everybody in a room but some; the recorder has it already. */
  add(room: RoomId, except: readonly string[], bytes: Buffer): void {
    const due = this.#due.get(room);
    if (due === undefined) this.#due.set(room, [{ except, bytes }]);
    else due.push({ except, bytes });
  }

  /** A line for one in a room. It must not overtake what was said there before it, and waits for nothing else. */
  addPersonal(room: RoomId, id: CharacterId, client: C, bytes: Buffer): void {
    const ahead = this.#due.get(room) ?? this.#batches.findLast(({ due }) => due.has(room))?.due.get(room);
    if (ahead === undefined) this.#deps.send(client, eventsFrame([bytes]));
    else ahead.push({ except: [], only: id, bytes });
  }

  /** Takes somebody out of what waits for a room; the client, when given, gets it now. */
  takeOut(id: CharacterId, room: RoomId, client: C | null): void {
    const own: Buffer[] = [];
    for (const due of [...this.#batches.map((batch) => batch.due), this.#due]) {
      const lines = due.get(room);
      if (lines === undefined) continue;
      own.push(...lines.filter((line) => isFor(line, id)).map((line) => line.bytes));
      due.set(room, lines.filter((line) => line.only !== id).map((line) => (line.only === undefined ? { ...line, except: [...line.except, id] } : line)));
    }
    if (client === null || own.length === 0) return;
    // Its bytes are on their way to the recorder before those to the client are.
    void this.#deps.recorder?.write();
    this.#deps.send(client, eventsFrame(own));
  }

  /** Once a tick: what was said in each room goes to everybody in it, when it is recorded. */
  flush(): void {
    const waiting = this.#deps.recorder?.write();
    if (this.#due.size === 0) return;
    const batch: Batch = { due: this.#due, recorded: waiting === undefined };
    this.#due = new Map();
    this.#batches.push(batch);
    if (waiting === undefined) this.#sendRecorded();
    else {
      void waiting.then(() => {
        batch.recorded = true;
        this.#sendRecorded();
      });
    }
  }

  /** Sends everything now. */
  finish(): void {
    this.flush();
    for (const batch of this.#batches) batch.recorded = true;
    this.#sendRecorded();
  }

  #sendRecorded(): void {
    while (this.#batches[0]?.recorded === true) {
      for (const [room, lines] of this.#batches.shift()!.due) this.#sendTo(room, lines);
    }
  }

  #sendTo(room: RoomId, lines: readonly DueLine[]): void {
    const shared = lines.filter((line) => line.only === undefined).map((line) => line.bytes);
    let frame: Buffer | null = null;
    const special = new Set(lines.flatMap((line) => line.only ?? line.except));
    for (const [id, client] of this.#deps.listeners(room)) {
      if (!special.has(id)) {
        frame ??= eventsFrame(shared);
        this.#deps.send(client, frame);
        continue;
      }
      const own = lines.filter((line) => isFor(line, id)).map((line) => line.bytes);
      if (own.length > 0) this.#deps.send(client, eventsFrame(own));
    }
  }
}
