/**
 * The verdict by SQL: whether a database is what its journal, and everybody who was answered, says. Each check is shown
 * to fail in `test/e2e/chaos-checks.test.ts`.
 */
import { COIN_KIND, type ContentIndex } from "../../src/engine/content.ts";
import { RETIRED } from "../../src/persistence/reconciliation.ts";
import type { Sql } from "../../src/persistence/sql.ts";
import { checkAcknowledged } from "./check-acknowledged.ts";
import type { Acknowledged, Believed, Violation } from "./evidence.ts";
import { Replay, same, type JournalEntry, type ReplayedItem } from "./replay.ts";

export interface Evidence {
  readonly content: ContentIndex;
  readonly acknowledged: readonly Acknowledged[];
  readonly believed: readonly Believed[];
}

interface ItemRow extends ReplayedItem {
  readonly id: string;
}

export interface Rows {
  readonly items: ReadonlyMap<string, ItemRow>;
  /** For whom each letter is. */
  readonly letters: ReadonlyMap<string, string>;
  readonly characters: ReadonlyMap<string, { readonly id: string; readonly room: string; readonly coins: number }>;
}

/** Entries read at a time. */
const PAGE = 2_000;

/** Everything that is wrong. `replay` is what the journal says, for the report. */
export async function checkWorld(sql: Sql, { content, acknowledged, believed }: Evidence): Promise<{ violations: Violation[]; replay: Replay }> {
  const replay = await readJournal(sql);
  const rows = await readRows(sql);
  const violations = [
    ...replay.violations,
    ...checkPlaces(rows, content),
    ...checkItems(rows, replay),
    ...checkLetters(rows, replay),
    ...checkUnits(rows, replay),
    ...checkCoins(rows, replay),
    ...checkCharacters(rows, replay, content),
    ...await checkQuests(sql, replay),
    ...await checkRequests(sql, replay),
    ...await checkAcknowledged(sql, replay, acknowledged),
    ...checkBelieved(rows, believed),
  ];
  return { violations, replay };
}

async function readJournal(sql: Sql): Promise<Replay> {
  const replay = new Replay();
  for (let after = "0"; ;) {
    const page = await sql.query<JournalEntry>(
      `select id::text, area_id as area, epoch::float8, actor, seq::float8, step, events from journal where id > $1::bigint order by journal.id limit ${PAGE}`, [after]);
    for (const entry of page) replay.take(entry);
    const last = page.at(-1);
    if (last === undefined) return replay;
    after = last.id;
  }
}

async function readRows(sql: Sql): Promise<Rows> {
  const items = await sql.query<ItemRow>("select id, kind, location, quantity, slot, charges, open, locked, lit from item");
  const characters = await sql.query<{ id: string; room: string; coins: number }>("select id, room_id as room, coins::float8 from character");
  const letters = await sql.query<{ id: string; recipient: string }>("select id, recipient from letter");
  return { letters: new Map(letters.map(({ id, recipient }) => [id, recipient])), items: new Map(items.map((row) => [row.id, row])), characters: new Map(characters.map((row) => [row.id, row])) };
}

/** Every item is somewhere that is there, and none is within itself. */
function checkPlaces({ items, characters, letters }: Rows, content: ContentIndex): Violation[] {
  const npcs = new Set([...content.spawns.values()].flatMap(({ id, what, quantity }) => (what.type === "npc" ? Array.from({ length: quantity }, (_, n) => `${id}#${n + 1}`) : [])));
  const exists = (place: string): boolean => {
    const id = place.slice(place.indexOf(":") + 1);
    switch (place.slice(0, place.indexOf(":"))) {
      case "room": return content.rooms.has(id as never);
      case "char": return characters.has(id);
      case "item": return items.has(id);
      case "npc": return npcs.has(id);
      case "escrow": return place === RETIRED || letters.has(id);
      default: return false;
    }
  };
  const found: Violation[] = [];
  for (const { id, location } of items.values()) {
    if (!exists(location)) found.push({ check: "places", harm: "lost", detail: `${id} is at ${location}, which is no place` });
    else if (isWithinItself(id, items)) found.push({ check: "cycles", harm: "lost", detail: `${id} is within itself` });
  }
  return found;
}

function isWithinItself(id: string, items: Rows["items"]): boolean {
  let at = items.get(id)?.location;
  for (let depth = 0; at?.startsWith("item:") === true; depth += 1) {
    if (depth > items.size) return true;
    at = items.get(at.slice("item:".length))?.location;
  }
  return false;
}

/** Each row is what the journal made of it. */
function checkItems({ items }: Rows, replay: Replay): Violation[] {
  const found: Violation[] = [];
  for (const [id, { kind, location, quantity }] of replay.items) {
    if (!items.has(id)) found.push({ check: "items", harm: "lost", detail: `${quantity} ${kind} (${id}) should be at ${location} and is nowhere` });
  }
  for (const { id, ...row } of items.values()) {
    const should = replay.items.get(id);
    if (should === undefined) found.push({ check: "items", harm: "doubled", detail: `${row.quantity} ${row.kind} (${id}) at ${row.location}: nothing has made it` });
    else if (!same(should, row)) found.push({ check: "items", harm: "wrong", detail: `${id} is ${JSON.stringify(row)}, by the journal ${JSON.stringify(should)}` });
  }
  return found;
}

/** What was posted and not collected waits, once, for whom it was meant. */
function checkLetters({ letters }: Rows, replay: Replay): Violation[] {
  return [...new Set([...letters.keys(), ...replay.letters.keys()])].flatMap((id): Violation[] => {
    const [has, should] = [letters.get(id), replay.letters.get(id)];
    return has === should ? [] : [{ check: "letters", harm: has === undefined ? "lost" : "doubled", detail: `the letter ${id} waits for ${has}, by the journal for ${should}` }];
  });
}

/** Of each kind there are as many as were made and have not ended. */
function checkUnits({ items }: Rows, replay: Replay): Violation[] {
  const there = new Map<string, number>();
  for (const { kind, quantity } of items.values()) there.set(kind, (there.get(kind) ?? 0) + quantity);
  return [...new Set([...there.keys(), ...replay.units.keys()])].flatMap((kind): Violation[] => {
    const [has, should] = [there.get(kind) ?? 0, replay.units.get(kind) ?? 0];
    return has === should ? [] : [{ check: "units of a kind", harm: has < should ? "lost" : "doubled", detail: `${has} of ${kind}, made minus ended are ${should}` }];
  });
}

/** Coins there are (in purses and in piles) are those minted and not burned; and each purse is what went in and out. */
function checkCoins({ items, characters }: Rows, replay: Replay): Violation[] {
  const piles = [...items.values()].filter(({ kind }) => kind === COIN_KIND).reduce((sum, { quantity }) => sum + quantity, 0);
  const there = piles + [...characters.values()].reduce((sum, { coins }) => sum + coins, 0);
  const found: Violation[] = there === replay.minted ? [] : [{ check: "coins", harm: there < replay.minted ? "lost" : "doubled", detail: `${there} coins, minted minus burned are ${replay.minted}` }];
  for (const id of new Set([...characters.keys(), ...replay.purses.keys()])) {
    const [has, should] = [characters.get(id)?.coins ?? 0, replay.purses.get(id) ?? 0];
    if (has !== should) found.push({ check: "purses", harm: has < should ? "lost" : "doubled", detail: `${id} has ${has} coins, by the journal ${should}` });
  }
  return found;
}

function checkCharacters({ characters }: Rows, replay: Replay, content: ContentIndex): Violation[] {
  return [...characters.values()].flatMap(({ id, room }): Violation[] => {
    const should = replay.rooms.get(id) ?? content.world.start;
    return room === should ? [] : [{ check: "rooms of characters", harm: "wrong", detail: `${id} is in ${room}, by the journal in ${should}` }];
  });
}

async function checkQuests(sql: Sql, replay: Replay): Promise<Violation[]> {
  const rows = await sql.query<{ key: string; state: string; step: number; count: number }>("select character_id || '/' || quest_id as key, state, step, count from quest_progress");
  const there = new Map(rows.map(({ key, ...progress }) => [key, progress]));
  return [...new Set([...there.keys(), ...replay.quests.keys()])].flatMap((key): Violation[] =>
    same(there.get(key) ?? null, replay.quests.get(key) ?? null) ? [] : [{ check: "quests", harm: "wrong", detail: `${key} is ${JSON.stringify(there.get(key))}, by the journal ${JSON.stringify(replay.quests.get(key))}` }]);
}

/** What is stored for a request belongs to an entry, and there is one entry for each step. */
async function checkRequests(sql: Sql, replay: Replay): Promise<Violation[]> {
  const found: Violation[] = [];
  const twice = await sql.query<{ key: string; n: number }>(
    "select actor || ' ' || seq || ' ' || step as key, count(*)::int as n from journal where actor is not null and seq is not null group by actor, seq, step having count(*) > 1");
  for (const { key, n } of twice) found.push({ check: "each request once", harm: "doubled", detail: `${key} is ${n} times in the journal` });
  const replies = await sql.query<{ character: string; seq: number; step: number }>("select character_id as character, seq::float8, step from request_reply");
  for (const { character, seq, step } of replies) {
    if (replay.requests.get(`${character} ${seq}`)?.includes(step) !== true) found.push({ check: "replies have entries", harm: "lost", detail: `there is a reply to step ${step} of request ${seq} of ${character}, and no entry` });
  }
  return found;
}

/** What players see of their own things is what the rows say. */
function checkBelieved({ items, characters }: Rows, believed: readonly Believed[]): Violation[] {
  const held = new Map<string, ItemRow[]>();
  for (const row of items.values()) held.set(row.location, [...(held.get(row.location) ?? []), row]);
  const within = (place: string): ItemRow[] => (held.get(place) ?? []).flatMap((row) => [row, ...within(`item:${row.id}`)]);
  return believed.flatMap((bot): Violation[] => {
    const row = characters.get(bot.character);
    const has = within(`char:${bot.character}`).map(({ id, kind, quantity, location }) => ({ id, kind, quantity, in: location.startsWith("item:") ? location.slice("item:".length) : "" }));
    const byId = <Of extends { id: string }>(list: readonly Of[]): Of[] => [...list].sort((a, b) => (a.id < b.id ? -1 : 1));
    const found: Violation[] = [];
    if (row?.coins !== bot.coins) found.push({ check: "beliefs", harm: bot.coins > (row?.coins ?? 0) ? "lost" : "doubled", detail: `${bot.name} believes in ${bot.coins} coins and has ${row?.coins}` });
    if (row?.room !== bot.room) found.push({ check: "beliefs", harm: "wrong", detail: `${bot.name} believes to be in ${bot.room} and is in ${row?.room}` });
    if (!same(byId(has), byId(bot.items))) found.push({ check: "beliefs", harm: "wrong", detail: `${bot.name} believes to have ${JSON.stringify(byId(bot.items))} and has ${JSON.stringify(byId(has))}` });
    return found;
  });
}
