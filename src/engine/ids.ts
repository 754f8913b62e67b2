/**
 * Identities. Each is a string with a brand, so that a room id cannot be handed where an item id is
 * expected. Ids that builders write (`RoomId`, `KindId`, …) match `/^[a-z][a-z0-9_]{0,62}$/`.
 */
declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type AreaId = Branded<"area">;
export type RoomId = Branded<"room">;
export type DoorId = Branded<"door">;
/** The kind of an item ("brass_lantern"); many items are of one kind. */
export type KindId = Branded<"kind">;
export type NpcKindId = Branded<"npc-kind">;
export type QuestId = Branded<"quest">;
export type SpawnId = Branded<"spawn">;
/** One NPC: `<spawn>#<n>`, the same after every restart. */
export type NpcId = Branded<"npc">;
/** One item, for ever: it is never given to another item. */
export type ItemId = Branded<"item">;
/** Something handed in at the post. */
export type LetterId = Branded<"letter">;
/** One character, for ever: a rename does not change it. */
export type CharacterId = Branded<"character">;

/**
 * Where an item is: the one location column of its row, and the key of the index in memory.
 * `room:R` lies there, `char:C` carried or worn, `item:I` inside, `npc:N` with an NPC (a shop's second-hand
 * goods), `escrow:T` on its way.
 */
export type Holder = `room:${string}` | `char:${string}` | `item:${string}` | `npc:${string}` | `escrow:${string}`;

export const inRoom = (id: RoomId): Holder => `room:${id}`;
export const carriedBy = (id: CharacterId): Holder => `char:${id}`;
export const inside = (id: ItemId): Holder => `item:${id}`;
export const keptBy = (id: NpcId): Holder => `npc:${id}`;

/** Splits a holder into its kind and the id after the first colon. */
export function splitHolder(holder: Holder): { kind: "room" | "char" | "item" | "npc" | "escrow"; id: string } {
  const colon = holder.indexOf(":");
  return { kind: holder.slice(0, colon) as "room", id: holder.slice(colon + 1) };
}

/** Marks a plain string as an id; for loaders and tests, where the string has been checked. */
export const asId = <Id extends string>(text: string): Id => text as Id;
