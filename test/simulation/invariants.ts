/**
 * What must hold, whatever was broken: looked at when a client gets an answer, and when everything has come to rest.
 * The journal is played again by a few lines of its own, so that a mistake in folding or applying shows.
 */
import type { CoinCause, DurableEvent, ItemCause } from "../../src/engine/events.ts";
import { splitHolder, type CharacterId, type NpcId } from "../../src/engine/ids.ts";
import { loadAreaState } from "../../src/engine/load-area.ts";
import type { Item } from "../../src/engine/world.ts";
import type { JournalEntry, MemoryStore } from "../../src/persistence/memory-store.ts";
import type { ActiveArea } from "../../src/runtime/active-area.ts";
import type { Answered, SimClient } from "./sim-client.ts";
import type { SimProcess } from "./sim-process.ts";
import { stepsOf } from "./lines.ts";
import { CONTENT, startCharacters, startItems } from "./tiny-world.ts";

/** How many steps of a request were journaled when its answer reached the client. */
export interface Promised { readonly journaledAt: Map<string, number> }

export interface Looked {
  readonly store: MemoryStore;
  readonly processes: readonly SimProcess[];
  readonly clients: readonly SimClient[];
  readonly foreign: ReadonlySet<string>;
  readonly promised: Promised;
}

/** What a request has in the journal, in the order of writing. */
function entriesOf(store: MemoryStore, id: CharacterId, seq: number): JournalEntry[] {
  return [...store.journal.values()].filter(({ unit: { actor, request } }) => actor === id && request !== null && "seq" in request && request.seq === seq);
}

/** The moment a client gets a final answer: an "ok" must be written by now. */
export function onAnswer({ store, promised }: Looked, id: CharacterId, seq: number, { line, reply }: Answered): string | undefined {
  const entries = entriesOf(store, id, seq);
  promised.journaledAt.set(`${id} ${seq}`, entries.length);
  const { writes, count } = stepsOf(line);
  if (reply.status !== "ok" || (!writes && entries.length === 0)) return undefined;
  if (entries.length === 0) return `${id} was told that "${line}" (${seq}) is done, and the journal does not know`;
  const written = entries.at(-1)!.unit.reply?.messages ?? [];
  const told = count === 1 ? reply.messages : reply.messages.slice(0, written.length);
  return JSON.stringify(told) === JSON.stringify(written) ? undefined : `${id} was told "${JSON.stringify(told)}" for "${line}" (${seq}), the journal has "${JSON.stringify(written)}"`;
}

/** Everything, once the world is at rest. */
export function atRest(looked: Looked): string[] {
  const { store, clients, processes } = looked;
  return [
    ...replay(store), ...conserved(store), ...everythingSomewhere(store), ...onlyOnce(store),
    ...clients.flatMap((client) => [...client.answers].flatMap(([seq, answer]) => denied(looked, client.id, seq, answer) ?? [])),
    ...processes.flatMap((process) => (process.alive ? [...process.host.areas].flatMap((active) => asTheRowsSay(looked, process, active)) : [])),
  ];
}

/** The world as a few lines of our own make it from the journal. */
interface Replayed {
  readonly items: Map<string, Item>;
  readonly characters: Map<string, { coins: number; room: string }>;
  /** Letters that wait, and for whom. */
  readonly letters: Map<string, string>;
  readonly taken: Set<string>;
}

/** The journal from the start gives the rows. */
function replay(store: MemoryStore): string[] {
  const world: Replayed = {
    items: new Map(startItems().map((item) => [item.id, item])), characters: new Map(startCharacters().map(({ id, coins, room }) => [id, { coins, room }])),
    letters: new Map(), taken: new Set(),
  };
  for (const { id, unit } of store.journal.values()) {
    for (const event of unit.events) {
      const wrong = replayOne(world, event) ?? replayLetter(world, event);
      if (wrong !== undefined) return [`entry ${id} of the journal ("${unit.command}" of ${unit.actor}): ${wrong}`];
    }
  }
  return [...differences(store, world), ...forgotten(world)];
}

function differences(store: MemoryStore, { items, characters, letters }: Replayed): string[] {
  const wrong: string[] = [];
  for (const id of new Set([...items.keys(), ...store.items.keys()])) {
    const [journal, row] = [items.get(id), store.items.get(id as never)].map((item) => (item === undefined ? "nowhere" : textOf({ ...item, spawn: null })));
    if (journal !== row) wrong.push(`by the journal ${id} is ${journal}, by its row ${row}`);
  }
  for (const [id, { coins, room }] of characters) {
    const row = store.characters.get(id as never)?.character;
    if (row?.coins !== coins) wrong.push(`by the journal ${id} has ${coins} coins, by the row ${row?.coins}`);
    if (row?.room !== room) wrong.push(`by the journal ${id} is in ${room}, by the row in ${row?.room}`);
  }
  for (const id of new Set([...letters.keys(), ...store.letterRows.keys()])) {
    const [journal, row] = [letters.get(id), store.letterRows.get(id as never)?.to];
    if (journal !== row) wrong.push(`by the journal the letter ${id} waits for ${journal}, by its row for ${row}`);
  }
  return wrong;
}

/** What was in a letter that has been collected is in somebody's hands, and nothing stays in escrow. */
const forgotten = ({ items, taken }: Replayed): string[] =>
  [...items.values()].flatMap(({ id, at }) => (at.startsWith("escrow:") && taken.has(splitHolder(at).id) ? [`${id} was left behind in a letter that was collected`] : []));

function replayLetter({ items, letters, taken }: Replayed, event: DurableEvent): string | undefined {
  switch (event.type) {
    case "letter-posted":
      if (letters.has(event.letter.id) || taken.has(event.letter.id)) return `the letter ${event.letter.id} is sent twice`;
      letters.set(event.letter.id, event.letter.to);
      return undefined;
    case "letter-taken":
      if (letters.get(event.letter) !== event.by) return `${event.by} collects the letter ${event.letter}, which waits for ${letters.get(event.letter)}`;
      letters.delete(event.letter);
      taken.add(event.letter);
      return undefined;
    case "item-received":
      for (const received of [event.item, ...event.contents]) {
        const item = items.get(received.id);
        const [known, told] = [item, received].map((one) => (one === undefined ? "nowhere" : textOf({ ...one, spawn: null })));
        if (known !== told) return `${received.id} comes out of a letter as ${told}, but is ${known}`;
      }
      Object.assign(items.get(event.item.id)!, { at: event.to, slot: null });
      return undefined;
    default: return undefined;
  }
}

const textOf = ({ kind, at, slot, quantity, charges, open, locked, lit, spawn }: Item): string => JSON.stringify([kind, at, slot, quantity, charges, open, locked, lit, spawn]);

function replayOne({ items, characters }: Replayed, event: DurableEvent): string | undefined {
  switch (event.type) {
    case "item-created":
      if (items.has(event.item.id)) return `${event.item.id} is made twice`;
      items.set(event.item.id, { ...event.item });
      return undefined;
    case "item-moved": {
      const item = items.get(event.item);
      if (item?.at !== event.from) return `${event.item} is moved from ${event.from}, but is ${item?.at ?? "nowhere"}`;
      Object.assign(item, { at: event.to, slot: event.slot });
      return undefined;
    }
    case "item-quantity-changed": {
      const item = items.get(event.item);
      if (item?.at !== event.at || item.quantity !== event.from) return `${event.item} is counted as ${event.from} at ${event.at}, but is ${item?.quantity} at ${item?.at}`;
      item.quantity = event.to;
      return undefined;
    }
    case "item-destroyed": {
      const item = items.get(event.item);
      if (item?.at !== event.from || item.quantity !== event.quantity) return `${event.item} ends as ${event.quantity} at ${event.from}, but is ${item?.quantity} at ${item?.at}`;
      items.delete(event.item);
      return undefined;
    }
    case "coins-changed": {
      const purse = characters.get(event.character)!;
      purse.coins += event.delta;
      return purse.coins < 0 ? `${event.character} pays more than there is` : undefined;
    }
    case "character-moved": {
      const character = characters.get(event.character)!;
      if (character.room !== event.from) return `${event.character} walks from ${event.from}, but is in ${character.room}`;
      character.room = event.to;
      return undefined;
    }
    default: return undefined;
  }
}

const MINTS: ReadonlySet<CoinCause> = new Set(["start", "quest", "sell", "admin", "buy", "postage"]);
/** What makes or ends things; every other cause only moves or divides them. */
const MAKES: ReadonlySet<ItemCause> = new Set(["spawn", "buy", "sell", "quest", "start", "eat", "drink", "use", "deliver", "admin", "cleanup"]);

/**
 * Coins are what was minted less what was burned; of each kind there is what was made less what was ended. Each entry of the
 * journal adds up by itself: what leaves one purse, hand or pile in it comes into another.
 */
function conserved(store: MemoryStore): string[] {
  const expected = new Map<string, number>();
  const add = (counts: Map<string, number>, kind: string, count: number): void => void counts.set(kind, (counts.get(kind) ?? 0) + count);
  for (const { kind, quantity } of startItems()) add(expected, kind, quantity);
  for (const { coins } of startCharacters()) add(expected, "coins", coins);
  const kinds = new Map(startItems().map(({ id, kind }) => [id as string, kind as string]));
  const wrong: string[] = [];
  for (const { id, unit } of store.journal.values()) {
    const moved = new Map<string, number>();
    for (const event of unit.events) {
      if (event.type === "item-created") kinds.set(event.item.id, event.item.kind);
      if (event.type === "coins-changed") add(MINTS.has(event.cause) ? expected : moved, "coins", event.delta);
      else if (event.type === "item-created") add(MAKES.has(event.cause) ? expected : moved, event.item.kind, event.item.quantity);
      else if (event.type === "item-destroyed") add(MAKES.has(event.cause) ? expected : moved, event.kind, -event.quantity);
      else if (event.type === "item-quantity-changed") add(MAKES.has(event.cause) ? expected : moved, kinds.get(event.item) ?? "?", event.to - event.from);
    }
    for (const [kind, count] of moved) if (count !== 0) wrong.push(`entry ${id} ("${unit.command}" of ${unit.actor}) moves ${kind} and ${count} of them come from nowhere`);
  }
  const counted = new Map<string, number>();
  for (const { kind, quantity } of store.items.values()) add(counted, kind, quantity);
  for (const { character } of store.characters.values()) add(counted, "coins", character.coins);
  for (const kind of new Set([...expected.keys(), ...counted.keys()])) {
    if ((expected.get(kind) ?? 0) !== (counted.get(kind) ?? 0)) wrong.push(`there are ${counted.get(kind) ?? 0} of ${kind}, and there must be ${expected.get(kind) ?? 0}`);
  }
  return wrong;
}

/** Every thing is at a place that there is. */
function everythingSomewhere(store: MemoryStore): string[] {
  return [...store.items.values()].flatMap((item) => {
    const { kind, id } = splitHolder(item.at);
    const isThere = kind === "room" ? CONTENT.rooms.has(id as never) : kind === "char" ? store.characters.has(id as never) : kind === "item" ? store.items.has(id as never) : kind === "escrow" ? store.letterRows.has(id as never) : kind === "npc";
    return [...(isThere ? [] : [`${item.id} is at ${item.at}, which there is not`]), ...(item.quantity > 0 ? [] : [`${item.id} holds ${item.quantity}`])];
  });
}

/** Each step of each request, and each doing of the world, is committed once; the epochs of an area never fall. */
function onlyOnce(store: MemoryStore): string[] {
  const seen = new Set<string>();
  const epochs = new Map<string, number>();
  const wrong: string[] = [];
  for (const { unit: { actor, request, area, epoch } } of store.journal.values()) {
    if (request !== null) {
      const key = "seq" in request ? `${actor} ${request.seq} ${request.step}` : request.deterministicId;
      if (seen.has(key)) wrong.push(`committed twice: ${key}`);
      seen.add(key);
    }
    if (epoch < (epochs.get(area) ?? 0)) wrong.push(`${area} was written with epoch ${epoch} after ${epochs.get(area)}`);
    epochs.set(area, epoch);
  }
  return wrong;
}

/** Codes that say nothing about whether it was done. */
const SILENT = new Set(["E_MOVED", "E_DRAINING"]);

/** What is wrong with an answer that a client holds. */
function denied({ store, promised }: Looked, id: CharacterId, seq: number, { line, reply }: Answered): string | undefined {
  const entries = entriesOf(store, id, seq);
  const { count, writes } = stepsOf(line);
  const what = `${id} was answered ${reply.status} ${reply.code ?? ""} to "${line}" (${seq}), and ${entries.length} of its steps were written`;
  if (reply.status === "ok") return writes && entries.length !== promised.journaledAt.get(`${id} ${seq}`) ? `${what}, some of them after the answer` : undefined;
  if (reply.code !== undefined && SILENT.has(reply.code)) return undefined;
  return entries.length >= count || (reply.code === "E_STALE" && entries.length > 0) ? what : undefined;
}

/** The memory of the owner is what loading it afresh would give. */
function asTheRowsSay({ store, foreign }: Looked, process: SimProcess, active: ActiveArea): string[] {
  const owner = store.owners.get(active.id);
  if (owner?.process !== process.name || owner.epoch !== active.epoch || active.mailboxSize > 0) return [];
  const { def, characters } = active.area;
  const spawns = [...CONTENT.spawns.values()].filter((spawn) => spawn.area === def.id);
  const npcs = spawns.flatMap((spawn) => (spawn.what.type === "npc" ? [`${spawn.id}#1` as NpcId] : []));
  const fresh = loadAreaState(def, CONTENT, store.areaRows({ rooms: def.rooms, doors: [], spawns: spawns.map(({ id }) => id), npcs }));
  const rows = new Map<string, Item>(fresh.items);
  const wrong: string[] = [];
  for (const character of characters.values()) {
    const row = store.characterRows(character.id, null);
    for (const item of row?.items ?? []) rows.set(item.id, item);
    const [memory, stored] = [character, row?.character].map((one) => JSON.stringify([one?.room, one?.coins, [...(one?.quests ?? [])]]));
    if (memory !== stored) wrong.push(`${active.id} of ${process.name} has ${character.id} as ${memory}, the row says ${stored}`);
  }
  for (const id of new Set([...rows.keys(), ...active.area.items.keys()])) {
    const [memory, row] = [active.area.items.get(id as never), rows.get(id)].map((item) => (item === undefined ? "nowhere" : textOf(item)));
    if (memory !== row && !foreign.has(id)) wrong.push(`${active.id} of ${process.name} has ${id} ${memory}, its row says ${row}`);
  }
  for (const [id, { generation }] of active.area.spawns) {
    if (generation !== fresh.spawns.get(id)?.generation) wrong.push(`${active.id} of ${process.name} has spawn ${id} at ${generation}`);
  }
  return wrong;
}
