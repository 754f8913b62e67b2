/** What a frame of a client is before it is decoded. Colyseus' wire format: a code, for a request its number, the type of the message, the message. */
import { isUtf8 } from "node:buffer";
import { Protocol } from "@colyseus/core";

/** The highest bits of a frame's first byte modify its code. */
const CODE_MASK = 0x1f;
/** Bytes of a number by its first byte, as @colyseus/schema writes them; of a small one, that byte is all of it. */
const NUMBER_BYTES: Readonly<Record<number, number>> = { 0xca: 5, 0xcb: 9, 0xcc: 2, 0xcd: 3, 0xce: 5, 0xcf: 9, 0xd0: 2, 0xd1: 3, 0xd2: 5, 0xd3: 9 };
const TYPED: ReadonlySet<number> = new Set([Protocol.ROOM_DATA, Protocol.ROOM_DATA_BYTES, Protocol.ROOM_REQUEST]);

/**
 * False for a message whose type is text that is none, or longer than 255 bytes: the decoder would read it as something else and say so
 * on the error output, past the log and as often as anybody likes.
 */
export function hasReadableType(frame: Buffer): boolean {
  const code = frame[0]! & CODE_MASK;
  if (!TYPED.has(code)) return true;
  const at = code === Protocol.ROOM_REQUEST ? 1 + (NUMBER_BYTES[frame[1] ?? 0] ?? 1) : 1;
  const first = frame[at] ?? 0;
  if (first === 0xda || first === 0xdb) return false;
  if (first > 0xa0 && first < 0xc0) return isUtf8(frame.subarray(at + 1, at + 1 + (first & 0x1f)));
  return first !== 0xd9 || isUtf8(frame.subarray(at + 2, at + 2 + (frame[at + 1] ?? 0)));
}
