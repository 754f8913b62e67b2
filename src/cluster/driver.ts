/**
 * Colyseus' listing of rooms. The rooms of this process are kept here, exactly, and looked at first; Redis is told of
 * them in the background and asked for those of others, as well as that goes. So no room waits for Redis to open, fill
 * or close, none is lost with it, and what it forgot is written again when it is back.
 *
 * A listing proves nothing: who serves an area is decided by the lease, which `insert` asks.
 */
import type { IRoomCache, MatchMakerDriver, SortOptions } from "@colyseus/core";
import { LISTING_RETRY_MS, LISTING_WRITE_MS } from "../limits.ts";
import type { Clock } from "../runtime/ports.ts";
import { matching, type Conditions } from "./listing-query.ts";
import type { RemoteListing } from "./remote-listing.ts";

export interface ListingDriverOptions {
  /** Null: this process is alone. */
  readonly remote: RemoteListing | null;
  readonly clock: Clock;
  /** Colyseus' name for this process; known once it has been set up. */
  readonly processId: () => string;
  /** Whether this process may list that room: it serves the area, under the very ownership the room's id names. */
  readonly holdsLease: (area: string | undefined, roomId: string) => boolean;
}

/** What a room serves; Colyseus puts what rooms are filtered by into the metadata. */
export const areaOf = (room: IRoomCache): string | undefined => {
  const area = (room.metadata as { area?: unknown } | undefined)?.area;
  return typeof area === "string" ? area : undefined;
};

export class ListingDriver implements MatchMakerDriver {
  readonly #options: ListingDriverOptions;
  readonly #rooms = new Map<string, IRoomCache>();
  readonly #byArea = new Map<string, Map<string, IRoomCache>>();
  /** Rooms whose rows in Redis are to be written; a room is in one of the two. */
  readonly #changed = new Set<string>();
  /** Rooms whose rows are to be removed, with their areas. */
  readonly #removed = new Map<string, string | undefined>();
  #cancelWrite: (() => void) | undefined;
  #writing: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: ListingDriverOptions) {
    this.#options = options;
    options.remote?.onChange((up) => {
      if (up) void this.restore();
    });
  }

  /** Rooms of this process. */
  get localCount(): number {
    return this.#rooms.size;
  }

  async has(roomId: string): Promise<boolean> {
    return this.#rooms.has(roomId) || (await this.#remoteRoom(roomId)) !== undefined;
  }

  async query(conditions: Conditions, sortOptions?: SortOptions): Promise<IRoomCache[]> {
    const others = (await this.#options.remote?.all() ?? []).filter((room) => this.#isOthers(room));
    return matching([...this.#rooms.values(), ...others], conditions, sortOptions);
  }

  async findOne(conditions: Conditions, sortOptions?: SortOptions): Promise<IRoomCache> {
    // The interface of Colyseus knows no "none"; its own drivers answer undefined too.
    return (await this.#find(conditions, sortOptions)) as IRoomCache;
  }

  async findByIds(roomIds: string[]): Promise<Map<string, IRoomCache>> {
    const found = new Map<string, IRoomCache>();
    for (const id of roomIds) {
      const room = this.#rooms.get(id);
      if (room !== undefined) found.set(id, room);
    }
    const missing = roomIds.filter((id) => !found.has(id));
    if (missing.length > 0) for (const room of await this.#options.remote?.byIds(missing) ?? []) if (this.#isOthers(room)) found.set(room.roomId, room);
    return found;
  }

  /** Lists a new room; false when its id is taken or this process has no right to it. */
  async insert(room: IRoomCache): Promise<boolean> {
    if (this.#rooms.has(room.roomId) || !this.#options.holdsLease(areaOf(room), room.roomId)) return false;
    this.#put(room);
    return true;
  }

  async persist(room: IRoomCache, create = false): Promise<boolean> {
    if (!room.roomId || (!create && !this.#rooms.has(room.roomId))) return false;
    this.#put(room);
    return true;
  }

  /** Colyseus gives its own record of the room, which is changed here as its drivers do. */
  async update(room: IRoomCache, { $set, $inc }: Parameters<MatchMakerDriver["update"]>[1]): Promise<boolean> {
    const record = room as unknown as Record<string, unknown>;
    Object.assign(record, $set);
    for (const [field, by] of Object.entries($inc ?? {})) record[field] = Number(record[field]) + Number(by);
    // A room that was closed meanwhile stays closed.
    if (this.#rooms.get(room.roomId) !== room) return false;
    this.#write(room.roomId);
    return true;
  }

  async remove(roomId: string): Promise<boolean> {
    const room = this.#rooms.get(roomId);
    if (room === undefined) return false;
    this.#rooms.delete(roomId);
    const area = areaOf(room);
    const inArea = area === undefined ? undefined : this.#byArea.get(area);
    inArea?.delete(roomId);
    if (inArea?.size === 0) this.#byArea.delete(area!);
    this.#changed.delete(roomId);
    if (this.#options.remote !== null) this.#removed.set(roomId, area);
    this.#soon(LISTING_WRITE_MS);
    return true;
  }

  /** Removes the rooms of a process that is gone; or all of this one. */
  async cleanup(processId: string): Promise<void> {
    if (processId === this.#options.processId()) {
      for (const id of [...this.#rooms.keys()]) await this.remove(id);
      await this.#flush();
    } else {
      await this.#options.remote?.removeOf((owner) => owner === processId);
    }
  }

  /** Writes every row of this process again, and removes those that should not be there. Never rejects. */
  async restore(): Promise<void> {
    const { remote, processId } = this.#options;
    if (remote === null || this.#closed) return;
    const own = processId();
    // Rooms closed from here on are noted anew; those of before are found by their rows.
    this.#removed.clear();
    await remote.removeOf((owner, roomId) => owner === own && !this.#rooms.has(roomId));
    for (const id of this.#rooms.keys()) this.#changed.add(id);
    await this.#flush();
  }

  /** Writes again what others have removed: a process that stalled was taken for dead. Never rejects. */
  async heal(): Promise<void> {
    const there = await this.#options.remote?.byIds([...this.#rooms.keys()]);
    if (there === undefined) return;
    const ids = new Set(there.map((room) => room.roomId));
    for (const id of this.#rooms.keys()) if (!ids.has(id)) this.#write(id);
  }

  /** For tests of Colyseus. */
  async clear(): Promise<void> {
    await this.cleanup(this.#options.processId());
  }

  async shutdown(): Promise<void> {
    await this.#flush();
    this.#closed = true;
    this.#cancelWrite?.();
  }

  async #find(conditions: Conditions, sortOptions?: SortOptions): Promise<IRoomCache | undefined> {
    const { roomId, area } = conditions as { roomId?: unknown; area?: unknown };
    if (typeof roomId === "string") return this.#rooms.get(roomId) ?? await this.#remoteRoom(roomId);
    const here = matching([...(typeof area === "string" ? this.#byArea.get(area)?.values() ?? [] : this.#rooms.values())], conditions, sortOptions)[0];
    if (here !== undefined) return here;
    const remote = this.#options.remote;
    const others = typeof area === "string" ? [await remote?.byArea(area) ?? []].flat() : await remote?.all() ?? [];
    return matching(others.filter((room) => this.#isOthers(room)), conditions, sortOptions)[0];
  }

  async #remoteRoom(roomId: string): Promise<IRoomCache | undefined> {
    return (await this.#options.remote?.byIds([roomId]))?.find((room) => this.#isOthers(room));
  }

  /** Of this process's rooms this process knows best: a row that is not here is of one that was closed. */
  #isOthers(room: IRoomCache): boolean {
    return room.processId !== this.#options.processId() && !this.#rooms.has(room.roomId);
  }

  #put(room: IRoomCache): void {
    this.#rooms.set(room.roomId, room);
    const area = areaOf(room);
    if (area !== undefined) {
      let inArea = this.#byArea.get(area);
      if (inArea === undefined) this.#byArea.set(area, (inArea = new Map<string, IRoomCache>()));
      inArea.set(room.roomId, room);
    }
    this.#removed.delete(room.roomId);
    this.#write(room.roomId);
  }

  #write(roomId: string): void {
    if (this.#options.remote === null) return;
    this.#changed.add(roomId);
    this.#soon(LISTING_WRITE_MS);
  }

  #soon(delayMs: number): void {
    if (this.#closed || this.#options.remote === null || this.#cancelWrite !== undefined) return;
    this.#cancelWrite = this.#options.clock.after(delayMs, () => void this.#flush());
  }

  /** One at a time. Never rejects. */
  #flush(): Promise<void> {
    this.#cancelWrite?.();
    this.#cancelWrite = undefined;
    return (this.#writing = this.#writing.then(() => this.#writeAll()));
  }

  async #writeAll(): Promise<void> {
    const { remote } = this.#options;
    if (remote === null || this.#closed) return;
    // Whatever is outstanding when it comes back is written by `restore`.
    if (!remote.up) return this.#removed.clear();
    const changed = [...this.#changed].flatMap((id) => this.#rooms.get(id) ?? []);
    const removed = [...this.#removed].map(([roomId, area]) => ({ roomId, area }));
    if (changed.length + removed.length === 0) return;
    this.#changed.clear();
    this.#removed.clear();
    if (await remote.write(changed, removed)) return;
    for (const { roomId } of changed) if (this.#rooms.has(roomId)) this.#changed.add(roomId);
    for (const { roomId, area } of removed) if (!this.#rooms.has(roomId)) this.#removed.set(roomId, area);
    this.#soon(LISTING_RETRY_MS);
  }
}

