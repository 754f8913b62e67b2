/** What the server sends. The schemas are used by clients and tests; the server builds what the types say. */
import { z } from "zod";

/** What a line is, so that a client can colour, speak or filter it without reading its words. */
export const MESSAGE_TYPES = [
  "say", "whisper", "emote", "shout", "tell", "channel", "npc", "ambiance", "move", "action", "quest", "system",
  "room_title", "room_description", "room_exits", "room_contents", "info", "help", "error",
] as const;
export const messageType = z.enum(MESSAGE_TYPES);
export type MessageType = z.infer<typeof messageType>;

/**
 * A part of a line that names something: `text` is a substring of the message (refs are in the order of the
 * text, each looked for after the one before), `command` what a click on it would type.
 */
export const ref = z.object({
  text: z.string(),
  type: z.enum(["character", "npc", "item", "exit", "detail", "channel", "quest", "command"]),
  id: z.string(),
  command: z.string().optional(),
});
export type Ref = z.infer<typeof ref>;

export const replyLine = z.object({ message: z.string(), message_type: messageType, refs: z.array(ref).optional() });
export type ReplyLine = z.infer<typeof replyLine>;

/**
 * The answer to one command. `queued` is provisional (the database is away, the command waits): a final one
 * with the same id follows. `code` says why not `ok`.
 */
export const response = z.object({
  type: z.literal("response"),
  id: z.string(),
  seq: z.int().optional(),
  status: z.enum(["ok", "refused", "queued", "error"]),
  code: z.string().optional(),
  retry_after_ms: z.number().optional(),
  messages: z.array(replyLine),
});
export type Response = z.infer<typeof response>;

/** One line heard in a room (`line` counts the room's lines) or meant for this player alone (no `line`). */
export const roomMessage = z.object({
  type: z.literal("room_message"),
  /** Unique: a client that sees an id twice drops the second. */
  id: z.string(),
  /** The room's line counter; absent for a personal line. */
  line: z.int().optional(),
  room_id: z.string(),
  message: z.string(),
  message_type: messageType,
  /** Who said or did it, by name, where somebody did. */
  sender: z.string().optional(),
  channel: z.string().optional(),
  refs: z.array(ref).optional(),
  /** True when it is sent again after a reconnect. */
  replayed: z.boolean().optional(),
});
export type RoomMessage = z.infer<typeof roomMessage>;

/** The `events` message: all lines since the last tick, oldest first. */
export const eventsPayload = z.array(roomMessage);

/** Colyseus' seat reservation, as `client.consumeSeatReservation` takes it. */
export const seat = z.object({
  name: z.string(),
  sessionId: z.string(),
  roomId: z.string(),
  processId: z.string().optional(),
  publicAddress: z.string().optional(),
}).loose();

/**
 * The character now stands in another area: take the seat there, then leave this room. Before any welcome it says that the area has changed hands since
 * the seat was given, and where it is served now.
 */
export const transferMessage = z.object({
  type: z.literal("transfer"), seat, room_id: z.string(),
  /** The seat is taken already: from the next JOIN_ROOM frame on this connection is of the room there. Only to clients that joined with `same_connection`. */
  same_connection: z.literal(true).optional(),
  /**
   * Instead of leaving, the client may say `keep` (without a payload): this connection then leads nowhere, for KEPT_CONNECTION_MS, until a `take` message names a seat in
   * an area of its process. It goes on there as over the same connection; where it cannot, it is closed. To the same clients.
   */
  keep: z.literal(true).optional(),
});
export type TransferMessage = z.infer<typeof transferMessage>;

/** Sent once after joining, before any line of the room it names; what was missed in rooms that were left since comes before it. */
export const welcomeMessage = z.object({
  type: z.literal("welcome"),
  protocol: z.int(),
  username: z.string(),
  room_id: z.string(),
  /** The highest request number known for this character; the client goes on from the next. */
  seq: z.int(),
  /** A number of the room's line counter: every line after it that the character is to hear is on its way. Whoever comes back names it, or the last line heard since. */
  line: z.int(),
  /** False when lines were missed that could not be sent again. */
  complete: z.boolean(),
  /** Feature flags that are on for this player and concern the client (`client-…`); absent: none. */
  flags: z.array(z.string()).optional(),
});
export type WelcomeMessage = z.infer<typeof welcomeMessage>;

/** Bodies of the HTTP API. */
export const tokenAnswer = z.object({ token: z.string(), expires_at: z.string(), username: z.string() });
export type TokenAnswer = z.infer<typeof tokenAnswer>;
export const errorAnswer = z.object({ error: z.object({ code: z.string(), message: z.string(), retry_after_ms: z.number().optional() }) });
