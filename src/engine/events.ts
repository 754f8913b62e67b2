/**
 * What happened, in the past tense. The class says what a crash may take back (DESIGN §5): a durable event
 * is in the database before anyone hears of it, a soft one is written behind, an ephemeral one never.
 */
import type { Slot } from "./content.ts";
import type { AreaId, CharacterId, DoorId, Holder, ItemId, KindId, LetterId, NpcId, NpcKindId, QuestId, RoomId, SpawnId } from "./ids.ts";
import type { Letter } from "./post.ts";
import type { Mute, Report, StaffOrder } from "./staff.ts";
import type { Character, CharacterSettings, Item, Position, QuestProgress, Role, TradeSide } from "./world.ts";

/** Why an item came to be or ceased; the journal keeps it, and the count of things must agree with it. */
export type ItemCause =
  | "spawn" | "buy" | "sell" | "quest" | "start" | "split" | "merge" | "eat" | "drink" | "use" | "deliver" | "admin"
  | "coins-dropped" | "coins-taken" | "cleanup";
/**
 * Why coins moved. Only `start quest sell admin` mint, only `buy postage admin` burn; the others move. Coins in a letter
 * are a pile in escrow (`coins-dropped`, `coins-taken`), so that all there are lie in purses and piles.
 */
export type CoinCause = "start" | "quest" | "sell" | "buy" | "give" | "drop" | "take" | "trade" | "mail" | "postage" | "admin";

export interface ItemFields {
  slot?: Slot | null;
  charges?: number | null;
  open?: boolean;
  locked?: boolean;
  lit?: boolean;
}

export type DurableEvent =
  | { readonly type: "item-created"; readonly item: Item; readonly cause: ItemCause }
  /** `from` and `to` may be equal: worn or taken off (`slot`). A move forgets the spawn. */
  | { readonly type: "item-moved"; readonly item: ItemId; readonly from: Holder; readonly to: Holder; readonly slot: Slot | null }
  | { readonly type: "item-quantity-changed"; readonly item: ItemId; readonly at: Holder; readonly from: number; readonly to: number; readonly cause: ItemCause }
  | { readonly type: "item-changed"; readonly item: ItemId; readonly at: Holder; readonly from: ItemFields; readonly to: ItemFields }
  | { readonly type: "item-destroyed"; readonly item: ItemId; readonly kind: KindId; readonly quantity: number; readonly from: Holder; readonly cause: ItemCause }
  /** Something comes out of a letter: `item` as it was there, with what is in it. */
  | { readonly type: "item-received"; readonly item: Item; readonly contents: readonly Item[]; readonly to: Holder }
  /** A letter is on its way; what it brings goes to `escrow:<letter>` by events of its own. Whoever it is for is told. */
  | { readonly type: "letter-posted"; readonly letter: Letter }
  /** The letter has been collected and is no more. */
  | { readonly type: "letter-taken"; readonly letter: LetterId; readonly by: CharacterId }
  /** `delta` coins into the character's purse (negative: out of it). A transfer is two events. */
  | { readonly type: "coins-changed"; readonly character: CharacterId; readonly delta: number; readonly cause: CoinCause }
  /** `toArea` differs from the deciding area when the character leaves it. */
  | { readonly type: "character-moved"; readonly character: CharacterId; readonly from: RoomId; readonly to: RoomId; readonly toArea: AreaId }
  | { readonly type: "character-changed"; readonly character: CharacterId; readonly settings: CharacterSettings }
  | { readonly type: "quest-changed"; readonly character: CharacterId; readonly quest: QuestId; readonly from: QuestProgress | null; readonly to: QuestProgress }
  | { readonly type: "door-changed"; readonly door: DoorId; readonly open: boolean; readonly locked: boolean }
  /** Somebody who looks after the world did something in its name: it is recorded, and carried out where it has to be. */
  | { readonly type: "staff-ordered"; readonly order: StaffOrder }
  /** A player has told the moderators of something. */
  | { readonly type: "reported"; readonly report: Report }
  | { readonly type: "spawn-changed"; readonly spawn: SpawnId; readonly generation: number; readonly dueAtMs: number | null };

/** An NPC on its way from one area to another. */
export interface Walker {
  readonly id: NpcId;
  readonly kind: NpcKindId;
  readonly spawn: SpawnId;
  readonly patrolIndex: number;
}

export type SoftEvent =
  | { readonly type: "vitals-changed"; readonly character: CharacterId; readonly health: number; readonly vigour: number }
  | { readonly type: "position-changed"; readonly character: CharacterId; readonly position: Position }
  | { readonly type: "npc-moved"; readonly npc: NpcId; readonly from: RoomId; readonly to: RoomId }
  /** Out of this area, into a room of another. */
  | { readonly type: "npc-left"; readonly npc: Walker; readonly from: RoomId; readonly to: RoomId; readonly toArea: AreaId; readonly came: string }
  /** Into this area; `goneUntilMs`: nobody served the other one, and it comes back here then. */
  | { readonly type: "npc-came"; readonly npc: Walker; readonly room: RoomId; readonly goneUntilMs: number | null }
  | { readonly type: "npc-gone"; readonly npc: NpcId; readonly untilMs: number }
  | { readonly type: "npc-returned"; readonly npc: NpcId; readonly room: RoomId };

export type EphemeralEvent =
  /** Somebody whose row says they stand in this area is here now, with all they carry. */
  | { readonly type: "character-entered"; readonly character: Character; readonly items: readonly Item[] }
  /** Gone from memory (logged out); the row stays. */
  | { readonly type: "character-withdrew"; readonly character: CharacterId }
  /** A guest became an account; the row is written already. */
  | { readonly type: "character-renamed"; readonly character: CharacterId; readonly name: string }
  /** What its account allows is another now; the row is written already. */
  | { readonly type: "standing-changed"; readonly character: CharacterId; readonly role: Role; readonly muted: Mute | undefined }
  | { readonly type: "afk-changed"; readonly character: CharacterId; readonly afk: string | null }
  /** A door that two areas share was changed from the other side; its row is written already. */
  | { readonly type: "door-seen"; readonly door: DoorId; readonly open: boolean; readonly locked: boolean }
  | { readonly type: "told"; readonly character: CharacterId; readonly from: string }
  | { readonly type: "follow-changed"; readonly character: CharacterId; readonly following: CharacterId | null }
  | { readonly type: "link-changed"; readonly character: CharacterId; readonly linkDead: boolean }
  /** One side of a trade is opened, changed, or (null) ended. */
  | { readonly type: "trade-changed"; readonly character: CharacterId; readonly side: TradeSide | null }
  | { readonly type: "line-typed"; readonly character: CharacterId; readonly line: string }
  | { readonly type: "npc-scheduled"; readonly npc: NpcId; readonly wanderAtMs?: number; readonly patrolAtMs?: number; readonly patrolIndex?: number; readonly chatterAtMs?: number; readonly greeted?: CharacterId; readonly greetedAtMs?: number }
  | { readonly type: "ambience-scheduled"; readonly room: RoomId; readonly atMs: number };

export type DomainEvent = DurableEvent | SoftEvent | EphemeralEvent;

const CLASS = {
  "item-created": "durable", "item-moved": "durable", "item-quantity-changed": "durable", "item-changed": "durable",
  "item-destroyed": "durable", "item-received": "durable", "letter-posted": "durable", "letter-taken": "durable", "coins-changed": "durable", "character-moved": "durable", "character-changed": "durable",
  "quest-changed": "durable", "door-changed": "durable", "spawn-changed": "durable", "staff-ordered": "durable", reported: "durable",
  "vitals-changed": "soft", "position-changed": "soft", "npc-moved": "soft", "npc-left": "soft", "npc-came": "soft", "npc-gone": "soft", "npc-returned": "soft",
  "character-entered": "ephemeral", "character-withdrew": "ephemeral", "character-renamed": "ephemeral", "standing-changed": "ephemeral", "afk-changed": "ephemeral", "door-seen": "ephemeral", told: "ephemeral",
  "follow-changed": "ephemeral", "link-changed": "ephemeral", "line-typed": "ephemeral", "trade-changed": "ephemeral", "npc-scheduled": "ephemeral",
  "ambience-scheduled": "ephemeral",
} as const satisfies Record<DomainEvent["type"], "durable" | "soft" | "ephemeral">;

export const isDurable = (event: DomainEvent): event is DurableEvent => CLASS[event.type] === "durable";
