/**
 * The least of RFC 6455 that a player needs: whole frames out of what a socket brings, and frames to send. No extension is
 * asked for, so nothing is compressed.
 */

const FIN = 0x80;
const MASKED = 0x80;
const OPCODE = 0x0f;
export const BINARY = 0x2;
export const CLOSE = 0x8;
export const PING = 0x9;
const PONG = 0xa;
/** Largest frame that is taken: the server sends none that comes near. */
const MAX_FRAME_BYTES = 16 * 1024 * 1024;

export type TakeFrame = (opcode: number, bytes: Buffer, start: number, end: number) => void;

/** Cuts a stream of bytes into frames. Bytes given to `take` belong to the caller again when it returns. */
export class FrameReader {
  #rest: Buffer | null = null;
  readonly #take: TakeFrame;

  constructor(take: TakeFrame) {
    this.#take = take;
  }

  /** Throws RangeError for a frame in parts or one too long: this server sends neither. */
  read(chunk: Buffer): void {
    const bytes = this.#rest === null ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#rest = null;
    let at = 0;
    while (at < bytes.length) {
      const next = this.#frame(bytes, at);
      if (next === undefined) break;
      at = next;
    }
    // A copy: the socket reads into one buffer again and again.
    if (at < bytes.length) this.#rest = Buffer.from(bytes.subarray(at));
  }

  /** Where the frame at `at` ends; undefined when it is not all there. */
  #frame(bytes: Buffer, at: number): number | undefined {
    if (at + 2 > bytes.length) return undefined;
    const first = bytes[at]!;
    if ((first & FIN) === 0) throw new RangeError("a frame in parts");
    let length = bytes[at + 1]! & 0x7f;
    let start = at + 2;
    if (length === 126) {
      if (start + 2 > bytes.length) return undefined;
      length = bytes.readUInt16BE(start);
      start += 2;
    } else if (length === 127) {
      if (start + 8 > bytes.length) return undefined;
      length = Number(bytes.readBigUInt64BE(start));
      start += 8;
    }
    if (length > MAX_FRAME_BYTES) throw new RangeError(`a frame of ${length} bytes`);
    const end = start + length;
    if (end > bytes.length) return undefined;
    this.#take(first & OPCODE, bytes, start, end);
    return end;
  }
}

/** A frame of a client. It is masked, as it must be, with zeros: the payload stays as it is. */
export function clientFrame(payload: Uint8Array, opcode = BINARY): Buffer {
  const long = payload.length > 125;
  const head = long ? 8 : 6;
  const frame = Buffer.alloc(head + payload.length);
  frame[0] = FIN | opcode;
  frame[1] = MASKED | (long ? 126 : payload.length);
  if (long) frame.writeUInt16BE(payload.length, 2);
  frame.set(payload, head);
  return frame;
}

export const pongFrame = (payload: Uint8Array): Buffer => clientFrame(payload, PONG);
