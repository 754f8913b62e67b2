/** Who runs, and who owns which area. Times are the database's; see `src/cluster/lease-postgres.ts`. */
import { defineEntity, p } from "@mikro-orm/core";

export const Process = defineEntity({
  name: "Process",
  tableName: "process",
  properties: {
    id: p.text().primary(),
    /** Host and port: a process started in the same slot is the successor of the one before. */
    slot: p.text().index("process_slot_index"),
    /** Where other processes reach it, `host:port`. */
    address: p.text(),
    colyseusId: p.text().nullable(),
    expiresAt: p.datetime(6),
    /** Since when the lease has been renewed without a gap; who has not renewed for one TTL takes nothing over. */
    steadySince: p.datetime(6),
    fenced: p.boolean().default(false),
    /** Where clients reach it, as `PUBLIC_ADDRESS` says; null: at `address`. */
    publicAddress: p.text().nullable(),
    /** Written with each beat. */
    players: p.integer().default(0),
    /** How late its event loop ran lately, in ms. */
    lagMs: p.float().default(0),
    /** It is closing: nothing new is opened there. */
    draining: p.boolean().default(false),
    version: p.text().nullable(),
  },
});

export const AreaOwner = defineEntity({
  name: "AreaOwner",
  tableName: "area_owner",
  properties: {
    areaId: p.text().primary(),
    /** Null: nobody. */
    processId: p.text().nullable().index("area_owner_process_index"),
    /** Only grows; every commit names it. */
    epoch: p.bigint("number"),
  },
});

export const FeatureFlag = defineEntity({
  name: "FeatureFlag",
  tableName: "feature_flag",
  properties: {
    name: p.text().primary(),
    /** The share of players that take the new way, 0 to 1. */
    share: p.float().default(0),
    note: p.text().nullable(),
    updatedAt: p.datetime(6).defaultRaw("now()"),
  },
});

/** What an operator has set for the whole world: weather, time, quests of everybody. */
export const WorldSetting = defineEntity({
  name: "WorldSetting",
  tableName: "world_setting",
  properties: {
    key: p.text().primary(),
    value: p.json<unknown>(),
    updatedAt: p.datetime(6).defaultRaw("now()"),
  },
});
