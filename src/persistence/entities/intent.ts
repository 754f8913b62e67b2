import { defineEntity, p } from "@mikro-orm/core";

/** What an operator wants done to rows that somebody owns; the owner of the area carries it out. */
export const Intent = defineEntity({
  name: "Intent",
  tableName: "intent",
  properties: {
    id: p.text().primary(),
    areaId: p.text(),
    entry: p.bigint("string"),
    force: p.boolean().default(false),
    madeAt: p.datetime(6).defaultRaw("now()"),
    doneAt: p.datetime(6).nullable(),
    outcome: p.text().$type<"done" | "refused" | "done-before">().nullable(),
    said: p.json<readonly string[]>().nullable(),
  },
});
