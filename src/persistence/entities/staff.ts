/** What those who look after the world keep: what they did, what players reported, which addresses may not come in. */
import { defineEntity, p } from "@mikro-orm/core";

/** Only ever added to; a trigger refuses every change. */
export const StaffAudit = defineEntity({
  name: "StaffAudit",
  tableName: "staff_audit",
  properties: {
    id: p.text().primary(),
    at: p.datetime(6).defaultRaw("clock_timestamp()").index("staff_audit_at_index"),
    /** The character of whoever did it; null: the password of the configuration, or a command at the server. */
    staff: p.text().nullable(),
    staffName: p.text(),
    /** `game`, `api`. */
    via: p.text(),
    address: p.text().nullable(),
    action: p.text(),
    target: p.text().nullable().index("staff_audit_target_index"),
    targetName: p.text().nullable(),
    detail: p.json<Readonly<Record<string, unknown>>>(),
    reason: p.text().nullable(),
  },
});

export const Report = defineEntity({
  name: "Report",
  tableName: "report",
  indexes: [{ name: "report_open_index", expression: "create index report_open_index on report (at) where closed_at is null" }],
  properties: {
    id: p.text().primary(),
    at: p.datetime(6).defaultRaw("clock_timestamp()"),
    reporter: p.text().index("report_reporter_index"),
    /** Null: nobody in particular. */
    reported: p.text().nullable(),
    roomId: p.text(),
    words: p.text(),
    /** What the reporter had heard last. */
    lines: p.json<readonly unknown[]>(),
    closedAt: p.datetime(6).nullable(),
    closedBy: p.text().nullable(),
    note: p.text().nullable(),
  },
});

export const AddressBan = defineEntity({
  name: "AddressBan",
  tableName: "address_ban",
  properties: {
    /** An IPv4 address, or the /64 of an IPv6 address. */
    address: p.text().primary(),
    reason: p.text(),
    /** Null: for ever. */
    until: p.datetime(6).nullable(),
    madeAt: p.datetime(6).defaultRaw("now()"),
  },
});
