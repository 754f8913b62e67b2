/**
 * The state of one area, in memory: its rooms, who and what is in them. It is the committed prefix of the
 * area's history: only `apply` changes it, and only with events whose commit has succeeded.
 */
import type { AreaDef, Slot } from "./content.ts";
import type { AreaId, CharacterId, DoorId, Holder, ItemId, KindId, NpcId, NpcKindId, QuestId, RoomId, SpawnId } from "./ids.ts";
import type { Mute } from "./staff.ts";

export const POSITIONS = ["standing", "sitting", "resting", "sleeping"] as const;
export type Position = (typeof POSITIONS)[number];

export const ROLES = ["player", "builder", "moderator", "operator"] as const;
export type Role = (typeof ROLES)[number];

export interface Item {
  readonly id: ItemId;
  readonly kind: KindId;
  at: Holder;
  /** Worn or wielded by the character that holds it; null: merely carried, or not carried. */
  slot: Slot | null;
  /** How many a stack holds; 1 for what does not stack. */
  quantity: number;
  /** Portions left (drink); null where the kind has none. */
  charges: number | null;
  /** Of a container; true for anything else. */
  open: boolean;
  locked: boolean;
  lit: boolean;
  /** The spawn that made it and still counts it as there; null once it has been taken, or was made otherwise. */
  spawn: SpawnId | null;
}

export interface DoorState {
  readonly id: DoorId;
  open: boolean;
  locked: boolean;
}

export interface QuestProgress {
  readonly state: "active" | "done";
  /** Index of the step to do next; the number of steps once done. */
  readonly step: number;
  /** Progress within the step (how many were delivered). */
  readonly count: number;
}

/** Kept with the character for ever, changed by commands such as `alias` and `brief`. */
export interface CharacterSettings {
  readonly aliases: Readonly<Record<string, string>>;
  readonly brief: boolean;
  readonly mutedChannels: readonly string[];
  /** Whom it does not want to hear: their names by their ids, as they were then. Absent: nobody. */
  readonly ignored?: Readonly<Record<string, string>>;
}

export interface Character {
  readonly id: CharacterId;
  /** Changes once, when a guest becomes an account. */
  name: string;
  role: Role;
  /** Played without an account until upgraded. */
  guest: boolean;
  room: RoomId;
  coins: number;
  quests: Map<QuestId, QuestProgress>;
  settings: CharacterSettings;
  /** May not speak; absent: may. */
  muted?: Mute | undefined;
  // soft
  position: Position;
  health: number;
  vigour: number;
  playtimeS: number;
  // ephemeral
  /** The away message; null: not away. */
  afk: string | null;
  /** Who wrote last; `reply` answers them. */
  lastTellFrom: string | null;
  following: CharacterId | null;
  /** The player's connection is gone; the character waits for it. */
  linkDead: boolean;
  /** The last line typed, for `!`. */
  lastLine: string | null;
}

export interface Npc {
  readonly id: NpcId;
  readonly kind: NpcKindId;
  readonly spawn: SpawnId;
  room: RoomId;
  /** It is away until then (ms since 1970); null: it is here. */
  goneUntilMs: number | null;
  // ephemeral: when each behaviour acts next, ms since 1970
  wanderAtMs: number;
  patrolAtMs: number;
  patrolIndex: number;
  chatterAtMs: number;
  /** When it last greeted whom; bounded by who is in the area. */
  greetedMs: Map<CharacterId, number>;
}

export interface SpawnState {
  readonly id: SpawnId;
  /** How many times it has made its item; part of the item's id, so a repeat makes the same one. */
  generation: number;
  /** When it makes the next one (ms since 1970); null: its item is still there, or it never comes again. */
  dueAtMs: number | null;
}

export interface RoomState {
  readonly id: RoomId;
  readonly characters: Set<CharacterId>;
  readonly npcs: Set<NpcId>;
  /** When ambience may speak next, ms since 1970. Ephemeral. */
  ambienceAtMs: number;
}

/** What one of two puts into a trade. Which of its things, by id, and how they looked when they were offered. */
export interface OfferedThing {
  readonly item: ItemId;
  readonly kind: KindId;
  readonly quantity: number;
  /** Itself and all that is in it: a bag emptied after it was offered is not what was offered. */
  readonly looks: string;
}

/** One side of a trade, or a proposal that the other has not answered yet. Ephemeral. */
export interface TradeSide {
  readonly with: CharacterId;
  readonly things: readonly OfferedThing[];
  readonly coins: number;
  readonly accepted: boolean;
  /** When it was changed last, ms since 1970: nobody accepts what they cannot have read yet. */
  readonly changedAtMs: number;
}

export interface AreaState {
  readonly id: AreaId;
  readonly def: AreaDef;
  readonly rooms: Map<RoomId, RoomState>;
  /** Doors on an exit of this area; one that leads to another area is mirrored there. */
  readonly doors: Map<DoorId, DoorState>;
  readonly characters: Map<CharacterId, Character>;
  readonly npcs: Map<NpcId, Npc>;
  readonly spawns: Map<SpawnId, SpawnState>;
  readonly items: Map<ItemId, Item>;
  /** What each holder holds, in the order it came. */
  readonly contents: Map<Holder, Set<ItemId>>;
  /** Who trades, or proposes to; with both sides there the trade is open. The other is always in the same room. */
  readonly trades: Map<CharacterId, TradeSide>;
  /** Who ignores somebody: hardly ever anybody, asked for each line that is said. */
  readonly ignorers: Set<CharacterId>;
}

export const MAX_HEALTH = 100;
export const MAX_VIGOUR = 100;

/** What may be read of an area while deciding. */
export type ReadonlyArea = {
  readonly [K in keyof AreaState]: AreaState[K] extends Map<infer Key, infer Value> ? ReadonlyMap<Key, DeepReadonly<Value>> : DeepReadonly<AreaState[K]>;
};
type DeepReadonly<T> = T extends string ? T : T extends Set<infer V> ? ReadonlySet<V> : T extends Map<infer K, infer V> ? ReadonlyMap<K, V> : T extends object ? { readonly [K in keyof T]: T[K] } : T;
