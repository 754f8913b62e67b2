/**
 * Reads what the server sends. The shapes are those of `src/protocol`; this reader is tolerant where a schema
 * is strict (a line of a type this client does not know is still a line), small, and cheap enough for a busy room.
 */
import type {
  MessageType, Ref, ReplyLine, Response, RoomMessage, TransferMessage, WelcomeMessage,
} from "../../src/protocol/server-messages.ts";

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string";
const isCount = (value: unknown): value is number => typeof value === "number" && Number.isSafeInteger(value);

const KNOWN_TYPES: ReadonlySet<string> = new Set<MessageType>([
  "say", "whisper", "emote", "shout", "tell", "channel", "npc", "ambiance", "move", "action", "quest", "system",
  "room_title", "room_description", "room_exits", "room_contents", "info", "help", "error",
]);
const STATUSES: ReadonlySet<unknown> = new Set<Response["status"]>(["ok", "refused", "queued", "error"]);

/** A type this client does not know reads as `info`. */
function readType(value: unknown): MessageType {
  return isText(value) && KNOWN_TYPES.has(value) ? (value as MessageType) : "info";
}

function readRefs(value: unknown): Ref[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.filter((ref): ref is Ref =>
    isFields(ref) && isText(ref.text) && isText(ref.type) && isText(ref.id) && (ref.command === undefined || isText(ref.command)));
}

function readReplyLine(value: unknown): ReplyLine | undefined {
  if (!isFields(value) || !isText(value.message)) return undefined;
  const refs = readRefs(value.refs);
  return { message: value.message, message_type: readType(value.message_type), ...(refs === undefined ? {} : { refs }) };
}

function readLine(value: unknown): RoomMessage | undefined {
  if (!isFields(value) || !isText(value.id) || !isText(value.room_id)) return undefined;
  const words = readReplyLine(value);
  if (words === undefined) return undefined;
  return {
    type: "room_message", id: value.id, room_id: value.room_id, ...words,
    ...(isCount(value.line) ? { line: value.line } : {}),
    ...(isText(value.sender) ? { sender: value.sender } : {}),
    ...(isText(value.channel) ? { channel: value.channel } : {}),
    ...(value.replayed === true ? { replayed: true } : {}),
  };
}

const known = <T>(value: T | undefined): value is T => value !== undefined;

/** The lines of an `events` message. One that cannot be read does not take the others with it. */
export function readLines(payload: unknown): RoomMessage[] {
  return (Array.isArray(payload) ? payload : [payload]).map(readLine).filter(known);
}

export function readResponse(payload: unknown): Response | undefined {
  if (!isFields(payload) || !isText(payload.id) || !STATUSES.has(payload.status)) return undefined;
  const messages = Array.isArray(payload.messages) ? payload.messages : [];
  return {
    type: "response", id: payload.id, status: payload.status as Response["status"],
    messages: messages.map(readReplyLine).filter(known),
    ...(isCount(payload.seq) ? { seq: payload.seq } : {}),
    ...(isText(payload.code) ? { code: payload.code } : {}),
    ...(typeof payload.retry_after_ms === "number" ? { retry_after_ms: payload.retry_after_ms } : {}),
  };
}

export function readWelcome(payload: unknown): WelcomeMessage | undefined {
  if (!isFields(payload)) return undefined;
  const { protocol, username, room_id, seq, line, complete } = payload;
  if (!isCount(protocol) || !isText(username) || !isText(room_id) || !isCount(seq) || !isCount(line)) return undefined;
  return { type: "welcome", protocol, username, room_id, seq, line, complete: complete !== false };
}

export function readTransfer(payload: unknown): TransferMessage | undefined {
  if (!isFields(payload) || !isText(payload.room_id) || !isFields(payload.seat)) return undefined;
  const { seat } = payload;
  if (!isText(seat.name) || !isText(seat.sessionId) || !isText(seat.roomId)) return undefined;
  return {
    type: "transfer", room_id: payload.room_id, seat: seat as TransferMessage["seat"],
    ...(payload.same_connection === true ? { same_connection: true } : {}),
    ...(payload.keep === true ? { keep: true } : {}),
  };
}

/** A code that came as a message of its own, or inside an error: `{code}` or `{error: {code, message}}`. */
export function readFailure(payload: unknown): { code: string; message?: string; retryAfterMs?: number } | undefined {
  if (!isFields(payload)) return undefined;
  const body = isFields(payload.error) ? payload.error : payload;
  if (!isText(body.code)) return undefined;
  return {
    code: body.code,
    ...(isText(body.message) ? { message: body.message } : isText(body.error) ? { message: body.error } : {}),
    ...(typeof body.retry_after_ms === "number" ? { retryAfterMs: body.retry_after_ms } : {}),
  };
}

/** The answer of every `/auth/…` call. */
export function readTokenAnswer(payload: unknown): { token: string; expires_at: string; username: string } | undefined {
  if (!isFields(payload) || !isText(payload.token) || !isText(payload.expires_at) || !isText(payload.username)) return undefined;
  return { token: payload.token, expires_at: payload.expires_at, username: payload.username };
}
