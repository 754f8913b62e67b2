/** Everything that staff do and read, put together from the database, the world's files and who is in the world. */
import { WEATHERS, type ContentIndex } from "./engine/content.ts";
import { asId, carriedBy, inRoom, type AreaId, type CharacterId, type KindId, type RoomId } from "./engine/ids.ts";
import { notUndoable, partiesOf } from "./engine/undo.ts";
import type { Item } from "./engine/world.ts";
import type { AuditQuery, Deed, DeedResult, Staff, StaffDesk } from "./http/admin/deps.ts";
import { ORDER_LOOK_MS } from "./limits.ts";
import type { Journal} from "./persistence/journal.ts";
import { JournalWords, type JournalRow } from "./persistence/journal.ts";
import { placesOf } from "./persistence/journal-undo.ts";
import { newId } from "./persistence/new-id.ts";
import type { PostgresStaffIntentStore } from "./persistence/staff-intent-store.ts";
import type { PostgresStaffStore } from "./persistence/staff-store.ts";
import type { OnlineEntry } from "./runtime/online.ts";
import type { Clock } from "./runtime/ports.ts";
import { pause } from "./timers.ts";

export interface DeskDeps {
  readonly store: PostgresStaffStore;
  readonly intents: PostgresStaffIntentStore;
  readonly journal: Journal;
  /** The same, perhaps some seconds old: for whoever reads in it. */
  readonly history: Journal;
  readonly content: ContentIndex;
  readonly clock: Clock;
  readonly online: { list(): readonly OnlineEntry[]; get(id: CharacterId): OnlineEntry | undefined };
  /** What the world says of time and weather now. */
  readonly worldNow: () => object;
  /** There is an order: carried out at once where it can be. */
  readonly poke: () => void;
  /** A setting of the world is another now; everybody reads it again. */
  readonly settingChanged: (key: string) => void;
  /** What was heard in a room lately, where this process serves it. */
  readonly heardIn: (room: RoomId) => readonly object[];
}

/** What an owner carries out, and answers for. */
const ORDERED: ReadonlySet<string> = new Set(["kick", "mute", "unmute", "ban", "role", "teleport", "give", "take", "undo"]);

/** What every process reads again. */
const SETTINGS: ReadonlySet<string> = new Set(["setting", "setting-removed", "flag", "flag-removed"]);

export class Desk implements StaffDesk {
  readonly weathers: readonly string[] = WEATHERS;
  readonly #deps: DeskDeps;

  constructor(deps: DeskDeps) {
    this.#deps = deps;
  }

  async act(who: Staff, { action, target = null, targetName = null, detail = {}, reason = null }: Deed, waitMs = 0): Promise<DeedResult> {
    const { store, poke, settingChanged } = this.#deps;
    const id = newId();
    await store.order({ id, action, staff: who.id === null ? null : asId<CharacterId>(who.id), staffName: who.name, via: "api", address: who.address, target, targetName, detail, reason });
    if (SETTINGS.has(action)) settingChanged(target ?? "");
    if (ORDERED.has(action) || action === "announce" || action === "ban-address") poke();
    if (!ORDERED.has(action)) return { id, outcome: "done", said: [] };
    return (await this.#outcome(id, waitMs)) ?? { id, outcome: "ordered", said: ["It is ordered, and will be done as soon as whoever serves that part of the world can."] };
  }

  async #outcome(id: string, waitMs: number): Promise<DeedResult | undefined> {
    for (let waitedMs = 0; ; waitedMs += ORDER_LOOK_MS) {
      const result = await this.result(id);
      if (result !== undefined || waitedMs >= waitMs) return result;
      await pause(this.#deps.clock, ORDER_LOOK_MS);
    }
  }

  async result(id: string): Promise<DeedResult | undefined> {
    const outcome = await this.#deps.intents.outcome(id);
    if (outcome === undefined) return undefined;
    const words = await this.#words([{ said: outcome.said }]);
    return { id, outcome: outcome.kind, said: outcome.said.map((line) => words.sentence(line)) };
  }

  person = (name: string): ReturnType<PostgresStaffStore["person"]> => this.#deps.store.person(name);

  async dossier(name: string, withAddress: boolean): Promise<object | undefined> {
    const { store, online } = this.#deps;
    const row = await store.person(name);
    if (row === undefined) return undefined;
    const { address, ...person } = row;
    const items = await store.heldBy([carriedBy(row.id)]);
    return { ...person, ...(withAddress ? { address } : {}), ...this.#place(row.room), in_the_world: online.get(row.id) !== undefined, items: items.map((item) => this.#thing(item)) };
  }

  async players(): Promise<readonly object[]> {
    const entries = this.#deps.online.list();
    const rooms = await this.#deps.store.listedRoomsOf(entries.map(({ id }) => id));
    return entries.map(({ id, name, role, guest, afk, area }) => ({ id, name, role, guest, away: afk !== null, area, ...this.#place(rooms.get(id)) }));
  }

  #place(room: RoomId | undefined): object {
    const def = room === undefined ? undefined : this.#deps.content.rooms.get(room);
    return { room: room ?? null, room_title: def?.title ?? null, ...(def === undefined ? {} : { area: def.area }) };
  }

  #thing({ id, kind, at, quantity, slot, lit, locked }: Item): object {
    return { id, kind, name: this.#deps.content.items.get(kind)?.name ?? kind, at, quantity, ...(slot === null ? {} : { slot }), ...(lit ? { lit } : {}), ...(locked ? { locked } : {}) };
  }

  processes = (): ReturnType<PostgresStaffStore["processes"]> => this.#deps.store.processes();

  async look(id: string): Promise<object | undefined> {
    const { store, content, online, heardIn } = this.#deps;
    const room = content.rooms.get(asId<RoomId>(id));
    if (room === undefined) return undefined;
    const [people, items] = await Promise.all([store.peopleIn(room.id, online.list().map((entry) => entry.id)), store.heldBy([inRoom(room.id)])]);
    return {
      id, title: room.title, area: room.area, exits: room.exits.map(({ name, to }) => ({ name, to })),
      people, items: items.map((item) => this.#thing(item)), heard: heardIn(room.id),
    };
  }

  async provenance(id: string): Promise<readonly string[] | undefined> {
    const { history } = this.#deps;
    const rows = await history.ofItem(id);
    if (rows.length === 0) return undefined;
    const now = await history.whereIs(id);
    const words = await this.#words([...rows, { at: now?.at }]);
    const end = now === undefined ? `${id} is no more.` : `${id}: ${now.quantity} ${words.kind(now.kind)}, now with ${words.holder(now.at)}.`;
    return [...rows.flatMap((row) => [words.heading(row), ...words.events(row, id)]), end];
  }

  async journalOf(name: string, last: number): Promise<readonly string[] | undefined> {
    const rows = await this.#deps.history.ofCharacter(name, last);
    return rows === undefined ? undefined : await this.#worded(rows);
  }

  async entry(number: string): Promise<readonly string[] | undefined> {
    const row = await this.#deps.history.entry(number);
    return row === undefined ? undefined : await this.#worded([row]);
  }

  async #worded(rows: readonly JournalRow[]): Promise<string[]> {
    const words = await this.#words(rows);
    return rows.flatMap((row) => [words.heading(row), ...words.events(row)]);
  }

  async #words(about: readonly object[]): Promise<JournalWords> {
    return new JournalWords(await this.#deps.journal.names(about as readonly JournalRow[]), this.#deps.content);
  }

  async undoArea(number: string): Promise<{ area: string } | { why: string }> {
    const { journal, store, content } = this.#deps;
    const row = await journal.entry(number);
    if (row === undefined) return { why: `There is no entry ${number} in the journal.` };
    const not = notUndoable(row.events);
    if (not !== undefined) return { why: `Entry ${number} is not one that can be undone: ${not}.` };
    const [place] = placesOf(row, content);
    if (place !== undefined) return { area: place };
    const rooms = await store.roomsOf(partiesOf(row.events));
    const area = [...rooms.values()].map((room): AreaId | undefined => content.rooms.get(room)?.area).find((one) => one !== undefined);
    return area === undefined ? { why: "Nobody and nothing of that entry is in the world any more." } : { area };
  }

  audit = (query: AuditQuery): ReturnType<PostgresStaffStore["audit"]> =>
    this.#deps.store.audit({ before: query.before ?? null, target: query.target ?? null, ...(query.limit === undefined ? {} : { limit: query.limit }) });

  reports = (state: "open" | "closed"): ReturnType<PostgresStaffStore["reports"]> => this.#deps.store.reports(state);
  addressBans = (): ReturnType<PostgresStaffStore["addressBans"]> => this.#deps.store.addressBans();
  flags = (): ReturnType<PostgresStaffStore["flags"]> => this.#deps.store.flags();

  async world(): Promise<object> {
    const { content, worldNow } = this.#deps;
    return { ...worldNow(), climates: [...content.climates.keys()], weathers: WEATHERS };
  }

  hasRoom = (id: string): boolean => this.#deps.content.rooms.has(asId<RoomId>(id));
  hasKind = (id: string): boolean => this.#deps.content.items.has(asId<KindId>(id));
  hasClimate = (id: string): boolean => this.#deps.content.climates.has(id);
}

