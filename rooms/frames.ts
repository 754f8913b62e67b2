/**
 * Frames of the `events` message, built from lines that are encoded once: a frame is the message's header, the
 * length of an array, and the bytes of the lines one after another.
 */
import { getMessageBytes, Protocol } from "@colyseus/core";
import { Packr } from "msgpackr";
import { roomMessage, type RoomMessage } from "../src/protocol/server-messages.ts";
import type { Presence, RecordedLine } from "../src/runtime/line-recorder.ts";
import type { KeptLine } from "../src/session/room-lines.ts";

const packr = new Packr({ useRecords: false });

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

/** The `events` message with these encoded lines. At most 65,535 lines. */
export function eventsFrame(lines: readonly Buffer[]): Buffer {
  const header = lines.length < 16 ? Buffer.from([0x90 | lines.length]) : Buffer.from([0xdc, lines.length >> 8, lines.length & 0xff]);
  return getMessageBytes.raw(Protocol.ROOM_DATA, "events", undefined, Buffer.concat([header, ...lines]));
}

/** Where the number of lines stands in an `events` frame: behind what is the same in each. */
const COUNT_AT = getMessageBytes.raw(Protocol.ROOM_DATA, "events", undefined, Buffer.alloc(0)).length;

/** How many lines are in a frame that `eventsFrame` made. */
export function linesIn(frame: Buffer): number {
  const count = frame[COUNT_AT]!;
  return count === 0xdc ? (frame[COUNT_AT + 1]! << 8) | frame[COUNT_AT + 2]! : count & 0x0f;
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
