/**
 * What a process ended by when nothing caught it. It must end at once, since nobody knows what memory is worth by then, so
 * nothing can be sent any more: it is left in a file, and told by the process that takes its place.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { MAX_LAST_WORDS_CHARS } from "../limits.ts";

interface LastWords {
  readonly at: string;
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  readonly code: string | null;
}

/** Synchronous, as the process has no later. Throws what the file system throws. */
export function leaveLastWords(file: string, error: unknown, nowMs: number): void {
  const known = error instanceof Error ? error : new Error(String(error));
  const code = "code" in known ? String(known.code) : null;
  const cut = (text: string): string => text.slice(0, MAX_LAST_WORDS_CHARS);
  const words: LastWords = { at: new Date(nowMs).toISOString(), name: known.name, message: cut(known.message), stack: cut(known.stack ?? ""), code };
  writeFileSync(file, JSON.stringify(words), { mode: 0o600 });
}

/** What the process before ended by, and when; once. Undefined: by nothing that it knew of. */
export function takeLastWords(file: string): { readonly at: string; readonly error: Error } | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  rmSync(file, { force: true });
  const { at, name, message, stack, code } = JSON.parse(text) as LastWords;
  // Of the same kind as the error itself.
  return { at, error: Object.assign(new Error(message), { name, stack }, code === null ? {} : { code }) };
}
