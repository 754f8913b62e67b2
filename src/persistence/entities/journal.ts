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
    /** Its month decides the partition. */
    at: p.datetime(6).primary().defaultRaw("clock_timestamp()"),
    /** Null: it happened outside the areas (an account was made, the world was reconciled). */
    areaId: p.text().nullable(),
    epoch: p.bigint("number").nullable(),
    /** The character that did it; null: the world. */
    actor: p.text().nullable(),
    seq: p.bigint("number").nullable(),
    step: p.integer().nullable(),
    /** `w:<deterministic id>` or `u:<commit id>` of what has no number of its character; as in `journal_key`. */
    requestKey: p.text().nullable(),
    /** Of this attempt: tells, after a cut, an own commit from a repeat of somebody else's. */
    commitId: p.text(),
    roomId: p.text().nullable(),
    command: p.text(),
    events: p.json<readonly DurableEvent[]>(),
  },
  indexes: [{ name: "journal_actor_index", properties: ["actor", "seq"] }],
});

/**
 * What recognises a repeat of what has no number of its character: kept apart from the journal, whose partitions no
 * unique index reaches over.
 */
export const JournalKey = defineEntity({
  name: "JournalKey",
  tableName: "journal_key",
  properties: {
    key: p.text().primary(),
    commitId: p.text(),
    entry: p.bigint("string"),
    at: p.datetime(6).defaultRaw("now()"),
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
    reply: p.json<Response>().columnType("json"),
  },
});
