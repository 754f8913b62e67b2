/** What the rules answer to one command or tick: events and messages, or a refusal. Data only; nothing has changed yet. */
import type { DomainEvent } from "./events.ts";
import type { AreaId, CharacterId, Holder, RoomId } from "./ids.ts";
import type { Need } from "./post.ts";

/** What a line is, so that clients can colour, speak or filter it (the wire has the same words). */
export type MessageType =
  | "say" | "whisper" | "emote" | "shout" | "tell" | "channel" | "npc" | "ambiance" | "move" | "action" | "quest" | "system"
  | "room_title" | "room_description" | "room_exits" | "room_contents" | "info" | "help" | "error";

/** Something a line names, so that a client can offer it for a click. */
export interface Noun {
  readonly text: string;
  readonly type: "character" | "npc" | "item" | "exit" | "detail" | "channel" | "quest" | "command";
  readonly id: string;
  /** What a click types. */
  readonly command?: string;
}

export type Param = string | number | Noun | readonly Noun[];
export type Params = Readonly<Record<string, Param>>;

export type Audience =
  /** Whoever gave the command: part of the reply. */
  | { readonly to: "actor" }
  /** One character of this area. */
  | { readonly to: "character"; readonly id: CharacterId }
  | { readonly to: "room"; readonly room: RoomId; readonly except: readonly CharacterId[] }
  | { readonly to: "area"; readonly except: readonly CharacterId[] }
  /** One character, wherever it is. */
  | { readonly to: "player"; readonly id: CharacterId }
  | { readonly to: "channel"; readonly channel: string; readonly except: readonly CharacterId[] }
  /** Everybody in these areas (a shout is heard next door). */
  | { readonly to: "areas"; readonly areas: readonly AreaId[]; readonly except: readonly CharacterId[] };

export interface Message {
  readonly audience: Audience;
  readonly type: MessageType;
  /** Names the words in `src/text`. */
  readonly key: string;
  readonly params: Params;
  /** The name of who said or did it. */
  readonly sender?: string;
  /** Whose words these are, where somebody may not want to hear them. */
  readonly by?: CharacterId;
}

/** What another command must not change, or be changed by, while this one is being written. */
export type ConflictKey = string;

export interface Accepted {
  readonly kind: "accepted";
  readonly events: readonly DomainEvent[];
  readonly messages: readonly Message[];
  readonly reads: ReadonlySet<ConflictKey>;
  readonly writes: ReadonlySet<ConflictKey>;
  /** The actor walks into another area: a seat there comes first, then the commit. */
  /** `from` words the direction of arrival: "the south", or "". */
  readonly handoff: { readonly area: AreaId; readonly room: RoomId; readonly from: string } | null;
  /** Commands that others carry out because of this one (followers walk along), in order, each on its own. */
  readonly followUps: readonly { readonly character: CharacterId; readonly line: string }[];
  /** The actor leaves the world after this. */
  readonly quits: boolean;
  /** Words of the actor's own that others read because of this. */
  readonly said?: string;
  /** For what the world does by itself: its unique name, so that a repeat is recognised. Null: it writes nothing durable or is a player's. */
  readonly deterministicId: string | null;
}

export interface Refused {
  readonly kind: "refused";
  /** For example `no_such_item`. */
  readonly code: string;
  readonly messages: readonly Message[];
  /** It cannot be decided without this: look it up, put it into the context's facts, and decide again. */
  readonly needs?: Need;
}

export type Decision = Accepted | Refused;

export const conflict = {
  item: (id: string): ConflictKey => `item:${id}`,
  /** The set of things a holder holds: its capacity, whether it is empty, what it weighs. */
  holder: (holder: Holder): ConflictKey => `holder:${holder}`,
  purse: (id: CharacterId): ConflictKey => `purse:${id}`,
  character: (id: CharacterId): ConflictKey => `character:${id}`,
  quests: (id: CharacterId): ConflictKey => `quests:${id}`,
  door: (id: string): ConflictKey => `door:${id}`,
  spawn: (id: string): ConflictKey => `spawn:${id}`,
  letter: (id: string): ConflictKey => `letter:${id}`,
  /** What somebody has offered and accepted: it stays as it is while an exchange is being written. */
  trade: (id: CharacterId): ConflictKey => `trade:${id}`,
};

/** True for keys whose writes can be done in any order: things into and out of a holder, coins into and out of a purse. */
export const addsUp = (key: ConflictKey): boolean => key.startsWith("holder:") || key.startsWith("purse:");

/** The keys an event writes. Soft and ephemeral events write none and wait for nobody, but for a departure and a trade. */
export function writesOf(event: DomainEvent): readonly ConflictKey[] {
  switch (event.type) {
    case "item-created": return [conflict.item(event.item.id), conflict.holder(event.item.at)];
    case "item-moved": return [conflict.item(event.item), conflict.holder(event.from), conflict.holder(event.to)];
    // The weight of what a holder holds changes with it.
    case "item-quantity-changed": return [conflict.item(event.item), conflict.holder(event.at)];
    case "item-changed": return [conflict.item(event.item)];
    case "item-destroyed": return [conflict.item(event.item), conflict.holder(event.from)];
    case "item-received": return [conflict.item(event.item.id), conflict.holder(event.to)];
    case "letter-taken": return [conflict.letter(event.letter)];
    case "coins-changed": return [conflict.purse(event.character)];
    // Whatever moves something to or from somebody's hands has read that they are here: nobody leaves meanwhile.
    case "character-moved":
    case "character-withdrew":
    case "character-changed": return [conflict.character(event.character)];
    case "quest-changed": return [conflict.quests(event.character)];
    case "door-changed": return [conflict.door(event.door)];
    case "spawn-changed": return [conflict.spawn(event.spawn)];
    case "trade-changed": return [conflict.trade(event.character)];
    default: return [];
  }
}

/** A decision that only says what has happened elsewhere and is written already. */
export function happened(event: DomainEvent, ...writes: ConflictKey[]): Accepted {
  return { kind: "accepted", events: [event], messages: [], reads: new Set(), writes: new Set(writes), handoff: null, followUps: [], quits: false, deterministicId: null };
}
