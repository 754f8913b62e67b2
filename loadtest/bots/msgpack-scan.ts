/**
 * Reads what a bot needs out of a message without building the rest of it: MessagePack (https://msgpack.org) is stepped over value
 * by value. A thousand bots hear tens of thousands of lines a second; building an object for each would cost more than the
 * server that is measured.
 */

/** A place in bytes. */
export interface Cursor {
  at: number;
}

/** How many values follow in an array, or pairs in a map. Throws TypeError when there is neither. */
export function readLength(bytes: Buffer, cursor: Cursor): number {
  const first = bytes[cursor.at]!;
  if (first >= 0x80 && first < 0xa0) {
    cursor.at += 1;
    return first & 0x0f;
  }
  if (first === 0xdc || first === 0xde) {
    cursor.at += 3;
    return bytes.readUInt16BE(cursor.at - 2);
  }
  throw new TypeError(`no array and no map: ${first}`);
}

/** The text here; undefined for anything else, which is stepped over. */
export function readText(bytes: Buffer, cursor: Cursor): string | undefined {
  const length = textLength(bytes, cursor);
  if (length === undefined) {
    skip(bytes, cursor);
    return undefined;
  }
  cursor.at += length;
  return bytes.toString("utf8", cursor.at - length, cursor.at);
}

/** The number here; undefined for anything else, which is stepped over. */
export function readNumber(bytes: Buffer, cursor: Cursor): number | undefined {
  const first = bytes[cursor.at]!;
  if (first < 0x80) {
    cursor.at += 1;
    return first;
  }
  const start = cursor.at + 1;
  switch (first) {
    case 0xcc: cursor.at += 2; return bytes[start]!;
    case 0xcd: cursor.at += 3; return bytes.readUInt16BE(start);
    case 0xce: cursor.at += 5; return bytes.readUInt32BE(start);
    case 0xcf: cursor.at += 9; return Number(bytes.readBigUInt64BE(start));
    case 0xca: cursor.at += 5; return bytes.readFloatBE(start);
    case 0xcb: cursor.at += 9; return bytes.readDoubleBE(start);
    default: skip(bytes, cursor); return undefined;
  }
}

/** True here; false for anything else. */
export function readFlag(bytes: Buffer, cursor: Cursor): boolean {
  const yes = bytes[cursor.at] === 0xc3;
  skip(bytes, cursor);
  return yes;
}

/** Bytes of the text here, with the cursor at the first; undefined, and the cursor where it was, for anything else. */
function textLength(bytes: Buffer, cursor: Cursor): number | undefined {
  const first = bytes[cursor.at]!;
  if (first >= 0xa0 && first < 0xc0) {
    cursor.at += 1;
    return first & 0x1f;
  }
  if (first === 0xd9) {
    cursor.at += 2;
    return bytes[cursor.at - 1]!;
  }
  if (first === 0xda) {
    cursor.at += 3;
    return bytes.readUInt16BE(cursor.at - 2);
  }
  return undefined;
}

/** Bytes that follow the first byte of a value of fixed size; by that byte, from 0xc0 on. -1: not of fixed size. */
const FIXED = [0, 0, 0, 0, -1, -1, -1, -1, -1, -1, 4, 8, 1, 2, 4, 8, 1, 2, 4, 8, 2, 3, 5, 9, 17];

/** Steps over whatever is here. */
export function skip(bytes: Buffer, cursor: Cursor): void {
  const length = textLength(bytes, cursor);
  if (length !== undefined) {
    cursor.at += length;
    return;
  }
  const first = bytes[cursor.at]!;
  if (first < 0x80 || first >= 0xe0) {
    cursor.at += 1;
    return;
  }
  const isMap = (first >= 0x80 && first < 0x90) || first === 0xde;
  if (isMap || first < 0xa0 || first === 0xdc) {
    for (let left = readLength(bytes, cursor) * (isMap ? 2 : 1); left > 0; left -= 1) skip(bytes, cursor);
    return;
  }
  const fixed = FIXED[first - 0xc0] ?? -1;
  if (fixed === -1) throw new TypeError(`a value that no message has: ${first}`);
  cursor.at += 1 + fixed;
}
