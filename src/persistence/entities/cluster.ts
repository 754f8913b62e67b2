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
