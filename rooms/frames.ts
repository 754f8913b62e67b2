/**
 * Frames of the `events` message, built from lines that are encoded once: a frame is the message's header, the
 * length of an array, and the bytes of the lines one after another.
 */
import { getMessageBytes, Protocol } from "@colyseus/core";
import { Packr } from "msgpackr";
import { roomMessage, type RoomMessage } from "../src/protocol/server-messages.ts";
import type { RoomId } from "../src/engine/ids.ts";
import type { OutLine } from "../src/runtime/outlet.ts";
import type { Presence, RecordedLine } from "../src/runtime/line-recorder.ts";
import type { KeptLine } from "../src/session/room-lines.ts";

const packr = new Packr({ useRecords: false });

/** A worded line as clients read it. `number`: its place among those of the room. */
export function messageOf(line: OutLine, room: RoomId, id: string, number?: number): RoomMessage {
  return {
    type: "room_message", id, ...(number === undefined ? {} : { line: number }), room_id: room, message: line.text, message_type: line.type,
    ...(line.sender === undefined ? {} : { sender: line.sender }), ...(line.channel === undefined ? {} : { channel: line.channel }),
    ...(line.refs.length === 0 ? {} : { refs: line.refs.map((ref) => ({ ...ref })) }),
  };
}

/** One line as msgpack. */
export function encodeLine(line: object): Buffer {
  return Buffer.from(packr.pack(line));
}

/** What `encodeLine` made. Throws when it is something else. */
export function decodeLine(bytes: Buffer): unknown {
  return packr.unpack(bytes);
}

/**
 * An encoded line as it is kept: one character for each byte. A small buffer that is kept holds the whole piece of memory that it was
 * cut from (64 kB in Node 24, Buffer.poolSize), and the line as an object is ten objects; this is one, and no larger than the bytes.
 */
export type PackedLine = string & { readonly packed: unique symbol };

export const packLine = (bytes: Buffer): PackedLine => bytes.toString("latin1") as PackedLine;

/** The line that `packLine` was given. */
export const unpackLine = (packed: PackedLine): RoomMessage => decodeLine(Buffer.from(packed, "latin1")) as RoomMessage;

/** What is the same in each `events` message: what it is, and its name. */
const HEAD = getMessageBytes.raw(Protocol.ROOM_DATA, "events", undefined, Buffer.alloc(0));

/** The `events` message with these encoded lines. At most 65,535 lines. */
export function eventsFrame(lines: readonly Buffer[]): Buffer {
  let bytes = 0;
  for (const line of lines) bytes += line.length;
  const frame = beginFrame(lines.length, bytes);
  let at = frame.length - bytes;
  for (const line of lines) {
    frame.set(line, at);
    at += line.length;
  }
  return frame;
}

/** An `events` message for so many lines of so many bytes in all, which are yet to be put at its end. */
function beginFrame(lines: number, bytes: number): Buffer {
  const counted = lines < 16 ? 1 : 3;
  const frame = Buffer.allocUnsafe(HEAD.length + counted + bytes);
  frame.set(HEAD);
  if (counted === 1) frame[HEAD.length] = 0x90 | lines;
  else {
    frame[HEAD.length] = 0xdc;
    frame.writeUInt16BE(lines, HEAD.length + 1);
  }
  return frame;
}

/** The `events` message that goes to many, of whom some are not told some of its lines: theirs are cut out of it, in time that grows with what they lack and not with what they get. */
export class SharedFrame {
  readonly all: Buffer;
  /** Where each line begins in it, and the last one ends. */
  readonly #starts: number[];

  /** At least one line. */
  constructor(lines: readonly Buffer[]) {
    this.all = eventsFrame(lines);
    let at = this.all.length - lines.reduce((bytes, { length }) => bytes + length, 0);
    this.#starts = [at, ...lines.map(({ length }) => (at += length))];
  }

  /** Without the lines of these places, in rising order; null when nothing is left. */
  without(places: readonly number[]): Buffer | null {
    const starts = this.#starts;
    const count = starts.length - 1 - places.length;
    if (count === 0) return null;
    let bytes = this.all.length - starts[0]!;
    for (const place of places) bytes -= starts[place + 1]! - starts[place]!;
    const frame = beginFrame(count, bytes);
    let at = frame.length - bytes;
    let from = starts[0]!;
    const take = (until: number): void => {
      at += this.all.copy(frame, at, from, until);
    };
    for (const place of places) {
      take(starts[place]!);
      from = starts[place + 1]!;
    }
    take(this.all.length);
    return frame;
  }
}

/** How many lines are in a frame that `eventsFrame` made. */
export function linesIn(frame: Buffer): number {
  const count = frame[HEAD.length]!;
  return count === 0xdc ? frame.readUInt16BE(HEAD.length + 1) : count & 0x0f;
}

/** A line as it was recorded; undefined when that is something else. */
function readLine(bytes: Buffer): RoomMessage | undefined {
  try {
    return roomMessage.safeParse(decodeLine(bytes)).data;
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/** Recorded lines with what they say; a null only tells where a count begins. What cannot be read leaves a gap, and so shows. */
export function readRecorded(recorded: readonly RecordedLine[]): (KeptLine<RoomMessage | null> & Presence)[] {
  return recorded.flatMap(({ bytes, ...rest }) => {
    const value = bytes === null ? null : readLine(bytes);
    return value === undefined ? [] : [{ ...rest, value }];
  });
}
