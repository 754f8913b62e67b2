/**
 * The events of the bus (docs/bus.md): JSON over Redis pub/sub on the channels `room:{room_id}`, `user:{username}` (in
 * lower case) and `global`. Any process publishes them, and any tool outside may. Nothing in them is believed but what
 * the schema checks, and nothing durable ever comes by them: an event is words to show, or a hint to read something again.
 */
import { z } from "zod";
import { MAX_AFK_CHARS, MAX_BUS_AREAS, MAX_BUS_MESSAGE_BYTES, MAX_BUS_NAMES, MAX_BUS_TEXT_CHARS, MAX_NAME_CHARS, MAX_ONLINE_LIST_PARTS, ONLINE_LIST_PART } from "../limits.ts";
import { messageType, ref } from "./server-messages.ts";

const id = z.string().min(1).max(128);
const name = z.string().min(1).max(64);
/** Words as a player reads them: one line, whatever breaks and control characters somebody puts in. */
const text = z.string().max(MAX_BUS_TEXT_CHARS).transform((words) => words.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").trim()).pipe(z.string().min(1));
const refs = z.array(ref).max(MAX_BUS_NAMES).optional();

/** What every event may carry besides its own. */
const origin = {
  /** The process that published it; absent: somebody outside. A process ignores its own. */
  from: id.optional(),
  /** When it was published, in ms since 1970; for the metric of how long it took. */
  at: z.number().nonnegative().optional(),
  /** The request that it comes of (`character:seq`), and its trace (W3C `traceparent`): for reading logs, they decide nothing. */
  request: z.string().max(128).optional().catch(undefined),
  trace: z.string().max(128).optional().catch(undefined),
};

/** Something is seen or heard: `message` is the whole line. */
const ambiance = z.object({ ...origin, type: z.literal("ambiance"), message: text, refs });
/** A character of the world does or says something. */
const npcAction = z.object({ ...origin, type: z.literal("npc_action"), message: text, sender: name.optional(), refs });
/** Somebody comes, goes or passes. */
const playerMove = z.object({ ...origin, type: z.literal("player_move"), message: text, sender: name.optional(), refs });
/** The line of a quest; without one, a hint that quests of the whole world have changed. */
const questUpdate = z.object({ ...origin, type: z.literal("quest_update"), message: text.optional(), refs });

/**
 * What a player says to people elsewhere: `message` is the whole line as those read it. On `user:` a tell; on `global` a
 * line of a channel (`channel`) or a shout (`areas`: who is in them hears it), otherwise for everybody.
 */
const playerMessage = z.object({
  ...origin,
  type: z.literal("player_message"),
  message: text,
  message_type: messageType.optional(),
  sender: name.optional(),
  /** The character whose words these are; whoever ignores it does not hear them. */
  by: id.optional(),
  channel: name.optional(),
  areas: z.array(id).max(MAX_BUS_AREAS).optional(),
  /** The same when it is said again because its command was carried out again: a client drops the second. */
  line_id: z.string().min(1).max(256).optional(),
  /** Characters who do not hear it. */
  except: z.array(id).max(MAX_BUS_NAMES).optional(),
  refs,
});

/** Operators speak to everybody (`global`), a place, or a player. */
const announcement = z.object({ ...origin, type: z.literal("announcement"), message: text });

/** A door that areas of several processes share was changed, and written: read how it stands. */
const doorSeen = z.object({ ...origin, type: z.literal("door_seen"), door: id });

/** A guest has become an account, on a process that may not be the one where they play: read the character's name. */
const nameChanged = z.object({ ...origin, type: z.literal("name_changed"), character: id });

/** A row of `world_setting` was changed: read them again. */
const worldChanged = z.object({ ...origin, type: z.literal("world_changed"), key: z.string().max(128).optional() });

export const onlinePlayer = z.object({
  id,
  name: z.string().min(1).max(MAX_NAME_CHARS),
  /** One that this version does not know is shown as a player. */
  role: z.enum(["player", "builder", "moderator", "operator"]).catch("player"),
  guest: z.boolean(),
  afk: z.string().max(MAX_AFK_CHARS).nullable(),
  area: id,
  area_name: z.string().max(128),
});
export type OnlinePlayer = z.infer<typeof onlinePlayer>;

/** Counts the changes of one process's list of players: who misses one asks for the whole. */
const change = z.int().nonnegative();
const onlineCame = z.object({ ...origin, type: z.literal("online_came"), from: id, change, player: onlinePlayer });
const onlineLeft = z.object({ ...origin, type: z.literal("online_left"), from: id, change, player_id: id });
/** One part of a process's whole list as it was after that change. */
const onlineList = z.object({
  ...origin, type: z.literal("online_list"), from: id, change,
  part: z.int().nonnegative().max(MAX_ONLINE_LIST_PARTS), parts: z.int().positive().max(MAX_ONLINE_LIST_PARTS),
  players: z.array(onlinePlayer).max(ONLINE_LIST_PART),
});
/** So many changes there have been; whoever knows fewer has missed some. */
const onlineBeat = z.object({ ...origin, type: z.literal("online_beat"), from: id, change });
/** Asks one process (`process`), or all, for their lists. */
const onlineAsk = z.object({ ...origin, type: z.literal("online_ask"), process: id.optional() });

export const busEvent = z.discriminatedUnion("type", [
  ambiance, npcAction, playerMove, questUpdate, playerMessage, announcement, doorSeen, nameChanged, worldChanged, onlineCame, onlineLeft, onlineList, onlineBeat, onlineAsk,
]);
export type BusEvent = z.infer<typeof busEvent>;
export type BusEventType = BusEvent["type"];
export const BUS_EVENT_TYPES: readonly BusEventType[] = busEvent.options.map((option) => option.shape.type.value);

/** Where an event goes. */
export type BusTopic = { readonly to: "room"; readonly room: string } | { readonly to: "user"; readonly name: string } | { readonly to: "global" };

export function channelOf(topic: BusTopic): string {
  switch (topic.to) {
    case "room": return `room:${topic.room}`;
    case "user": return `user:${topic.name.toLowerCase()}`;
    case "global": return "global";
  }
}

/** The topic of a channel; undefined for a channel that is none of ours. */
export function topicOf(channel: string): BusTopic | undefined {
  if (channel === "global") return { to: "global" };
  const colon = channel.indexOf(":");
  const rest = channel.slice(colon + 1);
  if (colon < 0 || rest === "") return undefined;
  const kind = channel.slice(0, colon);
  return kind === "room" ? { to: "room", room: rest } : kind === "user" ? { to: "user", name: rest } : undefined;
}

export type ReadEvent =
  | { readonly event: BusEvent }
  /** Why it is ignored, and the type it says it is, where that is one of ours. */
  | { readonly ignored: "oversized" | "malformed"; readonly type: BusEventType | "unknown" };

/** Reads what came over the bus. Never throws. */
export function readBusEvent(bytes: Buffer): ReadEvent {
  if (bytes.length > MAX_BUS_MESSAGE_BYTES) return { ignored: "oversized", type: "unknown" };
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8"));
  } catch {
    return { ignored: "malformed", type: "unknown" };
  }
  const read = busEvent.safeParse(value);
  return read.success ? { event: read.data } : { ignored: "malformed", type: typeOf(value) };
}

function typeOf(value: unknown): BusEventType | "unknown" {
  const type: unknown = typeof value === "object" && value !== null && "type" in value ? value.type : undefined;
  return BUS_EVENT_TYPES.find((known) => known === type) ?? "unknown";
}
