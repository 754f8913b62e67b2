import type { RoomMessage } from "../../src/protocol/server-messages.ts";
import { MAX_LINE_IDS } from "./bounds.ts";

/** Drops lines that were delivered before: after a cut or a transfer some come twice. */
export class LineFilter {
  readonly #seen = new Set<string>();

  constructor(heard: readonly string[] = []) {
    for (const id of heard.slice(-MAX_LINE_IDS)) this.#seen.add(id);
  }

  /** The ids of the last `count` lines, oldest first. */
  last(count: number): string[] {
    return [...this.#seen].slice(-count);
  }

  fresh(lines: readonly RoomMessage[]): RoomMessage[] {
    return lines.filter((line) => {
      if (this.#seen.has(line.id)) return false;
      this.#seen.add(line.id);
      if (this.#seen.size > MAX_LINE_IDS) this.#forgetOldest();
      return true;
    });
  }

  #forgetOldest(): void {
    for (const id of this.#seen) {
      this.#seen.delete(id);
      return;
    }
  }
}
