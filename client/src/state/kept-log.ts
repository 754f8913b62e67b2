import type { LeftOff } from "../../sdk/index.ts";
import type { Entry, NewEntry } from "./log-buffer.ts";
import { isFields, isText, keepForTab, listOf, readKeptForTab } from "./kept.ts";

/** Characters of log that a reload finds again: below what browsers keep for a tab. */
const MAX_KEPT_CHARS = 1_800_000;

/** What a page leaves for the one after its reload. */
export interface KeptLog {
  username: string;
  leftOff: LeftOff | undefined;
  /** When the page went. */
  atMs: number;
  entries: NewEntry[];
}

/** Leaves the newest of the log and where the session stood. Called when the page may be about to go. */
export function keepLog(username: string, leftOff: LeftOff | undefined, entries: readonly Entry[], nowMs: number): void {
  const kept: NewEntry[] = [];
  let chars = 0;
  for (let at = entries.length - 1; at >= 0; at--) {
    const entry = entries[at];
    if (entry === undefined) break;
    chars += entry.kind === "line" ? entry.message.length + 60 + entry.refs.length * 80 : 120;
    if (chars > MAX_KEPT_CHARS) break;
    kept.push(entry);
  }
  keepForTab("log", { username, leftOff, atMs: nowMs, entries: kept.reverse() } satisfies KeptLog);
}

export const forgetLog = (): void => void keepForTab("log", null);

/** What the page before left for this character. */
export function readKeptLog(username: string): KeptLog | undefined {
  const kept = readKeptForTab("log");
  if (!isFields(kept) || kept.username !== username || typeof kept.atMs !== "number") return undefined;
  return { username, leftOff: readLeftOff(kept.leftOff), atMs: kept.atMs, entries: listOf(kept.entries).flatMap(readEntry) };
}

function readLeftOff(value: unknown): LeftOff | undefined {
  if (!isFields(value) || !isFields(value.place)) return undefined;
  const { room_id, line } = value.place;
  if (!isText(room_id) || typeof line !== "number" || !Number.isSafeInteger(line) || line < 0) return undefined;
  return { place: { room_id, line }, heard: listOf(value.heard).filter(isText) };
}

/** What was shown before, as it was shown: it is not news, and its commands have had their answers or never will. */
function readEntry(value: unknown): NewEntry[] {
  if (!isFields(value) || typeof value.atMs !== "number") return [];
  const { atMs } = value;
  if (value.kind === "note" && isText(value.text)) return [{ kind: "note", atMs, text: value.text }];
  if (value.kind === "echo" && isText(value.command)) {
    const mark = value.mark === "done" || value.mark === "refused" ? value.mark : "unanswered";
    return [{ kind: "echo", atMs, command: value.command, mark }];
  }
  if (value.kind !== "line" || !isText(value.message) || !isText(value.type)) return [];
  const refs = listOf(value.refs).filter((ref): ref is never => isFields(ref) && isText(ref.text) && isText(ref.type) && isText(ref.id));
  return [{
    kind: "line", atMs, message: value.message, type: value.type as never, refs, old: true,
    ...(isText(value.channel) ? { channel: value.channel } : {}),
    ...(isText(value.partner) ? { partner: value.partner } : {}),
    ...(value.own === true ? { own: true } : {}),
    ...(value.highlight === true ? { highlight: true } : {}),
  }];
}
