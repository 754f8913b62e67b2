/** Lines for people who may be anywhere, as far as they are in the areas of this process; what others hear of is the bus's. */
import type { AreaId, CharacterId, DoorId, RoomId } from "../engine/ids.ts";
import { ignores } from "../engine/ignoring.ts";
import type { Character } from "../engine/world.ts";
import { CHANNEL_LINES_KEPT, LINES_HELD, SEAT_TAKEN_WITHIN_MS } from "../limits.ts";
import { render } from "../text/render.ts";
import type { ActiveArea } from "./active-area.ts";
import type { FarLines, OutLine } from "./outlet.ts";

export interface LocalLinesDeps {
  readonly areas: () => Iterable<ActiveArea>;
  readonly get: (id: AreaId) => ActiveArea | undefined;
  readonly areaOfRoom: (room: RoomId) => AreaId | undefined;
  readonly nowMs: () => number;
  /** Told when somebody is on the way here. */
  readonly expected?: (name: string) => void;
  /** The area where somebody is, wherever it is served. */
  readonly areaOf: (id: CharacterId) => AreaId | undefined;
}

interface ChannelLine {
  readonly channel: string;
  readonly line: OutLine;
  readonly except: readonly CharacterId[];
  readonly atMs: number;
}

export class LocalLines implements FarLines {
  readonly #deps: LocalLinesDeps;
  /** The newest of all channels, for whoever was between two areas, or without a connection, when they were said. */
  readonly #recent: ChannelLine[] = [];
  /** Whoever is given up first comes first. */
  readonly #expected = new Map<CharacterId, { readonly name: string; readonly untilMs: number; readonly lines: OutLine[] }>();

  constructor(deps: LocalLinesDeps) {
    this.#deps = deps;
  }

  /** An area is served by this process. */
  serves(area: AreaId): boolean {
    return this.#deps.get(area) !== undefined;
  }

  /** An area of this process has a side of that door. */
  hasDoor(door: DoorId): boolean {
    return [...this.#deps.areas()].some((active) => active.area.doors.has(door));
  }

  /** False when nobody so called is in an area of this process. */
  toPlayer(id: CharacterId, line: OutLine): boolean {
    const area = this.#deps.areaOf(id);
    const active = area === undefined ? undefined : this.#deps.get(area);
    const character = active?.area.characters.get(id);
    if (active === undefined || character === undefined) return this.#hold(id, line);
    // It has arrived, and is not read: whoever said it is not told.
    if (isDeaf(character, line)) return true;
    if (line.type === "tell" && line.sender !== undefined) character.lastTellFrom = line.sender;
    active.outlet.personal(id, line);
    return true;
  }

  /** Somebody has a seat here and is on the way: what is told them meanwhile waits for them. */
  expect(id: CharacterId, name: string): void {
    const nowMs = this.#deps.nowMs();
    for (const [other, { untilMs }] of this.#expected) {
      if (untilMs >= nowMs) break;
      this.#expected.delete(other);
    }
    const lines = this.#expected.get(id)?.lines ?? [];
    this.#expected.delete(id);
    this.#expected.set(id, { name: name.toLowerCase(), untilMs: nowMs + SEAT_TAKEN_WITHIN_MS, lines });
    this.#deps.expected?.(name);
  }

  /** Whoever so called is on the way here. */
  expected(name: string): { readonly id: CharacterId } | undefined {
    const wanted = name.toLowerCase();
    for (const [id, guest] of this.#expected) if (guest.name === wanted && guest.untilMs >= this.#deps.nowMs()) return { id };
    return undefined;
  }

  /** The ms for which somebody has had a seat here, and has yet to come; undefined: they have none. */
  onTheWayMs(id: CharacterId): number | undefined {
    const guest = this.#expected.get(id);
    return guest === undefined ? undefined : this.#deps.nowMs() - (guest.untilMs - SEAT_TAKEN_WITHIN_MS);
  }

  /** How somebody is called who is here, or on the way here (then in lower case). */
  nameOf(id: CharacterId): string | undefined {
    const area = this.#deps.areaOf(id);
    return (area === undefined ? undefined : this.#deps.get(area)?.area.characters.get(id)?.name) ?? this.#expected.get(id)?.name;
  }

  /** Those of these lines that somebody does not ignore. */
  heardBy<L extends OutLine>(character: Pick<Character, "settings">, lines: readonly L[]): readonly L[] {
    return lines.filter((line) => !isDeaf(character, line));
  }

  /** What was told somebody on the way here; they have arrived. */
  heldFor(character: Character): OutLine[] {
    const lines = this.takeHeld(character.id).filter((line) => !isDeaf(character, line));
    const last = lines.findLast(({ type, sender }) => type === "tell" && sender !== undefined);
    if (last?.sender !== undefined) character.lastTellFrom = last.sender;
    return lines;
  }

  /** What was told somebody on the way here, who is waited for no longer. */
  takeHeld(id: CharacterId): OutLine[] {
    const lines = this.#expected.get(id)?.lines ?? [];
    this.#expected.delete(id);
    return lines;
  }

  #hold(id: CharacterId, line: OutLine): boolean {
    const guest = this.#expected.get(id);
    if (guest === undefined || guest.untilMs < this.#deps.nowMs() || guest.lines.length >= LINES_HELD) return false;
    guest.lines.push(line);
    return true;
  }

  toChannel(channel: string, line: OutLine, except: readonly CharacterId[]): void {
    this.#recent.push({ channel, line, except, atMs: this.#deps.nowMs() });
    if (this.#recent.length > CHANNEL_LINES_KEPT) this.#recent.shift();
    for (const active of this.#deps.areas()) {
      for (const character of active.area.characters.values()) {
        if (!except.includes(character.id) && !character.settings.mutedChannels.includes(channel) && !isDeaf(character, line)) active.outlet.personal(character.id, line);
      }
    }
  }

  /** What was said on the channels that somebody hears, within so many ms; they may have received it already. */
  channelsOf(character: Pick<Character, "id" | "settings">, withinMs: number): OutLine[] {
    const sinceMs = this.#deps.nowMs() - withinMs;
    return this.#recent
      .filter(({ channel, except, atMs, line }) => atMs >= sinceMs && !except.includes(character.id) && !character.settings.mutedChannels.includes(channel) && !isDeaf(character, line))
      .map(({ line }) => line);
  }

  toAreas(areas: readonly AreaId[], line: OutLine, except: readonly CharacterId[]): void {
    for (const id of areas) this.#everyRoom(this.#deps.get(id), line, except);
  }

  toRoom(room: RoomId, line: OutLine): void {
    const area = this.#deps.areaOfRoom(room);
    const active = area === undefined ? undefined : this.#deps.get(area);
    if (active?.area.rooms.has(room) === true) active.outlet.room(room, line, []);
  }

  toEverybody(line: OutLine, except: readonly CharacterId[] = []): void {
    for (const active of this.#deps.areas()) this.#everyRoom(active, line, except);
  }

  /** The other side of a door has been changed, and written. */
  doorSeen(door: { readonly door: DoorId; readonly open: boolean; readonly locked: boolean }, from?: ActiveArea): void {
    for (const active of this.#deps.areas()) if (active !== from) active.doorSeen(door);
  }

  /** Tells somebody that what they have told a player called so did not reach them. */
  unreached(from: CharacterId, person: { readonly id: CharacterId; readonly name: string }): void {
    this.toPlayer(from, render({ key: "tell.unreached", params: { person: { text: person.name, type: "character", id: person.id } }, type: "info" }));
  }

  #everyRoom(active: ActiveArea | undefined, line: OutLine, except: readonly CharacterId[]): void {
    if (active === undefined) return;
    const deaf = line.by === undefined ? [] : [...active.area.characters.values()].filter((character) => isDeaf(character, line)).map(({ id }) => id);
    const all = deaf.length === 0 ? except : [...except, ...deaf];
    for (const room of active.area.rooms.values()) if (room.characters.size > 0) active.outlet.room(room.id, line, all);
  }
}

const isDeaf = (character: Pick<Character, "settings">, { by }: OutLine): boolean => by !== undefined && ignores(character, by);
