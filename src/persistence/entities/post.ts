/** Letters on their way, and what other areas are to look at again. */
import { defineEntity, p } from "@mikro-orm/core";
import type { CharacterId } from "../../engine/ids.ts";

/**
 * A letter that waits; what it brings are the items at `escrow:<id>`. The row ends when it is collected, so nothing in
 * escrow is without one; what was is in the journal.
 */
export const Letter = defineEntity({
  name: "Letter",
  tableName: "letter",
  properties: {
    id: p.text().primary(),
    sender: p.text(),
    /** As the sender was called when it was handed in. */
    senderName: p.text(),
    recipient: p.text().index("letter_recipient_index"),
    note: p.text(),
    sentAt: p.datetime(6).defaultRaw("clock_timestamp()"),
  },
});

/**
 * What somebody in another area must read again, never what it says there: a row may be worked off twice, or late, without
 * harm. Written in the commit of what it tells of, deleted when it has been told.
 */
export const Outbox = defineEntity({
  name: "Outbox",
  tableName: "outbox",
  properties: {
    id: p.bigint("string").primary().autoincrement(),
    /** `letters`: the letters that wait for the character `target`. */
    topic: p.text(),
    target: p.text().$type<CharacterId>(),
    at: p.datetime(6).defaultRaw("clock_timestamp()"),
  },
});
