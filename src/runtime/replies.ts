/** The newest replies of each character, so that a request sent again after a cut is answered and not repeated. */
import { REPLIES_KEPT } from "../limits.ts";
import type { CharacterId } from "../engine/ids.ts";
import type { Response } from "../protocol/server-messages.ts";

/** A reply as it was when a step of the request was committed; more steps may follow. */
export interface StepReply {
  readonly step: number;
  readonly reply: Response;
}

interface Known {
  /** The highest request number that was ever taken on. */
  lastSeq: number;
  /** Final replies. */
  readonly replies: Map<number, Response>;
  /** What the database has of requests whose final reply this process has not seen. */
  readonly begun: Map<number, StepReply>;
}

export class Replies {
  readonly #known = new Map<CharacterId, Known>();

  /** What the database remembers of a character that comes in. */
  load(id: CharacterId, seq: number, replies: readonly { readonly seq: number; readonly step: number; readonly reply: Response }[]): void {
    this.#known.set(id, { lastSeq: seq, replies: new Map(), begun: new Map(replies.map(({ seq: number, step, reply }) => [number, { step, reply }])) });
  }

  forget(id: CharacterId): void {
    this.#known.delete(id);
  }

  lastSeq(id: CharacterId): number {
    return this.#known.get(id)?.lastSeq ?? 0;
  }

  /** The kept reply, or how far the request had come; "new" when this number has not been seen; "stale" when it is too old to know. */
  lookup(id: CharacterId, seq: number): { readonly final: Response } | { readonly begun: StepReply } | "new" | "stale" {
    const known = this.#known.get(id);
    if (known === undefined || seq > known.lastSeq) return "new";
    const final = known.replies.get(seq);
    if (final !== undefined) return { final };
    const begun = known.begun.get(seq);
    return begun === undefined ? "stale" : { begun };
  }

  /** A request has been taken on. */
  begin(id: CharacterId, seq: number): void {
    const known = this.#known.get(id);
    if (known === undefined) this.#known.set(id, { lastSeq: seq, replies: new Map(), begun: new Map() });
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
