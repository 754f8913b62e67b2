import { defineEntity, p } from "@mikro-orm/core";
import type { DurableEvent } from "../../engine/events.ts";
import type { Response } from "../../protocol/server-messages.ts";

/**
 * Every durable thing that ever happened, in order: provenance, audit, undo. An entry is written in the transaction of
 * the rows that it tells of.
 */
export const Journal = defineEntity({
  name: "Journal",
  tableName: "journal",
  properties: {
    id: p.bigint("string").primary().autoincrement(),
    at: p.datetime(6).defaultRaw("clock_timestamp()").index("journal_at_index"),
    /** Null: it happened outside the areas (an account was made, the world was reconciled). */
    areaId: p.text().nullable(),
    epoch: p.bigint("number").nullable(),
    /** The character that did it; null: the world. */
    actor: p.text().nullable().index("journal_actor_index"),
    seq: p.bigint("number").nullable(),
    step: p.integer().nullable(),
    /**
     * What makes it unique: `c:<character>:<seq>:<step>`, `w:<deterministic id>`, or `u:<commit id>` where nothing
     * else names it. The unique index is what recognises a repeat.
     */
    requestKey: p.text().unique("journal_request_key_unique"),
    /** Of this attempt: tells, after a cut, an own commit from a repeat of somebody else's. */
    commitId: p.text(),
    roomId: p.text().nullable(),
    command: p.text(),
    events: p.json<readonly DurableEvent[]>(),
  },
});

/** Replies kept for requests that are sent again; the newest REPLIES_KEPT requests of each character. */
export const RequestReply = defineEntity({
  name: "RequestReply",
  tableName: "request_reply",
  properties: {
    characterId: p.text().primary(),
    seq: p.bigint("number").primary(),
    step: p.integer().primary(),
    reply: p.json<Response>(),
  },
});
