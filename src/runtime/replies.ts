/** The newest replies of each character, so that a request sent again after a cut is answered and not repeated. */
import { REPLIES_KEPT } from "../limits.ts";
import type { CharacterId } from "../engine/ids.ts";
import type { Response } from "../protocol/server-messages.ts";
import { pack, unpack, type Packed } from "./packed.ts";
import type { StoredReply } from "./ports.ts";

/** A reply as it was when a step of the request was committed; more steps may follow. */
export interface StepReply {
  readonly step: number;
  readonly reply: Response;
}

interface Failed {
  /** By the id under which it was asked. */
  readonly answers: ReadonlyMap<string, Response>;
  /** The last step that was carried out before. */
  readonly done: StepReply | null;
}

/** Of this process, or as the database has it. */
type Kept = { readonly seq: number } & ({ readonly packed: Packed<Response> } | { readonly json: string });

interface Known {
  /** The highest request number that was ever taken on. */
  lastSeq: number;
  /** Final replies, oldest first: hardly any is ever asked for again. */
  readonly replies: Kept[];
  /** What the database has of requests whose final reply this process has not seen. */
  readonly begun: Map<number, StepReply>;
  /** Requests that failed for a reason outside the game. */
  readonly failed: Map<number, Failed>;
}

export class Replies {
  readonly #known = new Map<CharacterId, Known>();

  /**
   * What the database remembers of a character that comes in. Only its newest request may go on: before a later one was taken up, the
   * one before it had ended, if perhaps by a refusal that is in no row. As far as it was done is what there is to say of it.
   */
  load(id: CharacterId, seq: number, replies: readonly StoredReply[]): void {
    const known: Known = { lastSeq: seq, replies: [], begun: new Map(), failed: new Map() };
    for (const { seq: number, step, json } of replies) {
      if (number < seq) keepFinal(known, { seq: number, json });
      else known.begun.set(number, { step, reply: JSON.parse(json) as Response });
    }
    this.#known.set(id, known);
  }

  forget(id: CharacterId): void {
    this.#known.delete(id);
  }

  lastSeq(id: CharacterId): number {
    return this.#known.get(id)?.lastSeq ?? 0;
  }

  /** The kept reply, or how far the request had come; "new" when this number has not been seen; "stale" when it is too old to know. */
  lookup(id: CharacterId, { seq, id: request }: { readonly seq: number; readonly id: string }): { readonly final: Response } | { readonly begun: StepReply } | "new" | "stale" {
    const known = this.#known.get(id);
    if (known === undefined || seq > known.lastSeq) return "new";
    const final = known.replies.find((kept) => kept.seq === seq);
    if (final !== undefined) return { final: "packed" in final ? unpack(final.packed) : JSON.parse(final.json) as Response };
    const failed = known.failed.get(seq);
    const answered = failed?.answers.get(request);
    if (answered !== undefined) return { final: answered };
    const begun = failed?.done ?? known.begun.get(seq);
    if (begun !== undefined) return { begun };
    return failed === undefined ? "stale" : "new";
  }

  /** A request has been taken on. */
  begin(id: CharacterId, seq: number): void {
    const known = this.#known.get(id);
    if (known === undefined) this.#known.set(id, { lastSeq: seq, replies: [], begun: new Map(), failed: new Map() });
    else known.lastSeq = Math.max(known.lastSeq, seq);
  }

  keep(id: CharacterId, seq: number, reply: Response): void {
    const known = this.#known.get(id);
    if (known === undefined) return;
    known.failed.delete(seq);
    keepFinal(known, { seq, packed: pack(reply) });
  }

  /** The character's client has all answers up to this number: it asks for none of them again. */
  answered(id: CharacterId, seq: number): void {
    const replies = this.#known.get(id)?.replies;
    while (replies?.[0] !== undefined && replies[0].seq <= seq) replies.shift();
  }

  /**
   * A request has failed for a reason outside the game, after `done` of its steps. Asked anew under its number, by another
   * id, it goes on there: unless a later one has been written meanwhile, which the database sees to. By the same id it may be
   * a copy that was on its way when the answer came, and has the same answer: whoever read "not done" must not find it done.
   */
  fail(id: CharacterId, seq: number, reply: Response, done: StepReply | null): void {
    const known = this.#known.get(id);
    if (known === undefined) return;
    const answers = new Map(known.failed.get(seq)?.answers);
    // Clients do not take E_MOVED as an answer: they send the same request again.
    if (reply.code !== "E_MOVED") putNewest(answers, reply.id, reply);
    putNewest(known.failed, seq, { answers, done });
  }
}

/** In a list: a map from which the oldest is always taken is rebuilt again and again. */
function keepFinal({ replies }: Known, kept: Kept): void {
  const before = replies.findIndex(({ seq }) => seq === kept.seq);
  if (before >= 0) replies.splice(before, 1);
  else if (replies.length >= REPLIES_KEPT) replies.shift();
  replies.push(kept);
}

function putNewest<K, V>(kept: Map<K, V>, key: K, value: V): void {
  kept.delete(key);
  kept.set(key, value);
  for (const old of kept.keys()) {
    if (kept.size <= REPLIES_KEPT) break;
    kept.delete(old);
  }
}
