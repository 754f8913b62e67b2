/** Lines of one paste that are carried out; more than that is a book. */
export const MAX_PASTED_LINES = 100;

/** The commands of a pasted text: one a line, empty ones left out. */
export function splitPaste(text: string): string[] {
  return text.split(/\r\n|\r|\n/).map((line) => line.trim()).filter((line) => line !== "").slice(0, MAX_PASTED_LINES);
}
