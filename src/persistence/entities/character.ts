import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import { Account } from "./account.ts";
import type { CharacterSettings, Position } from "../../engine/world.ts";

/** What a player plays. The purse is the column `coins`: one per character, never below zero. */
export const Character = defineEntity({
  name: "Character",
  tableName: "character",
  properties: {
    /** The id of its account. */
    id: p.text().primary(),
    accountId: () => p.oneToOne(Account).mapToPk().fieldName("account_id").unique("character_account_unique").updateRule("no action").deleteRule("no action"),
    name: p.text(),
    nameKey: p.text().unique("character_name_key_unique"),
    /** Durable: the room it stands in. Whoever owns that room's area owns this row. */
    roomId: p.text(),
    coins: p.bigint("number").defaultRaw("0"),
    settings: p.json<CharacterSettings>(),
    // soft: written behind
    position: p.text().$type<Position>().default("standing"),
    health: p.integer(),
    vigour: p.integer(),
    /** Seconds played, in all. Only grows; an older soft write is known by it. */
    playtimeS: p.bigint("number").name("playtime_s").defaultRaw("0"),
    createdAt: p.datetime(6).defaultRaw("now()"),
    lastSeenAt: p.datetime(6).nullable(),
    /** Highest request number committed. */
    lastSeq: p.bigint("number").defaultRaw("0"),
    /** The highest step of it committed. */
    lastStep: p.integer().default(-1),
  },
  checks: [
    { name: "character_coins_check", expression: "coins >= 0" },
  ],
});

export type CharacterRow = InferEntity<typeof Character>;
