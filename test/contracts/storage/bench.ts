/** What the storage suites need of a store: a small town to act on, and an eye for what its rows say. */
import type { ContentIndex } from "../../../src/engine/content.ts";
import type { DurableEvent } from "../../../src/engine/events.ts";
import { asId, type AreaId, type CharacterId, type Holder, type ItemId, type RoomId } from "../../../src/engine/ids.ts";
import type { Character, Item } from "../../../src/engine/world.ts";
import type { Response } from "../../../src/protocol/server-messages.ts";
import type { AreaStore, Committer, CommitUnit, Outbox, Ownership, SoftWriter } from "../../../src/runtime/ports.ts";

/** One store under test. A process is known by a short name; it is registered when it is first named. */
export interface StoreBench {
  readonly committer: Committer;
  readonly areas: AreaStore;
  readonly outbox: Outbox;
  readonly soft: SoftWriter;
  lease(process: string): Promise<Ownership>;
  /** A successor has started in the process's slot. */
  fence(process: string): Promise<void>;
  /** The process has not renewed its lease for long; `steady` ones have renewed theirs all the time. */
  letLapse(process: string): Promise<void>;
  makeSteady(process: string): Promise<void>;
  putItem(item: Item): Promise<void>;
  putCharacter(character: Character): Promise<void>;
  item(id: string): Promise<Item | undefined>;
  door(id: string): Promise<{ open: boolean; locked: boolean } | undefined>;
  spawn(id: string): Promise<{ generation: number; dueAtMs: number | null } | undefined>;
  /** Entries of the journal that this character's commands, or the world (null), made. */
  journalOf(actor: string | null): Promise<{ command: string; events: readonly DurableEvent[] }[]>;
}

export type OpenBench = () => StoreBench;

let counter = 0;
/** Names of one test, so that tests share a database without meeting each other. */
export function names(): (name: string) => string {
  counter += 1;
  const prefix = `t${counter}`;
  return (name) => `${prefix}_${name}`;
}

export const anItem = (id: string, at: string, more: Partial<Item> = {}): Item => ({
  id: asId<ItemId>(id), kind: asId("sword"), at: at as Holder, slot: null, quantity: 1, charges: null, open: true, locked: false, lit: false, spawn: null, ...more,
});

export const aCharacter = (id: string, room: string, more: Partial<Character> = {}): Character => ({
  id: asId<CharacterId>(id), name: id, role: "player", guest: false, room: asId<RoomId>(room), coins: 0, quests: new Map(),
  settings: { aliases: {}, brief: false, mutedChannels: [] }, position: "standing", health: 100, vigour: 100, playtimeS: 0,
  afk: null, lastTellFrom: null, following: null, linkDead: false, lastLine: null, ...more,
});

export const moved = (item: string, from: string, to: string): DurableEvent =>
  ({ type: "item-moved", item: asId(item), from: from as Holder, to: to as Holder, slot: null });
export const paid = (character: string, delta: number): DurableEvent => ({ type: "coins-changed", character: asId(character), delta, cause: "give" });
export const aReply = (id: string, text: string): Response => ({ type: "response", id, status: "ok", messages: [{ message: text, message_type: "action" }] });

/** A town of one area, owned by the process `server`, and commands of its people. */
export class Town {
  readonly bench: StoreBench;
  readonly name: (name: string) => string;
  readonly area: AreaId;
  epoch = 0;
  readonly #seqs = new Map<string, number>();

  private constructor(bench: StoreBench, name: (name: string) => string) {
    this.bench = bench;
    this.name = name;
    this.area = asId<AreaId>(name("town"));
  }

  static async open(bench: StoreBench): Promise<Town> {
    const town = new Town(bench, names());
    const owned = await (await bench.lease(town.name("server"))).acquire(town.area);
    if (!("epoch" in owned)) throw new Error(`the town is held by ${owned.heldBy}`);
    town.epoch = owned.epoch;
    return town;
  }

  get square(): string {
    return this.name("square");
  }

  async person(name: string, coins = 0): Promise<string> {
    const id = this.name(name);
    await this.bench.putCharacter(aCharacter(id, this.square, { coins }));
    return id;
  }

  async thing(name: string, at: string, more: Partial<Item> = {}): Promise<string> {
    const id = this.name(name);
    await this.bench.putItem(anItem(id, at, more));
    return id;
  }

  /** The next command of a character. */
  unit(actor: string, events: readonly DurableEvent[], more: Partial<CommitUnit> = {}): CommitUnit {
    const seq = (this.#seqs.get(actor) ?? 0) + 1;
    this.#seqs.set(actor, seq);
    return {
      area: this.area, epoch: this.epoch, actor: asId<CharacterId>(actor), room: asId<RoomId>(this.square), request: { seq, step: 0 },
      command: "test", events, reply: aReply(`r${seq}`, `answer ${seq}`), ...more,
    };
  }

  commit(actor: string, events: readonly DurableEvent[], more: Partial<CommitUnit> = {}) {
    return this.bench.committer.commit(this.unit(actor, events, more));
  }

  async coins(id: string): Promise<number | undefined> {
    return (await this.bench.areas.loadCharacter(asId<CharacterId>(id), null))?.character.coins;
  }

  async where(id: string): Promise<string | undefined> {
    return (await this.bench.item(id))?.at;
  }
}

export type Content = ContentIndex;
