/**
 * What builders wrote, as the engine reads it: frozen, complete (every default filled in), every reference
 * known to resolve. `src/content` makes it from `world/*.yaml`; nothing here changes while the server runs.
 */
import type { AreaId, DoorId, KindId, NpcKindId, QuestId, RoomId, SpawnId } from "./ids.ts";

export const DIRECTIONS = [
  "north", "east", "south", "west", "up", "down", "northeast", "northwest", "southeast", "southwest",
] as const;
export type Direction = (typeof DIRECTIONS)[number];

export const SLOTS = ["head", "neck", "body", "back", "arms", "hands", "waist", "legs", "feet", "finger", "wielded", "held"] as const;
export type Slot = (typeof SLOTS)[number];

export const SEASONS = ["spring", "summer", "autumn", "winter"] as const;
export type Season = (typeof SEASONS)[number];
export const DAY_PHASES = ["night", "dawn", "day", "dusk"] as const;
export type DayPhase = (typeof DAY_PHASES)[number];
export const WEATHERS = ["clear", "cloudy", "fog", "rain", "storm", "snow", "wind"] as const;
export type Weather = (typeof WEATHERS)[number];

/** A line that is spoken or shown only under these conditions; an absent condition always holds. */
export interface Conditions {
  readonly phases?: readonly DayPhase[];
  readonly weathers?: readonly Weather[];
  readonly seasons?: readonly Season[];
}
export interface ConditionalLine extends Conditions {
  readonly text: string;
}

export interface ExitDef {
  /** A direction, or a name of its own such as `ladder`. */
  readonly name: string;
  readonly aliases: readonly string[];
  readonly to: RoomId;
  readonly door: DoorId | null;
  /** Not listed by `look` and `exits`, but usable by whoever knows its name. */
  readonly hidden: boolean;
  /** What `look north` shows; null: the name of the place beyond. */
  readonly description: string | null;
  /** What the room sees: "{actor} climbs up the ladder."; null: the usual "leaves north". */
  readonly leaveText: string | null;
}

export interface DoorDef {
  readonly id: DoorId;
  /** With its article: "an oak door". */
  readonly name: string;
  readonly keywords: readonly string[];
  /** The kind of item that locks and unlocks it; null: it has no lock. */
  readonly key: KindId | null;
  readonly initially: "open" | "closed" | "locked";
}

export interface DetailDef {
  readonly keywords: readonly string[];
  readonly text: string;
}

export interface RoomDef {
  readonly id: RoomId;
  readonly area: AreaId;
  readonly title: string;
  readonly description: string;
  /** Paragraphs added to the description while their conditions hold. */
  readonly variants: readonly ConditionalLine[];
  /** No sky: weather is not felt and day does not light it. */
  readonly indoors: boolean;
  /** Dark at all hours unless somebody brings a light. An outdoor room is never too dark to see. */
  readonly dark: boolean;
  readonly exits: readonly ExitDef[];
  readonly details: readonly DetailDef[];
  readonly ambience: readonly ConditionalLine[];
  /** NPCs that wander do not come in. */
  readonly noWander: boolean;
  /** Post is handed in here. Where no room of the world is marked so, it is anywhere. */
  readonly postOffice?: boolean;
  /** Where a map draws it; null: the map works it out from the exits. */
  readonly at: { readonly x: number; readonly y: number; readonly z: number } | null;
}

export interface AreaDef {
  readonly id: AreaId;
  readonly name: string;
  readonly climate: string;
  readonly rooms: readonly RoomId[];
  readonly ambience: readonly ConditionalLine[];
  /** Mean seconds between two lines of ambience in a room where someone is. */
  readonly ambienceEveryS: number;
}

export interface ItemKind {
  readonly id: KindId;
  /** With its article: "a brass lantern"; a mass noun without: "some lamp oil". */
  readonly name: string;
  /** For a stack: "brass lanterns". */
  readonly plural: string;
  readonly keywords: readonly string[];
  readonly description: string;
  /** How it lies in a room: "A brass lantern stands here." */
  readonly roomText: string;
  /** Cannot be taken: a fountain, a notice board. */
  readonly fixed: boolean;
  /** Grams. */
  readonly weightG: number;
  /** Coins it is worth; 0: no shop buys it. */
  readonly value: number;
  readonly stackable: boolean;
  readonly slot: Slot | null;
  readonly container: null | {
    /** How many things (stacks) fit. */
    readonly capacity: number;
    readonly closable: boolean;
    readonly key: KindId | null;
    readonly initially: "open" | "closed" | "locked";
  };
  /** Can be lit (`use lantern`); while lit it lights the room it is in. */
  readonly light: boolean;
  readonly food: null | { readonly vigour: number; readonly health: number; readonly text: string | null };
  /** `charges` portions; a fixed item (a fountain) never runs dry. */
  readonly drink: null | { readonly vigour: number; readonly health: number; readonly charges: number; readonly text: string | null };
  readonly readText: string | null;
  readonly use: null | {
    /** What the user reads. */
    readonly text: string;
    /** What others see: "{actor} blows the horn."; null: nothing is seen. */
    readonly othersText: string | null;
    /** It works only here; null: anywhere. */
    readonly room: RoomId | null;
    readonly consumes: boolean;
    /** An NPC of this kind in the room goes away and comes back after its respawn time. */
    readonly dismisses: NpcKindId | null;
  };
  /** It belongs to a quest: it cannot be sold, mailed or given to another player. */
  readonly quest: QuestId | null;
}

export interface DialogueDef {
  /** What the player must say or ask about; matched as whole words, without case. */
  readonly words: readonly string[];
  readonly reply: readonly string[];
  /** Only while this quest is in this state for the speaker; null: always. */
  readonly when: null | { readonly quest: QuestId; readonly state: "new" | "active" | "done" };
  /** Starts this quest, when its conditions hold. */
  readonly gives: QuestId | null;
}

export interface ShopDef {
  /** What it sells without end, at `price` coins. */
  readonly sells: readonly { readonly kind: KindId; readonly price: number }[];
  /** What it buys: any kind that it lists; "any": whatever has a value. Resold until somebody buys it. */
  readonly buys: readonly KindId[] | "any";
  /** Share of the kind's value it pays, in percent. */
  readonly buysAtPercent: number;
  /** Open only in these phases of the day; empty: always. */
  readonly opens: readonly DayPhase[];
}

export interface GuardDef {
  /** The exit it blocks, by name. */
  readonly exit: string;
  /** Who may pass: holder of an item of this kind, or whoever has this quest done (or active). */
  readonly passItem: KindId | null;
  readonly passQuest: null | { readonly quest: QuestId; readonly state: "active" | "done" };
  readonly refusal: string;
}

export interface NpcKind {
  readonly id: NpcKindId;
  /** "Marta the baker", or with an article: "a stray cat". */
  readonly name: string;
  readonly keywords: readonly string[];
  readonly description: string;
  readonly roomText: string;
  readonly wander: null | { readonly everyS: number; readonly rooms: readonly RoomId[] | "area" };
  readonly patrol: null | { readonly everyS: number; readonly route: readonly RoomId[] };
  readonly greet: null | { readonly lines: readonly string[]; readonly cooldownS: number };
  /** Lines said (a line in quotes is spoken, any other is an action after the name). */
  readonly chatter: null | { readonly everyS: number; readonly lines: readonly ConditionalLine[] };
  readonly dialogue: readonly DialogueDef[];
  /** Said when asked about something it knows nothing of; empty: it stays silent. */
  readonly puzzled: readonly string[];
  readonly shop: ShopDef | null;
  readonly guard: GuardDef | null;
  /** Seconds until it is back after it went away. */
  readonly respawnS: number;
}

export interface SpawnDef {
  readonly id: SpawnId;
  readonly area: AreaId;
  readonly room: RoomId;
  readonly what: { readonly type: "npc"; readonly kind: NpcKindId } | { readonly type: "item"; readonly kind: KindId };
  readonly quantity: number;
  /** For an item: inside the item of this other spawn (in the same room); null: on the ground. */
  readonly in: SpawnId | null;
  /** Seconds until a taken item lies here again; null: it exists once. */
  readonly respawnS: number | null;
}

export type QuestTrigger =
  | { readonly type: "visit"; readonly room: RoomId }
  /** Carry `count` of this kind. */
  | { readonly type: "fetch"; readonly kind: KindId; readonly count: number }
  /** Give it to the NPC, who keeps it. */
  | { readonly type: "deliver"; readonly kind: KindId; readonly npc: NpcKindId; readonly count: number }
  /** Say one of the words (or ask about it) where the NPC hears it; no words: anything. */
  | { readonly type: "talk"; readonly npc: NpcKindId; readonly words: readonly string[] }
  | { readonly type: "use"; readonly kind: KindId; readonly room: RoomId | null };

export interface QuestStepDef {
  readonly id: string;
  /** What `quests` tells the player to do. */
  readonly text: string;
  readonly trigger: QuestTrigger;
  /** Shown when the step is done; null: only the next step's text. */
  readonly doneText: string | null;
  /** Given when the step is done. */
  readonly gives: readonly { readonly kind: KindId; readonly quantity: number }[];
}

export interface QuestDef {
  readonly id: QuestId;
  readonly name: string;
  readonly summary: string;
  readonly giver: NpcKindId;
  /** Quests that must be done first. */
  readonly requires: readonly QuestId[];
  readonly steps: readonly QuestStepDef[];
  /** Given when it starts. */
  readonly startGives: readonly { readonly kind: KindId; readonly quantity: number }[];
  readonly rewards: { readonly coins: number; readonly items: readonly { readonly kind: KindId; readonly quantity: number }[] };
  readonly doneText: string;
}

export interface ChannelDef {
  readonly name: string;
  readonly description: string;
}

/** A ready-made emote; `{actor}` and `{target}` are filled in. */
export interface SocialDef {
  readonly name: string;
  readonly alone: { readonly actor: string; readonly others: string };
  readonly targeted: null | { readonly actor: string; readonly target: string; readonly others: string };
}

export interface HelpTopic {
  readonly name: string;
  readonly keywords: readonly string[];
  readonly text: string;
}

/** How likely each weather is, per season; weights, not percentages. */
export interface ClimateDef {
  readonly id: string;
  readonly seasons: Readonly<Record<Season, Readonly<Partial<Record<Weather, number>>>>>;
}

export interface CalendarDef {
  /** Real minutes that one day of the world lasts. */
  readonly dayMinutes: number;
  readonly daysPerMonth: number;
  /** Twelve or fewer; the year is their sum. Three consecutive months make a season when there are twelve. */
  readonly months: readonly string[];
  readonly weekdays: readonly string[];
  /** The year at real time 0 (1970). */
  readonly yearAtEpoch: number;
}

export interface WorldDef {
  readonly name: string;
  readonly tagline: string;
  /** Weather and everything else random but shared derives from it. */
  readonly seed: number;
  /** Where a new character begins. */
  readonly start: RoomId;
  /** Where people and things go when their room was removed from the world. */
  readonly safe: RoomId;
  readonly startCoins: number;
  readonly startItems: readonly { readonly kind: KindId; readonly quantity: number }[];
  readonly channels: readonly ChannelDef[];
  readonly calendar: CalendarDef;
  /** Shown on entering the world. */
  readonly welcome: string;
}

export interface ContentIndex {
  readonly world: WorldDef;
  readonly areas: ReadonlyMap<AreaId, AreaDef>;
  readonly rooms: ReadonlyMap<RoomId, RoomDef>;
  readonly doors: ReadonlyMap<DoorId, DoorDef>;
  readonly items: ReadonlyMap<KindId, ItemKind>;
  readonly npcs: ReadonlyMap<NpcKindId, NpcKind>;
  readonly spawns: ReadonlyMap<SpawnId, SpawnDef>;
  readonly quests: ReadonlyMap<QuestId, QuestDef>;
  readonly climates: ReadonlyMap<string, ClimateDef>;
  readonly socials: ReadonlyMap<string, SocialDef>;
  readonly help: readonly HelpTopic[];
  /** Changes whenever the content changes: hash of all files. */
  readonly version: string;
}

/** The item kind that stands for coins lying about; every world has it. */
export const COIN_KIND = "coins" as KindId;
