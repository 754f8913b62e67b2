import type { RoomMessage } from "../../src/protocol/server-messages.ts";
import { MAX_LINE_IDS, MAX_PERSONAL_IDS } from "./bounds.ts";

/** Drops lines that were delivered before: after a cut or a transfer some come twice. */
export class LineFilter {
  readonly #rooms = new Set<string>();
  /** Of lines for this player alone: a server may send them again long after, and however much was said in the rooms meanwhile. */
  readonly #personal = new Set<string>();

  /** `heard`: ids of both, as `last` gave them; they are remembered for as long as either. */
  constructor(heard: readonly string[] = []) {
    for (const id of heard.slice(-MAX_PERSONAL_IDS)) this.#personal.add(id);
  }

  /** The ids of the last `count` lines; at most half of them of lines for this player alone, which come first. */
  last(count: number): string[] {
    const personal = [...this.#personal].slice(-Math.floor(count / 2));
    return [...personal, ...[...this.#rooms].slice(personal.length - count)];
  }

  fresh(lines: readonly RoomMessage[]): RoomMessage[] {
    return lines.filter(({ id, line }) => {
      if (this.#rooms.has(id) || this.#personal.has(id)) return false;
      if (line === undefined) remember(this.#personal, id, MAX_PERSONAL_IDS);
      else remember(this.#rooms, id, MAX_LINE_IDS);
      return true;
    });
  }
}

function remember(ids: Set<string>, id: string, atMost: number): void {
  ids.add(id);
  if (ids.size <= atMost) return;
  for (const oldest of ids) {
    ids.delete(oldest);
    return;
  }
}
