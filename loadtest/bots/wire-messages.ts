/** Messages of a Colyseus room as bots read and write them (`Protocol` and its layouts: @colyseus/core 0.18, src/Protocol.ts). */
import { Protocol } from "@colyseus/sdk";
import { Packr, Unpackr } from "msgpackr";
import type { TransferMessage, WelcomeMessage } from "../../src/protocol/server-messages.ts";
import { readFlag, readLength, readNumber, readText, skip, type Cursor } from "./msgpack-scan.ts";

/** What of a line concerns a bot. `line` is 0 for a line to one person alone. */
export interface ScannedLine {
  line: number;
  room: string;
  type: string;
  sender: string;
  replayed: boolean;
  /** The words, where they may carry the moment they were sent: what somebody says. */
  words: string;
}

export interface ScannedReply {
  readonly id: string;
  readonly status: string;
  readonly code: string;
  readonly retryAfterMs: number;
}

export interface WireEvents {
  joined(): void;
  welcome(welcome: WelcomeMessage): void;
  lines(count: number, read: (line: ScannedLine) => boolean): void;
  reply(reply: ScannedReply): void;
  transfer(transfer: TransferMessage): void;
}

const packr = new Packr({ useRecords: false });
const unpackr = new Unpackr({ useRecords: false });
const CODE_MASK = 0x1f;

const headOf = (type: string): Buffer => Buffer.concat([Buffer.from([Protocol.ROOM_DATA, 0xa0 | type.length]), Buffer.from(type)]);
const commandHead = headOf("command");
const takeHead = headOf("take");
export const joinedMessage = Buffer.from([Protocol.JOIN_ROOM]);
export const leaveMessage = Buffer.from([Protocol.LEAVE_ROOM]);
export const keepMessage = headOf("keep");
export const takeMessage = (room: string, session: string): Buffer => Buffer.concat([takeHead, packr.pack({ room_id: room, session_id: session })]);

/** Of a bot that waits for each answer before it sends the next command. */
export const commandMessage = (command: string, id: string, seq: number): Buffer => Buffer.concat([commandHead, packr.pack({ type: "command", command, id, seq, answered: seq - 1 })]);

const cursor: Cursor = { at: 0 };
const scanned: ScannedLine = { line: 0, room: "", type: "", sender: "", replayed: false, words: "" };

/** Reads one message of a room; what concerns no bot (state, patches) costs a look at one byte. */
export function readMessage(bytes: Buffer, start: number, end: number, events: WireEvents): void {
  const code = bytes[start]! & CODE_MASK;
  if (code === Protocol.JOIN_ROOM) events.joined();
  if (code !== Protocol.ROOM_DATA) return;
  cursor.at = start + 1;
  const type = readText(bytes, cursor);
  switch (type) {
    case "events": events.lines(readLength(bytes, cursor), (line) => scanLine(bytes, line)); return;
    case "response": events.reply(scanReply(bytes)); return;
    case "welcome": events.welcome(unpackr.unpack(bytes.subarray(cursor.at, end)) as WelcomeMessage); return;
    case "transfer": events.transfer(unpackr.unpack(bytes.subarray(cursor.at, end)) as TransferMessage); return;
    default: return;
  }
}

/** Into `line`. Always true. Keys are told apart by how long they are and how they begin: nothing is made of them. */
function scanLine(bytes: Buffer, line: ScannedLine): boolean {
  line.line = 0;
  line.sender = "";
  line.words = "";
  line.replayed = false;
  let wordsAt = -1;
  for (let left = readLength(bytes, cursor); left > 0; left -= 1) {
    const key = cursor.at;
    skip(bytes, cursor);
    switch (keyOf(bytes, key)) {
      case LINE: line.line = readNumber(bytes, cursor) ?? 0; break;
      case ROOM_ID: line.room = readText(bytes, cursor) ?? ""; break;
      case MESSAGE_TYPE: line.type = readText(bytes, cursor) ?? ""; break;
      case SENDER: line.sender = readText(bytes, cursor) ?? ""; break;
      case REPLAYED: line.replayed = readFlag(bytes, cursor); break;
      case MESSAGE: wordsAt = cursor.at; skip(bytes, cursor); break;
      default: skip(bytes, cursor);
    }
  }
  if (wordsAt !== -1 && (line.type === "say" || line.type === "tell")) {
    const after = cursor.at;
    cursor.at = wordsAt;
    line.words = readText(bytes, cursor) ?? "";
    cursor.at = after;
  }
  return true;
}

/** A short text's length byte and first letter; no two keys of a line have both in common. */
const keyOf = (bytes: Buffer, at: number): number => (bytes[at]! << 8) | bytes[at + 1]!;
const keyNamed = (name: string): number => keyOf(Buffer.from([0xa0 | name.length, name.charCodeAt(0)]), 0);
const [LINE, ROOM_ID, MESSAGE_TYPE, SENDER, REPLAYED, MESSAGE] = ["line", "room_id", "message_type", "sender", "replayed", "message"].map(keyNamed);

/** The object that all lines are read into, one after another. */
export const lineToReadInto = scanned;

function scanReply(bytes: Buffer): ScannedReply {
  let [id, status, code, retryAfterMs] = ["", "", "", 0];
  for (let left = readLength(bytes, cursor); left > 0; left -= 1) {
    switch (readText(bytes, cursor)) {
      case "id": id = readText(bytes, cursor) ?? ""; break;
      case "status": status = readText(bytes, cursor) ?? ""; break;
      case "code": code = readText(bytes, cursor) ?? ""; break;
      case "retry_after_ms": retryAfterMs = readNumber(bytes, cursor) ?? 0; break;
      default: skip(bytes, cursor);
    }
  }
  return { id, status, code, retryAfterMs };
}
