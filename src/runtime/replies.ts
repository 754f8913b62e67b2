/** The newest replies of each character, so that a request sent again after a cut is answered and not repeated. */
import { REPLIES_KEPT } from "../limits.ts";
import type { CharacterId } from "../engine/ids.ts";
import type { Response } from "../protocol/server-messages.ts";

interface Known {
  /** The highest request number that was ever taken on. */
  lastSeq: number;
  readonly replies: Map<number, Response>;
}

export class Replies {
  readonly #known = new Map<CharacterId, Known>();

  /** What the database remembers of a character that comes in. */
  load(id: CharacterId, seq: number, replies: readonly { seq: number; reply: Response }[]): void {
    this.#known.set(id, { lastSeq: seq, replies: new Map(replies.map((entry) => [entry.seq, entry.reply])) });
  }

  forget(id: CharacterId): void {
    this.#known.delete(id);
  }

  lastSeq(id: CharacterId): number {
    return this.#known.get(id)?.lastSeq ?? 0;
  }

  /** The kept reply; "new" when this number has not been seen; "stale" when it is too old to know. */
  lookup(id: CharacterId, seq: number): Response | "new" | "stale" {
    const known = this.#known.get(id);
    if (known === undefined || seq > known.lastSeq) return "new";
    return known.replies.get(seq) ?? "stale";
  }

  /** A request has been taken on. */
  begin(id: CharacterId, seq: number): void {
    const known = this.#known.get(id);
    if (known === undefined) this.#known.set(id, { lastSeq: seq, replies: new Map() });
    else known.lastSeq = Math.max(known.lastSeq, seq);
  }

  keep(id: CharacterId, seq: number, reply: Response): void {
    const known = this.#known.get(id);
    if (known === undefined) return;
    known.replies.delete(seq);
    known.replies.set(seq, reply);
    for (const old of known.replies.keys()) {
      if (known.replies.size <= REPLIES_KEPT) break;
      known.replies.delete(old);
    }
  }
}
