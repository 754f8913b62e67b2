import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import type { Role } from "../../engine/world.ts";

/** Who may log in. Its character has the same id: one character per account, for ever. */
export const Account = defineEntity({
  name: "Account",
  tableName: "account",
  indexes: [
    ...["banned_until", "muted_until", "deleted_at", "email_pending_at"].map((column) => ({
      name: `account_${column}_index`, expression: `create index account_${column}_index on account (${column}) where ${column} is not null`,
    })),
    { name: "account_guest_index", expression: "create index account_guest_index on account (created_at) where guest and deleted_at is null" },
  ],
  properties: {
    id: p.text().primary(),
    /** As the player wrote it. */
    username: p.text(),
    /** Lower case; what is unique. */
    nameKey: p.text().unique("account_name_key_unique"),
    /** PHC string; null for guests. */
    passwordHash: p.text().nullable().hidden(),
    role: p.text().$type<Role>().default("player"),
    guest: p.boolean().default(false),
    /** Tokens carry it; raising it ends the older ones. */
    tokenVersion: p.integer().default(0),
    /** Why the account may not enter; null: it may. */
    bannedReason: p.text().nullable(),
    /** When it may again; null: never, while there is a reason. */
    bannedUntil: p.datetime(6).nullable(),
    /** Why it may not speak; null: it may. */
    mutedReason: p.text().nullable(),
    mutedUntil: p.datetime(6).nullable(),
    /** Where it came in from last, as rate limits count addresses. */
    lastAddress: p.text().nullable().index("account_last_address_index"),
    /** Proven to be theirs: a new password can be asked for there. */
    email: p.text().nullable().index("account_email_index"),
    /** Not proven yet. */
    emailPending: p.text().nullable(),
    emailPendingAt: p.datetime(6).nullable(),
    /** Deleted at its owner's wish: a name for what the journal says, and nothing else. */
    deletedAt: p.datetime(6).nullable(),
    createdAt: p.datetime(6).defaultRaw("now()").index("account_created_at_index"),
    lastLoginAt: p.datetime(6).nullable(),
  },
});

export type AccountRow = InferEntity<typeof Account>;
