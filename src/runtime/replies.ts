/** The newest replies of each character, so that a request sent again after a cut is answered and not repeated. */
import { REPLIES_KEPT } from "../limits.ts";
import type { CharacterId } from "../engine/ids.ts";
import type { Response } from "../protocol/server-messages.ts";

/** A reply as it was when a step of the request was committed; more steps may follow. */
export interface StepReply {
  readonly step: number;
  readonly reply: Response;
}

interface Failed {
  readonly reply: Response;
  /** The last step that was carried out before. */
  readonly done: StepReply | null;
  /** From when on it may be tried again; until then a copy of the request, sent before the answer was read, gets that answer too. */
  readonly againFromMs: number;
}

interface Known {
  /** The highest request number that was ever taken on. */
  lastSeq: number;
  /** Final replies. */
  readonly replies: Map<number, Response>;
  /** What the database has of requests whose final reply this process has not seen. */
  readonly begun: Map<number, StepReply>;
  /** Requests that failed for a reason outside the game. */
  readonly failed: Map<number, Failed>;
}

export class Replies {
  readonly #known = new Map<CharacterId, Known>();

  /** What the database remembers of a character that comes in. */
  load(id: CharacterId, seq: number, replies: readonly { readonly seq: number; readonly step: number; readonly reply: Response }[]): void {
    this.#known.set(id, { lastSeq: seq, replies: new Map(), begun: new Map(replies.map(({ seq: number, step, reply }) => [number, { step, reply }])), failed: new Map() });
  }

  forget(id: CharacterId): void {
    this.#known.delete(id);
  }

  lastSeq(id: CharacterId): number {
    return this.#known.get(id)?.lastSeq ?? 0;
  }

  /** The kept reply, or how far the request had come; "new" when this number has not been seen; "stale" when it is too old to know. */
  lookup(id: CharacterId, seq: number, nowMs: number): { readonly final: Response } | { readonly begun: StepReply } | "new" | "stale" {
    const known = this.#known.get(id);
    if (known === undefined || seq > known.lastSeq) return "new";
    const final = known.replies.get(seq);
    if (final !== undefined) return { final };
    const failed = known.failed.get(seq);
    if (failed !== undefined && nowMs < failed.againFromMs) return { final: failed.reply };
    const begun = failed?.done ?? known.begun.get(seq);
    if (begun !== undefined) return { begun };
    return failed === undefined ? "stale" : "new";
  }

  /** A request has been taken on. */
  begin(id: CharacterId, seq: number): void {
    const known = this.#known.get(id);
    if (known === undefined) this.#known.set(id, { lastSeq: seq, replies: new Map(), begun: new Map(), failed: new Map() });
    else known.lastSeq = Math.max(known.lastSeq, seq);
  }

  keep(id: CharacterId, seq: number, reply: Response): void {
    const known = this.#known.get(id);
    if (known === undefined) return;
    known.failed.delete(seq);
    putNewest(known.replies, seq, reply);
  }

  /**
   * A request has failed for a reason outside the game, after `done` of its steps. Where its answer says when to try again,
   * it may come again then, under its number, and goes on there: nothing was done. Unless a later one has been written
   * meanwhile; the database sees to that.
   */
  fail(id: CharacterId, seq: number, reply: Response, done: StepReply | null, nowMs: number): void {
    const known = this.#known.get(id);
    const afterMs = reply.code === "E_MOVED" ? 0 : reply.retry_after_ms;
    if (known !== undefined && afterMs !== undefined) putNewest(known.failed, seq, { reply, done, againFromMs: nowMs + afterMs });
  }
}

function putNewest<V>(kept: Map<number, V>, seq: number, value: V): void {
  kept.delete(seq);
  kept.set(seq, value);
  for (const old of kept.keys()) {
    if (kept.size <= REPLIES_KEPT) break;
    kept.delete(old);
  }
}
