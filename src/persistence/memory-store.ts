/**
 * The storage ports over plain maps, with the same outcomes as PostgreSQL: for tests and simulations, where several
 * processes share one store, an answer may be late or lost, and time stands still until it is told.
 */
import type { AreaId, CharacterId, DoorId, Holder, ItemId, LetterId, NpcId, RoomId, SpawnId } from "../engine/ids.ts";
import { inLetter, type Addressee, type Letter, type WaitingLetter } from "../engine/post.ts";
import type { Character, DoorState, Item, QuestProgress, SpawnState } from "../engine/world.ts";
import { LEASE_TTL_MS, MAX_ITEM_DEPTH, REPLIES_KEPT } from "../limits.ts";
import type { Response } from "../protocol/server-messages.ts";
import type { AreaStore, Committer, CommitOutcome, CommitUnit, LoadedArea, LoadedCharacter, Outbox, OutboxRow, Ownership, SoftWriter } from "../runtime/ports.ts";
import { requestKey, type Entry } from "./batch.ts";
import { columns, Contradiction, fold, itemFields, sameProgress, type ItemColumns, type RowChanges } from "./fold.ts";
import { idMaker } from "./new-id.ts";
import { StorageError } from "./storage-error.ts";

export interface JournalEntry {
  readonly id: number;
  readonly key: string;
  readonly commitId: string;
  readonly unit: CommitUnit;
}

/** A command on its way into the rows. */
export type StoredEntry = Entry & { readonly unit: CommitUnit };

interface StoredCharacter { character: Character; lastSeq: number; lastStep: number; replies: { seq: number; step: number; reply: Response }[] }
interface StoredProcess { expiresAtMs: number; steadySinceMs: number; fenced: boolean }

export class MemoryStore implements Committer, AreaStore, Outbox, SoftWriter {
  readonly items = new Map<ItemId, Item>();
  readonly characters = new Map<CharacterId, StoredCharacter>();
  readonly doors = new Map<DoorId, DoorState>();
  readonly spawns = new Map<SpawnId, SpawnState>();
  readonly npcs = new Map<NpcId, { room: RoomId; goneUntilMs: number | null }>();
  readonly letterRows = new Map<LetterId, Letter>();
  readonly outbox: OutboxRow[] = [];
  readonly owners = new Map<AreaId, { process: string | null; epoch: number }>();
  readonly processes = new Map<string, StoredProcess>();
  readonly journal = new Map<string, JournalEntry>();
  /**
   * Awaited before each step, so that a test can hold it up; what it throws is what the caller of the step sees (a
   * commit that cannot be sent is `unavailable`).
   */
  gate: (step: "commit" | "load" | "soft" | "lease") => Promise<void> = () => Promise.resolve();
  readonly #nowMs: () => number;
  readonly #newId = idMaker();
  #last: Promise<unknown> = Promise.resolve();
  #arrivals = 0;
  readonly #arrived = new Map<ItemId, number>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  // ---- filling it

  putItem(item: Item): void {
    this.items.set(item.id, { ...item });
    this.#arrived.set(item.id, (this.#arrivals += 1));
  }

  putCharacter(character: Character): void {
    this.characters.set(character.id, { character: copied(character), lastSeq: 0, lastStep: -1, replies: [] });
  }

  // ---- Committer

  commit(unit: CommitUnit): Promise<CommitOutcome> {
    const outcome = this.#last.then(() => this.#commit(unit));
    this.#last = outcome;
    return outcome;
  }

  /** Commits, and also whatever soft state waits: both ports have a `flush`, and here nothing soft waits. */
  async flush(): Promise<void> {
    await this.#last;
  }

  async #commit(unit: CommitUnit): Promise<CommitOutcome> {
    try {
      await this.gate("commit");
    } catch (cause) {
      return { kind: "unavailable", cause };
    }
    let rows: RowChanges;
    try {
      rows = fold(unit.events);
    } catch (error) {
      if (error instanceof Contradiction) return { kind: "mismatch", detail: error.message };
      throw error;
    }
    const entry: StoredEntry = { unit, rows, commitId: this.#newId() };
    return this.refusal(entry) ?? { kind: "committed", entry: String(this.write(entry).id) };
  }

  /** Why the entry cannot be written as the rows are now; undefined: it can. */
  refusal(entry: StoredEntry): Exclude<CommitOutcome, { kind: "committed" | "unavailable" }> | undefined {
    if (this.journal.has(requestKey(entry)) || this.#isPast(entry.unit)) return { kind: "duplicate", reply: this.#keptReply(entry.unit) };
    if (!this.owns(entry.unit)) return { kind: "fenced" };
    const wrong = this.mismatch(entry.unit, entry.rows);
    return wrong === undefined ? undefined : { kind: "mismatch", detail: wrong };
  }

  /** Writes the entry, all of it at once; only after `refusal` had nothing against it. */
  write(entry: StoredEntry): JournalEntry {
    const key = requestKey(entry);
    const journaled: JournalEntry = { id: this.journal.size + 1, key, commitId: entry.commitId, unit: copied(entry.unit) };
    this.journal.set(key, journaled);
    this.writeRows(entry.unit, entry.rows);
    return journaled;
  }

  /** A character's requests are written in strictly growing numbers. */
  #isPast({ actor, request }: CommitUnit): boolean {
    const stored = actor === null ? undefined : this.characters.get(actor);
    if (stored === undefined || request === null || !("seq" in request)) return false;
    return request.seq < stored.lastSeq || (request.seq === stored.lastSeq && request.step <= stored.lastStep);
  }

  #keptReply({ actor, request }: CommitUnit): Response | null {
    if (actor === null || request === null || !("seq" in request)) return null;
    return this.characters.get(actor)?.replies.find((kept) => kept.seq === request.seq && kept.step === request.step)?.reply ?? null;
  }

  protected owns({ area, epoch }: CommitUnit): boolean {
    const owner = this.owners.get(area);
    return owner !== undefined && owner.epoch === epoch && owner.process !== null && this.processes.get(owner.process)?.fenced === false;
  }

  /** What is not as the unit expects; undefined: all is. */
  protected mismatch(unit: CommitUnit, rows: RowChanges): string | undefined {
    for (const [id, change] of rows.items) {
      const item = this.items.get(id);
      if (change.type === "create" ? item !== undefined : change.type !== "never" && !isAs(item, change.at, change.expect)) return `not as expected: item ${id}`;
    }
    for (const [id, change] of rows.characters) {
      const stored = this.characters.get(id)?.character;
      if (stored === undefined || stored.coins + change.coins < 0 || (change.from !== null && stored.room !== change.from)) return `not as expected: character ${id}`;
    }
    for (const [key, { character, quest, from }] of rows.rare.quests) {
      const now = this.characters.get(character)?.character.quests.get(quest) ?? null;
      if (now === null ? from !== null : !sameProgress(now, from)) return `not as expected: quest ${key}`;
    }
    for (const [id, { to }] of rows.rare.lettersNew) if (this.letterRows.has(id) || !this.characters.has(to)) return `not as expected: letter ${id}`;
    for (const [id, to] of rows.rare.lettersGone) if (this.letterRows.get(id)?.to !== to) return `not as expected: letter ${id}`;
    if (unit.actor !== null && unit.request !== null && "seq" in unit.request && !this.characters.has(unit.actor)) return `not as expected: character ${unit.actor}`;
    return undefined;
  }

  protected writeRows(unit: CommitUnit, rows: RowChanges): void {
    for (const [id, change] of rows.items) {
      if (change.type === "create") this.putItem(change.item);
      else if (change.type === "destroy") this.items.delete(id);
      else if (change.type === "change") {
        Object.assign(this.items.get(id) as Item, itemFields(change.changes));
        if (change.changes.location !== undefined) this.#arrived.set(id, (this.#arrivals += 1));
      }
    }
    for (const [id, change] of rows.characters) {
      const { character } = this.characters.get(id) as StoredCharacter;
      character.coins += change.coins;
      character.room = change.to ?? character.room;
      character.settings = change.settings ?? character.settings;
    }
    for (const { character, quest, to } of rows.rare.quests.values()) this.characters.get(character)?.character.quests.set(quest, { ...to } satisfies QuestProgress);
    for (const [id, door] of rows.rare.doors) this.doors.set(id, { id, ...door });
    for (const [id, letter] of rows.rare.lettersNew) {
      this.letterRows.set(id, { ...letter });
      this.outbox.push({ id, target: letter.to, ageMs: 0 });
    }
    for (const id of rows.rare.lettersGone.keys()) this.letterRows.delete(id);
    for (const [id, spawn] of rows.rare.spawns) this.spawns.set(id, { id, ...spawn });
    this.keepReply(unit);
  }

  protected keepReply({ actor, request, reply }: CommitUnit): void {
    const stored = actor === null ? undefined : this.characters.get(actor);
    if (stored === undefined || request === null || !("seq" in request)) return;
    stored.lastSeq = request.seq;
    stored.lastStep = request.step;
    if (reply === null) return;
    stored.replies.push({ ...request, reply: copied(reply) });
    stored.replies.sort((a, b) => a.seq - b.seq || a.step - b.step);
    const newest = [...new Set(stored.replies.map((kept) => kept.seq))].slice(-REPLIES_KEPT);
    stored.replies = stored.replies.filter((kept) => newest.includes(kept.seq));
  }

  // ---- AreaStore

  async loadArea(area: Parameters<AreaStore["loadArea"]>[0]): Promise<LoadedArea> {
    await this.gate("load");
    return this.areaRows(area);
  }

  /** `loadArea` without waiting. */
  areaRows(area: Parameters<AreaStore["loadArea"]>[0]): LoadedArea {
    return copied({
      items: this.#held([...area.rooms.map((id): Holder => `room:${id}`), ...area.npcs.map((id): Holder => `npc:${id}`)]),
      doors: area.doors.flatMap((id) => this.doors.get(id) ?? []),
      spawns: area.spawns.flatMap((id) => this.spawns.get(id) ?? []),
      npcs: [...this.npcs].flatMap(([id, npc]) => (area.npcs.includes(id) || area.rooms.includes(npc.room) ? [{ id, ...npc }] : [])),
    });
  }

  async loadCharacter(id: CharacterId, room: RoomId | null): Promise<LoadedCharacter | undefined> {
    await this.gate("load");
    return this.characterRows(id, room);
  }

  async loadCharacters(ids: readonly CharacterId[]): Promise<ReadonlyMap<CharacterId, LoadedCharacter>> {
    await this.gate("load");
    return this.charactersRows(ids);
  }

  /** `loadCharacters` without waiting. */
  charactersRows(ids: readonly CharacterId[]): ReadonlyMap<CharacterId, LoadedCharacter> {
    return new Map(ids.flatMap((id) => {
      const rows = this.characterRows(id, null);
      return rows === undefined ? [] : [[id, rows] as const];
    }));
  }

  /** `loadCharacter` without waiting. */
  characterRows(id: CharacterId, room: RoomId | null): LoadedCharacter | undefined {
    const stored = this.characters.get(id);
    if (stored === undefined || (room !== null && stored.character.room !== room)) return undefined;
    return copied({ character: stored.character, items: this.#held([`char:${id}`]), replies: stored.replies.map(({ seq, step, reply }) => ({ seq, step, json: JSON.stringify(reply) })), seq: stored.lastSeq, hasPost: this.lettersTo(id).length > 0 });
  }

  async locate(id: CharacterId): Promise<RoomId | undefined> {
    await this.gate("load");
    return this.characters.get(id)?.character.room;
  }

  async addressee(name: string): Promise<Addressee | undefined> {
    await this.gate("load");
    return this.addresseeRow(name);
  }

  /** `addressee` without waiting. */
  addresseeRow(name: string): Addressee | undefined {
    for (const { character } of this.characters.values()) {
      if (character.name.toLowerCase() !== name.toLowerCase()) continue;
      return { id: character.id, name: character.name, waiting: [...this.letterRows.values()].filter(({ to }) => to === character.id).length };
    }
    return undefined;
  }

  async letters(to: CharacterId): Promise<WaitingLetter[]> {
    await this.gate("load");
    return this.lettersTo(to);
  }

  /** `letters` without waiting. */
  lettersTo(to: CharacterId): WaitingLetter[] {
    return copied([...this.letterRows.values()].filter((letter) => letter.to === to).map((letter) => ({ ...letter, items: this.#held([inLetter(letter.id)]) })));
  }

  // ---- Outbox

  async waiting(): Promise<OutboxRow[]> {
    await this.gate("load");
    return [...this.outbox];
  }

  async done(rows: readonly OutboxRow[]): Promise<void> {
    await this.gate("soft");
    this.outboxDone(rows);
  }

  /** `done` without waiting. */
  outboxDone(rows: readonly OutboxRow[]): void {
    for (const { id } of rows) {
      const index = this.outbox.findIndex((row) => row.id === id);
      if (index >= 0) this.outbox.splice(index, 1);
    }
  }

  /** Level by level, each in the order of arrival. */
  #held(holders: readonly Holder[]): Item[] {
    const found: Item[] = [];
    let level = new Set<Holder>(holders);
    for (let depth = 0; level.size > 0 && depth < MAX_ITEM_DEPTH; depth += 1) {
      const here = [...this.items.values()].filter((item) => level.has(item.at)).sort((a, b) => (this.#arrived.get(a.id) ?? 0) - (this.#arrived.get(b.id) ?? 0));
      found.push(...here);
      level = new Set(here.map((item): Holder => `item:${item.id}`));
    }
    return found;
  }

  // ---- SoftWriter: at once, since there is nothing to save by waiting

  character(id: CharacterId, state: Parameters<SoftWriter["character"]>[1], owner: { area: AreaId; epoch: number }): void {
    const stored = this.characters.get(id)?.character;
    if (stored === undefined || this.owners.get(owner.area)?.epoch !== owner.epoch || state.playtimeS < stored.playtimeS) return;
    Object.assign(stored, state);
  }

  npc(id: NpcId, state: { room: RoomId; goneUntilMs: number | null }, owner: { area: AreaId; epoch: number }): void {
    if (this.owners.get(owner.area)?.epoch === owner.epoch) this.npcs.set(id, { ...state });
  }

  // ---- leases

  /** Registers a process, or renews its lease; false when it has been fenced. */
  beat(process: string): boolean {
    const now = this.#nowMs();
    const known = this.processes.get(process);
    if (known?.fenced === true) return false;
    const steadySinceMs = known === undefined || known.expiresAtMs <= now ? now : known.steadySinceMs;
    this.processes.set(process, { expiresAtMs: now + LEASE_TTL_MS, steadySinceMs, fenced: false });
    return true;
  }

  /** Somebody has taken the process's slot: its areas are free, and what it may still send is not written. */
  fence(process: string): void {
    const known = this.processes.get(process);
    if (known !== undefined) known.fenced = true;
    for (const owner of this.owners.values()) {
      if (owner.process !== process) continue;
      owner.process = null;
      owner.epoch += 1;
    }
  }

  /** The leases as one process sees them; `beat` registers it. */
  ownership(process: string): Ownership {
    const isFenced = (): boolean => this.processes.get(process)?.fenced === true;
    return {
      get alive() {
        // Nobody renews a lease by itself here; who takes an area renews it in the same step.
        return !isFenced();
      },
      acquire: async (area) => {
        await this.gate("lease");
        return this.acquire(process, area);
      },
      release: async (area, epoch) => {
        await this.gate("lease");
        this.release(process, area, epoch);
      },
    };
  }

  /** Takes an area for a process, or says who has it; throws `StorageError` when the process has been fenced. */
  acquire(process: string, area: AreaId): { readonly epoch: number } | { readonly heldBy: string } {
    if (!this.beat(process)) throw new StorageError("refused", new Error("this process has been fenced"));
    const owner = this.owners.get(area) ?? { process: null, epoch: 0 };
    if (!this.#mayTake(process, owner.process)) return { heldBy: owner.process ?? "" };
    const epoch = owner.epoch + 1;
    this.owners.set(area, { process, epoch });
    return { epoch };
  }

  release(process: string, area: AreaId, epoch: number): void {
    const owner = this.owners.get(area);
    if (owner?.process === process && owner.epoch === epoch) owner.process = null;
  }

  #mayTake(process: string, holder: string | null): boolean {
    if (holder === null || holder === process) return true;
    const theirs = this.processes.get(holder);
    if (theirs === undefined || theirs.fenced) return true;
    const now = this.#nowMs();
    return theirs.expiresAtMs <= now && (this.processes.get(process)?.steadySinceMs ?? now) <= now - LEASE_TTL_MS;
  }
}

function isAs(item: Item | undefined, at: Holder, expect: ItemColumns): boolean {
  if (item === undefined || item.at !== at) return false;
  const now = columns(item);
  return Object.entries(expect).every(([name, value]) => now[name as keyof ItemColumns] === value);
}

/** A copy that shares nothing: of what rows are made of, and a fraction of the time that `structuredClone` takes. */
function copied<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(copied) as T;
  if (value instanceof Map) return new Map([...value].map(([key, held]) => [key, copied(held as unknown)])) as T;
  const copy: Record<string, unknown> = {};
  for (const key in value) copy[key] = copied(value[key]);
  return copy as T;
}
