/** What comes in over the bus, and what becomes of it here: lines for the players of this process, or something to read again. */
import type { AreaId, CharacterId, DoorId, RoomId } from "../engine/ids.ts";
import type { BusEvent, BusTopic } from "../protocol/bus-events.ts";
import type { LocalLines } from "../runtime/local-lines.ts";
import type { Online } from "../runtime/online.ts";
import type { OutLine } from "../runtime/outlet.ts";
import type { OnlineExchange } from "./online-exchange.ts";

export interface BusIntakeDeps {
  readonly local: LocalLines;
  readonly online: Pick<Online, "byName" | "get">;
  readonly exchange: Pick<OnlineExchange, "take">;
  /** Channels that players can turn off; what is said on others nobody hears. */
  readonly channels: ReadonlySet<string>;
  /** How a door stands by its row; undefined: there is no row. Rejects when the database cannot be reached. */
  readonly readDoor: (door: DoorId) => Promise<{ readonly door: DoorId; readonly open: boolean; readonly locked: boolean } | undefined>;
  /** How a character is called by its row; undefined: there is no such character. Rejects when the database cannot be reached. */
  readonly readName: (character: CharacterId) => Promise<string | undefined>;
  /** Somebody in this process is called so now. */
  readonly renamed: (character: CharacterId, name: string) => void;
  /** The settings of the world have changed. */
  readonly settingsChanged: () => void;
  readonly onError: (error: unknown) => void;
}

type Spoken = Extract<BusEvent, { message?: unknown }>;

export class BusIntake {
  readonly #deps: BusIntakeDeps;

  constructor(deps: BusIntakeDeps) {
    this.#deps = deps;
  }

  take(topic: BusTopic, event: BusEvent): void {
    switch (event.type) {
      case "ambiance":
      case "npc_action":
      case "player_move":
      case "player_message":
      case "announcement": this.#say(topic, event, event.message); return;
      case "quest_update":
        if (event.message !== undefined) this.#say(topic, event, event.message);
        if (topic.to === "global") this.#deps.settingsChanged();
        return;
      case "door_seen": this.#readDoor(event.door as DoorId); return;
      case "name_changed": this.#readName(event.character as CharacterId); return;
      case "world_changed": this.#deps.settingsChanged(); return;
      default: if (topic.to === "global") this.#deps.exchange.take(event);
    }
  }

  #say(topic: BusTopic, event: Spoken, text: string): void {
    const { local, online, channels } = this.#deps;
    const line = lineOf(topic, event, text);
    switch (topic.to) {
      case "room": local.toRoom(topic.room as RoomId, line); return;
      case "user": {
        const person = online.byName(topic.name) ?? local.expected(topic.name);
        if (person !== undefined) local.toPlayer(person.id, line);
        return;
      }
      case "global": {
        if (event.type !== "player_message") return local.toEverybody(line);
        const except = (event.except ?? []) as CharacterId[];
        if (event.areas !== undefined) return local.toAreas(event.areas as AreaId[], line, except);
        if (event.channel === undefined) return local.toEverybody(line, except);
        if (channels.has(event.channel)) local.toChannel(event.channel, line, except);
      }
    }
  }

  #readName(character: CharacterId): void {
    const { online, readName, renamed, onError } = this.#deps;
    const entry = online.get(character);
    if (entry === undefined || entry.far === true) return;
    readName(character).then((name) => {
      if (name !== undefined && name !== entry.name) renamed(character, name);
    }, onError);
  }

  /** Whoever says so is not believed: the row is read. */
  #readDoor(door: DoorId): void {
    const { local, readDoor, onError } = this.#deps;
    if (!local.hasDoor(door)) return;
    readDoor(door).then((state) => {
      if (state !== undefined) local.doorSeen(state);
    }, onError);
  }
}

const TYPE = { ambiance: "ambiance", npc_action: "npc", player_move: "move", quest_update: "quest", announcement: "system" } as const;

function lineOf(topic: BusTopic, event: Spoken, text: string): OutLine {
  const refs = ("refs" in event ? event.refs : undefined) ?? [];
  const sender = "sender" in event ? event.sender : undefined;
  const common = { text, refs: refs.map(({ command, ...ref }) => ({ ...ref, ...(command === undefined ? {} : { command }) })), ...(sender === undefined ? {} : { sender }) };
  if (event.type !== "player_message") return { ...common, type: TYPE[event.type] };
  const usual = topic.to === "user" ? "tell" : event.channel !== undefined ? "channel" : event.areas !== undefined ? "shout" : "say";
  return {
    ...common, type: event.message_type ?? usual, ...(event.by === undefined ? {} : { by: event.by as CharacterId }),
    // What one of ours has published it has recorded before.
    ...(event.line_id === undefined ? {} : { id: event.line_id, recorded: true as const }), ...(event.channel === undefined ? {} : { channel: event.channel }),
  };
}
