/** Which lines were lost: somebody stood in a room all the while and was not shown what others there were. */

/** A number missed by so many of those who stood there, and heard by nobody, is a line that got lost on its way to all of them. */
const UNHEARD_BY = 3;

export interface Evidence {
  /** "room line name", as a tally has them. */
  readonly gaps: readonly string[];
  /** "room line sender". */
  readonly judged: readonly string[];
}

/**
 * "room line name" of each line somebody missed. A gap is none where the line was the bot's own doing (it stands in its
 * reply), or one that nobody heard and only the two it concerned can have missed: somebody gives somebody something.
 */
export function lostLines(parts: readonly Evidence[]): string[] {
  const senders = new Map<string, string>();
  for (const { judged } of parts) for (const entry of judged) senders.set(...splitLast(entry));
  const missed = new Map<string, string[]>();
  for (const { gaps } of parts) {
    for (const entry of gaps) {
      const [line, name] = splitLast(entry);
      const names = missed.get(line);
      if (names === undefined) missed.set(line, [name]);
      else names.push(name);
    }
  }
  const lost: string[] = [];
  for (const [line, names] of missed) {
    const sender = senders.get(line);
    // Without a sender it was somebody in the dark: it may have been the bot itself.
    if (sender === "") continue;
    const harmed = sender === undefined ? (names.length >= UNHEARD_BY ? names : []) : names.filter((name) => name !== sender);
    lost.push(...harmed.map((name) => `${line} ${name}`));
  }
  return lost;
}

function splitLast(entry: string): [string, string] {
  const at = entry.lastIndexOf(" ");
  return [entry.slice(0, at), entry.slice(at + 1)];
}
