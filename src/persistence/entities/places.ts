/** What the world's own furniture remembers: doors, spawns, and NPCs that are not where they began. */
import { defineEntity, p } from "@mikro-orm/core";

export const Door = defineEntity({
  name: "Door",
  tableName: "door",
  properties: { id: p.text().primary(), open: p.boolean(), locked: p.boolean() },
});

export const Spawn = defineEntity({
  name: "Spawn",
  tableName: "spawn",
  properties: {
    id: p.text().primary(),
    /** Items made so far. The counter survives the spawn's removal, so that no id is ever made twice. */
    generation: p.integer(),
    /** When the next one is made; null: its item is still there, or none comes. */
    dueAt: p.datetime(3).nullable(),
    /** The content no longer has it. */
    removed: p.boolean().default(false),
  },
});

export const Npc = defineEntity({
  name: "Npc",
  tableName: "npc",
  properties: {
    /** `<spawn>#<n>`. */
    id: p.text().primary(),
    roomId: p.text(),
    /** Away until then; null: it is here. */
    goneUntil: p.datetime(3).nullable(),
  },
});

export const WorldMeta = defineEntity({
  name: "WorldMeta",
  tableName: "world_meta",
  properties: { key: p.text().primary(), value: p.json<unknown>() },
});
