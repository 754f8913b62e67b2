/**
 * What has been said in the rooms of an area, and who was there: what a character may be told again after a cut is what fell
 * while it was there, in this room and in those it has left since, under this owner of the area and as far as it is recorded
 * under earlier ones.
 */
import { ChurnMap } from "../src/churn.ts";
import type { CharacterId, RoomId } from "../src/engine/ids.ts";
import { LINK_DEAD_MS, PRESENCE_EVERY_LINES, ROOM_LINES_KEPT, ROOM_LINES_KEPT_FOR_THE_ABSENT } from "../src/limits.ts";
import type { RoomMessage } from "../src/protocol/server-messages.ts";
import type { LineRecorder, Presence } from "../src/runtime/line-recorder.ts";
import type { Clock } from "../src/runtime/ports.ts";
import { RoomLines, type KeptLine } from "../src/session/room-lines.ts";
import { Stays, type Stay } from "../src/session/stays.ts";
import { packLine, readRecorded, unpackLine, type PackedLine } from "./frames.ts";
import { heardIn } from "./heard-in.ts";

/** A line of a room that has its number. */
export interface NumberedLine {
  readonly line: number;
  /** As it is sent. */
  readonly bytes: Buffer;
}

/** The last line of a room that a client says it has shown. */
export interface Point {
  readonly room: RoomId;
  readonly line: number;
}

/** What a character heard in one stay, or the end of one. */
interface Part {
  readonly from: number;
  readonly lines: readonly RoomMessage[];
  readonly complete: boolean;
}

export interface Since {
  /** Of rooms it has left since, oldest first. */
  readonly left: readonly RoomMessage[];
  /** Of the room where it is. */
  readonly here: readonly RoomMessage[];
  /** The number after which what is in `here` begins. */
  readonly from: number;
  /** That is all it has missed, as far as anybody can tell. */
  readonly complete: boolean;
  /** Of what was said where it is under this owner, nothing is missing. */
  readonly allOfHere: boolean;
}

export interface AreaLinesDeps {
  readonly epoch: number;
  readonly clock: Pick<Clock, "nowMs">;
  readonly recorder: LineRecorder | null;
  readonly hasRoom: (room: RoomId) => boolean;
  readonly peopleIn: (room: RoomId) => Iterable<CharacterId>;
  /** Somebody in the area has no connection, and may come back for what they miss. */
  readonly awaitsSomebody: () => boolean;
}

type Recorded = KeptLine<RoomMessage | null> & Presence;
type Change = keyof Presence;

const NO_CHANGE: Presence = {};

export class AreaLines {
  readonly #deps: AreaLinesDeps;
  readonly #openedMs: number;
  readonly #rooms = new Map<RoomId, RoomLines<PackedLine>>();
  readonly #stays = new Stays();
  /** Who came and went since a room's newest line; recorded with the next. */
  readonly #changes = new ChurnMap<RoomId, Map<CharacterId, Change>>();
  /** How often the recorder had failed when whoever was in a room was last said. */
  readonly #lapses = new Map<RoomId, number>();
  /** Lines of earlier owners, by room, once somebody has asked for them. */
  readonly #earlier = new Map<RoomId, readonly Recorded[]>();
  /** Looks for them that are under way: after a crash everybody comes back in the same moment. */
  readonly #looking = new Map<RoomId, Promise<void>>();
  /** Came along with the area, and have yet to be let in. */
  readonly #alongWith = new Set<CharacterId>();

  constructor(deps: AreaLinesDeps) {
    this.#deps = deps;
    this.#openedMs = deps.clock.nowMs();
  }

  of(room: RoomId): RoomLines<PackedLine> {
    let lines = this.#rooms.get(room);
    if (lines === undefined) {
      lines = new RoomLines(this.#deps.epoch);
      this.#rooms.set(room, lines);
      this.#deps.recorder?.add(room, { line: lines.first, except: [], bytes: null });
    }
    return lines;
  }

  /** Numbers a line, keeps it, and hands it to the recorder. `make` builds it with its number. */
  push(room: RoomId, except: readonly CharacterId[], make: (line: number) => Buffer): NumberedLine {
    const lines = this.of(room);
    const line = lines.last + 1;
    const bytes = make(line);
    lines.push(except, () => packLine(bytes), this.#deps.awaitsSomebody() ? ROOM_LINES_KEPT_FOR_THE_ABSENT : ROOM_LINES_KEPT);
    if (this.#deps.recorder !== null) this.#deps.recorder.add(room, { line, except, bytes, ...this.#presence(room, line - lines.first) });
    return { line, bytes };
  }

  /** What was said last in a room, at most so many lines, oldest first; `to`: what that character heard of it. */
  newest(room: RoomId, count: number, to?: CharacterId): RoomMessage[] {
    const kept = this.of(room).newest(count);
    return (to === undefined ? kept : kept.filter(({ except }) => !except.includes(to))).map(({ value }) => unpackLine(value));
  }

  #presence(room: RoomId, count: number): Presence {
    const changes = this.#changes.get(room);
    const lapses = this.#deps.recorder?.lapses ?? 0;
    const again = count % PRESENCE_EVERY_LINES === 0 || lapses !== (this.#lapses.get(room) ?? 0);
    if (changes === undefined && !again) return NO_CHANGE;
    this.#changes.delete(room);
    this.#lapses.set(room, lapses);
    const of = (kind: Change): CharacterId[] => [...changes ?? []].filter(([, change]) => change === kind).map(([id]) => id);
    const [came, went] = [of("came"), of("went")];
    const here = again ? [...this.#deps.peopleIn(room)].filter((id) => !came.includes(id)) : of("here");
    return { ...(came.length > 0 && { came }), ...(went.length > 0 && { went }), ...(here.length > 0 && { here }) };
  }

  // ---- who is where

  /** Somebody is in a room from now on. `entered`: from outside the area. */
  came(id: CharacterId, room: RoomId, entered: boolean): void {
    const lines = this.of(room);
    const continues = entered && this.#alongWith.delete(id);
    this.#stays.came(id, { room, from: continues ? lines.first : lines.last, entered, continues });
    this.#change(room, id, continues || this.#changes.get(room)?.get(id) === "went" ? "here" : "came");
  }

  went(id: CharacterId): void {
    const stay = this.#stays.of(id).at(-1);
    if (stay === undefined || stay.until !== null) return;
    this.#stays.went(id, this.of(stay.room).last, this.#deps.clock.nowMs());
    this.#change(stay.room, id, "went");
  }

  #change(room: RoomId, id: CharacterId, change: Change): void {
    let changes = this.#changes.get(room);
    if (changes === undefined) this.#changes.set(room, changes = new Map<CharacterId, Change>());
    changes.set(id, change);
  }

  /** The character comes along from the owner before: it has been here all along. */
  stayed(id: CharacterId): void {
    this.#alongWith.add(id);
  }

  /**
   * Somebody has come in who says they come back: where they were in this very room when the area's last owner died, they
   * have been there all along, as long as anybody waits for one whose connection is gone.
   */
  async findAgain(id: CharacterId): Promise<void> {
    const [stay, later] = this.#stays.of(id);
    // Who has been here since, and gone, has been told what was theirs.
    if (stay === undefined || later !== undefined || stay.continues || stay.until !== null || this.#deps.clock.nowMs() - this.#openedMs > LINK_DEAD_MS) return;
    await this.lookBack(stay.room, 0);
    if (!heardIn(this.#earlier.get(stay.room) ?? [], id, 0).isHere) return;
    stay.continues = true;
    stay.from = this.of(stay.room).first;
    if (this.#changes.get(stay.room)?.get(id) === "came") this.#change(stay.room, id, "here");
  }

  // ---- what they missed

  /** Whoever left off at a line of an earlier owner of the area is about to come: looks for what they have missed. */
  async lookBack(room: RoomId, line: number): Promise<void> {
    const { recorder, hasRoom } = this.#deps;
    if (recorder === null || this.#earlier.has(room) || !hasRoom(room) || line >= this.of(room).first) return;
    let look = this.#looking.get(room);
    if (look === undefined) {
      look = this.#readEarlier(recorder, room).finally(() => this.#looking.delete(room));
      this.#looking.set(room, look);
    }
    await look;
  }

  async #readEarlier(recorder: LineRecorder, room: RoomId): Promise<void> {
    const recorded = await recorder.read(room, this.of(room).first);
    // Nobody can tell now: whoever comes next asks again.
    if (recorded === undefined) return;
    this.#earlier.set(room, readRecorded(recorded));
  }

  /**
   * What a character heard, or should have, after a line that it has shown, which may be in another area; null: nothing was heard
   * before it last came into this one. What it says of itself is believed as far as it was there.
   */
  since(id: CharacterId, point: Point | null): Since {
    const parts = this.#parts(id, point);
    const here = parts.at(-1);
    return {
      left: parts.slice(0, -1).flatMap(({ lines }) => lines), here: here?.lines ?? [], from: here?.from ?? 0,
      complete: parts.length > 0 && parts.every(({ complete }) => complete), allOfHere: here?.complete !== false,
    };
  }

  #parts(id: CharacterId, point: Point | null): Part[] {
    const stays = this.#stays.of(id);
    if (point === null || !this.#deps.hasRoom(point.room)) {
      const entered = Math.max(0, stays.findLastIndex((stay) => stay.entered));
      return [...(point === null ? [] : this.#tail(id, stays[entered])), ...stays.slice(entered).map((stay) => this.#part(id, stay))];
    }
    const { room, line } = point;
    if (line < this.of(room).first) {
      const heard = this.#heardEarlier(id, room, line);
      return [heard, ...(stays[0]?.room === room ? [] : this.#tail(id, stays[0])), ...stays.map((stay) => this.#part(id, stay))];
    }
    const at = stays.findIndex((stay) => stay.room === room && stay.from <= line && line <= (stay.until ?? Infinity));
    if (at >= 0) return stays.slice(at).map((stay, index) => this.#part(id, index === 0 ? { ...stay, from: line } : stay));
    // It was not there at that line, or that is forgotten: it is told what it surely may be, since it was last there.
    const last = Math.max(0, stays.findLastIndex((stay) => stay.room === room));
    return stays.slice(last).map((stay) => ({ ...this.#part(id, stay), complete: false }));
  }

  /** What was said in a stay, under this owner. */
  #part(id: CharacterId, { room, from, until }: Pick<Stay, "room" | "from" | "until">): Part {
    const { lines, complete } = this.of(room).since(from);
    return { from, complete, lines: lines.filter(({ line, except }) => (until === null || line <= until) && !except.includes(id)).map(({ value }) => unpackLine(value)) };
  }

  /** Of a stay that began under an earlier owner, what was said before this one. */
  #tail(id: CharacterId, stay: Stay | undefined): Part[] {
    if (stay?.continues !== true) return [];
    const { since } = heardIn(this.#earlier.get(stay.room) ?? [], id, 0);
    return [this.#heardEarlier(id, stay.room, since)];
  }

  #heardEarlier(id: CharacterId, room: RoomId, line: number): Part {
    const { lines, complete } = heardIn(this.#earlier.get(room) ?? [], id, line);
    return { from: line, complete: complete && this.of(room).whole, lines: lines.map(({ value }) => value) };
  }
}
