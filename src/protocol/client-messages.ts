/** What a client sends: one zod schema per message type, checked before anything else looks at it. */
import { z } from "zod";
import { MAX_COMMANDS_PER_MESSAGE, MAX_COMMAND_CHARS, MAX_REQUEST_ID_CHARS } from "../limits.ts";

/** What no database keeps is left out: a zero byte, half of a character. It would come back as an error of the whole batch. */
const keepable = (text: string): string => text.replaceAll("\0", "").toWellFormed();
const requestId = z.string().overwrite(keepable).min(1).max(MAX_REQUEST_ID_CHARS);
/** Numbers a character's requests: 1, 2, 3 … A resent request carries the same number and is executed once. */
const seq = z.int().positive();

export const commandMessage = z.object({
  type: z.literal("command"),
  command: z.string().overwrite(keepable).max(MAX_COMMAND_CHARS),
  id: requestId,
  seq: seq.optional(),
  /** The client has the final answers of all its requests up to this number, and asks for none of them again. */
  answered: z.int().nonnegative().optional(),
});
export type CommandMessage = z.infer<typeof commandMessage>;

/** The payload of a `command` message: one command, or several that are carried out in order. */
export const commandPayload = z.union([commandMessage, z.array(commandMessage).min(1).max(MAX_COMMANDS_PER_MESSAGE)]);

/**
 * What `commandPayload` makes of one command, for the payload that clients send nearly always: an object with nothing wrong
 * with it. Undefined for all others, which are zod's. Each command of each player passes here.
 */
export function plainCommand(payload: unknown): CommandMessage | undefined {
  if (typeof payload !== "object" || payload === null) return undefined;
  const { type, command, id, seq, answered } = payload as Partial<Record<keyof CommandMessage, unknown>>;
  if (type !== "command" || !isKept(command, MAX_COMMAND_CHARS) || !isKept(id, MAX_REQUEST_ID_CHARS) || id === "") return undefined;
  if (seq === undefined) return answered === undefined ? { type, command, id } : undefined;
  if (!isWhole(seq) || seq === 0) return undefined;
  if (answered === undefined) return { type, command, id, seq };
  return isWhole(answered) ? { type, command, id, seq, answered } : undefined;
}

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isKept = (text: unknown, most: number): text is string => typeof text === "string" && text.length <= most && !text.includes("\0") && text.isWellFormed();

/** Where a client left off: the last line it showed of a room, and the last personal line. */
export const resumeOptions = z.object({
  room_id: z.string().max(64),
  /** The room's line counter of the last room line received; lines after it are sent again. */
  line: z.int().nonnegative(),
  /** The highest request number the client has had an answer to. */
  seq: z.int().nonnegative(),
});

/** Options of `joinOrCreate("world", …)`. Unknown ones are ignored; none chooses the place. */
export const joinOptions = z.object({
  protocol: z.int().positive().optional(),
  resume: resumeOptions.optional(),
  /** The client can go on in another area of the same process over the connection that it has (`transferMessage`). */
  same_connection: z.boolean().optional(),
});
export type JoinOptions = z.infer<typeof joinOptions>;

/** Over a connection that is kept (`transferMessage`): it is to lead into this seat. */
export const takeMessage = z.object({ room_id: z.string().max(64), session_id: z.string().max(64) });
export type TakeMessage = z.infer<typeof takeMessage>;
