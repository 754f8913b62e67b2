/** Reads the values of `COMMIT` (src/persistence/batch.ts) back into units, for databases that tests make up. */
import { fold } from "../../src/persistence/fold.ts";
import { BETWEEN_REPLIES, type Entry } from "../../src/persistence/batch.ts";
import type { CommitUnit } from "../../src/runtime/ports.ts";

export function decodeCommit(values: readonly unknown[]): (Entry & { readonly unit: CommitUnit })[] {
  const [area, epoch, actor, seq, step, key, commit, room, command] = values.slice(2, 11).map(arrayOf);
  const events = JSON.parse(values[11] as string) as CommitUnit["events"][];
  const replies = values[12] === null ? [] : (values[12] as string).split(BETWEEN_REPLIES).map((reply) => (reply === "" ? null : (JSON.parse(reply) as CommitUnit["reply"])));
  return events.map((event, n) => {
    const named = key?.[n];
    const request = seq?.[n] != null ? { seq: Number(seq[n]), step: Number(step?.[n]) } : named?.startsWith("w:") === true ? { deterministicId: named.slice(2) } : null;
    return {
      commitId: commit?.[n] ?? "", rows: fold(event),
      unit: {
        area: area?.[n], epoch: Number(epoch?.[n]), actor: actor?.[n] ?? null, room: room?.[n] ?? null, request, command: command?.[n] ?? "", events: event, reply: replies[n] ?? null,
      } as CommitUnit,
    };
  });
}

/** The cells of an array in PostgreSQL's notation; null: a column of nulls. */
function arrayOf(literal: unknown): (string | null)[] {
  if (typeof literal !== "string") return [];
  const text = literal;
  const cells: (string | null)[] = [];
  for (let at = 1; at < text.length - 1; at += 1) {
    const isQuoted = text[at] === "\"";
    let end = isQuoted ? (at += 1) : at;
    while (text[end] !== (isQuoted ? "\"" : ",") && end < text.length - (isQuoted ? 0 : 1)) end += text[end] === "\\" ? 2 : 1;
    const cell = text.slice(at, end);
    cells.push(!isQuoted && cell === "NULL" ? null : cell.includes("\\") ? cell.replace(/\\(.)/g, "$1") : cell);
    at = isQuoted ? end + 1 : end;
  }
  return cells;
}
