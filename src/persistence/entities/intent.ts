import { defineEntity, p } from "@mikro-orm/core";

/** What an operator wants done to rows that somebody owns; the owner of the area carries it out. */
export const Intent = defineEntity({
  name: "Intent",
  tableName: "intent",
  indexes: [
    { name: "intent_waiting_index", expression: "create index intent_waiting_index on intent (made_at) where done_at is null" },
    { name: "intent_everywhere_index", expression: "create index intent_everywhere_index on intent (made_at) where everywhere" },
  ],
  properties: {
    id: p.text().primary(),
    kind: p.text().default("undo"),
    /** The area that has to do it; null: the one where the character stands, or every one that is awake. */
    areaId: p.text().nullable(),
    characterId: p.text().nullable(),
    /** The entry of the journal to take back. */
    entry: p.bigint("string").nullable(),
    payload: p.json<Readonly<Record<string, unknown>>>().defaultRaw("'{}'"),
    /** An area that sleeps is woken for it; otherwise there is nothing to do there. */
    wakes: p.boolean().default(true),
    /** Each process does it in all its areas, once. */
    everywhere: p.boolean().default(false),
    force: p.boolean().default(false),
    madeAt: p.datetime(6).defaultRaw("now()"),
    doneAt: p.datetime(6).nullable().index("intent_done_at_index"),
    outcome: p.text().$type<"done" | "refused" | "done-before">().nullable(),
    said: p.json<readonly string[]>().nullable(),
  },
});
