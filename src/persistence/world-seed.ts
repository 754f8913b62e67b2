/**
 * Makes the rows of the world agree with its content: everything once at the first start, the difference when builders
 * have changed something. One transaction; the processes of a cluster take turns, and the second finds nothing to do.
 */
import type { ContentIndex } from "../engine/content.ts";
import type { DurableEvent } from "../engine/events.ts";
import { inRoom, type AreaId, type CharacterId, type DoorId, type QuestId, type RoomId } from "../engine/ids.ts";
import type { QuestProgress } from "../engine/world.ts";
import type { Database } from "./database.ts";
import { Reconciliation, RETIRED } from "./reconciliation.ts";
import { adaptToKinds, restoreKinds, retireKinds } from "./world-kinds.ts";
import { reconcileSpawns } from "./world-spawns.ts";

interface ContentMeta { readonly version: string; readonly run: number }

/**
 * Answers what was done, in sentences; nothing when the database knows this content. Rejects with `StorageError`.
 * A process that runs other content loses its areas by this (their epochs grow): it must not write over what changed.
 */
export function reconcileWorld(db: Pick<Database, "sql">, content: ContentIndex): Promise<string[]> {
  return db.sql.transaction(async (sql) => {
    await sql.query("select pg_advisory_xact_lock(hashtext('waystone world'))");
    const [known] = await sql.query<{ value: ContentMeta }>("select value from world_meta where key = 'content'");
    if (known?.value.version === content.version) return [];
    const run = new Reconciliation(sql, content, (known?.value.run ?? 0) + 1);
    if (known === undefined) run.said.push(`${content.world.name} is a new world of ${content.rooms.size} rooms.`);
    else run.said.push("The content of the world has changed.");
    await nameRooms(run);
    await takeBack(run);
    await reconcileDoors(run);
    await restoreKinds(run);
    await retireKinds(run);
    await adaptToKinds(run);
    await reconcileSpawns(run);
    await dropNpcs(run);
    await leaveRooms(run);
    await shortenQuests(run);
    await remember(run, known?.value.run ?? 0);
    return run.said;
  });
}

async function takeBack(run: Reconciliation): Promise<void> {
  const taken = await run.sql.query("update area_owner set process_id = null, epoch = epoch + 1 where process_id is not null returning area_id");
  run.say(taken.length, "area was", "areas were", "taken from processes that run the world as it was.");
}

/** Which rooms are new and which are gone, by the list that the last run left; the first one says how many there are. */
async function nameRooms(run: Reconciliation): Promise<void> {
  const [last] = await run.sql.query<{ value: readonly RoomId[] }>("select value from world_meta where key = 'rooms'");
  const rooms = run.content.rooms;
  if (last !== undefined) {
    const before = new Set(last.value);
    run.sayNames([...rooms.keys()].filter((id) => !before.has(id)), "room is", "rooms are", "new");
    run.sayNames(last.value.filter((id) => !rooms.has(id)), "room is", "rooms are", "gone");
  }
  await run.sql.query(
    "insert into world_meta (key, value) values ('rooms', $1::jsonb) on conflict (key) do update set value = excluded.value", [JSON.stringify([...rooms.keys()])],
  );
}

async function reconcileDoors(run: Reconciliation): Promise<void> {
  const rows = await run.sql.query<{ id: DoorId; open: boolean; locked: boolean }>("select id, open, locked from door");
  const known = new Map(rows.map((row) => [row.id, row]));
  const fresh: DurableEvent[] = [];
  const unlocked: DurableEvent[] = [];
  for (const { id, initially, key } of run.content.doors.values()) {
    const row = known.get(id);
    if (row === undefined) fresh.push({ type: "door-changed", door: id, open: initially === "open", locked: initially === "locked" });
    else if (row.locked && key === null) unlocked.push({ type: "door-changed", door: id, open: row.open, locked: false });
  }
  await run.write("doors", [...fresh, ...unlocked]);
  run.say(fresh.length, "door was", "doors were", "hung.");
  run.say(unlocked.length, "door was", "doors were", "unlocked, having no lock any more.");
  const gone = await run.sql.query("delete from door where id <> all($1::text[]) returning id", [[...run.content.doors.keys()]]);
  run.say(gone.length, "door was", "doors were", "taken out.");
}

/** NPCs whose spawn is gone, or whose room is: the former end, the latter begin at home again. */
async function dropNpcs(run: Reconciliation): Promise<void> {
  const npcs: string[] = [];
  for (const { id, what, quantity } of run.content.spawns.values()) {
    if (what.type === "npc") for (let n = 1; n <= quantity; n += 1) npcs.push(`${id}#${n}`);
  }
  const gone = await run.sql.query("delete from npc where id <> all($1::text[]) returning id", [npcs]);
  run.say(gone.length, "character of the world that had moved is", "characters of the world that had moved are", "no longer part of it.");
  await run.sql.query("delete from npc where room_id <> all($1::text[])", [[...run.content.rooms.keys()]]);
  const orphaned = await run.items("i.location like 'npc:%' and substr(i.location, 5) <> all($1::text[])", [npcs]);
  await run.retire("keeper gone", orphaned, false);
  run.say(orphaned.length, "thing", "things", "kept by characters that are gone went into escrow.");
}

/** People and things in rooms that the world no longer has go to the safe room. */
async function leaveRooms(run: Reconciliation): Promise<void> {
  const rooms = [...run.content.rooms.keys()];
  const safe = run.content.world.safe;
  const toArea = run.content.rooms.get(safe)?.area ?? ("" as AreaId);
  const people = await run.sql.query<{ id: CharacterId; room_id: RoomId }>("select id, room_id from character where room_id <> all($1::text[]) order by id", [rooms]);
  await run.write("rooms gone", people.map(({ id, room_id }) => ({ type: "character-moved", character: id, from: room_id, to: safe, toArea })));
  run.say(people.length, "character", "characters", `from rooms that are gone stand in ${safe} now.`);
  const things = await run.items("i.location like 'room:%' and substr(i.location, 6) <> all($1::text[])", [rooms]);
  await run.write("rooms gone", things.map((item) => ({ type: "item-moved", item: item.id, from: item.at, to: inRoom(safe), slot: null })));
  run.say(things.length, "thing", "things", `from rooms that are gone lie in ${safe} now.`);
}

/** Who stands beyond the end of a quest that became shorter does its last step again. */
async function shortenQuests(run: Reconciliation): Promise<void> {
  const lengths = [...run.content.quests.values()].map((quest) => ({ id: quest.id, steps: quest.steps.length }));
  const beyond = await run.sql.query<{ character: CharacterId; quest: QuestId; step: number; count: number; steps: number }>(
    `select q.character_id as character, q.quest_id as quest, q.step, q.count, x.steps from quest_progress q
     join jsonb_to_recordset($1::jsonb) as x(id text, steps int) on x.id = q.quest_id
     where q.state = 'active' and q.step >= x.steps order by q.character_id`, [JSON.stringify(lengths)],
  );
  const from = ({ step, count }: (typeof beyond)[number]): QuestProgress => ({ state: "active", step, count });
  await run.write("quests shortened", beyond.map((row) => (
    { type: "quest-changed", character: row.character, quest: row.quest, from: from(row), to: { state: "active", step: Math.max(0, row.steps - 1), count: 0 } })));
  run.say(beyond.length, "quest under way was", "quests under way were", "put back to the last step.");
}

async function remember(run: Reconciliation, runsBefore: number): Promise<void> {
  const meta: ContentMeta = { version: run.content.version, run: runsBefore + 1 };
  await run.sql.query(
    `insert into world_meta (key, value) values ('content', $1::jsonb), ('seeded_at', to_jsonb(now()))
     on conflict (key) do update set value = excluded.value where world_meta.key <> 'seeded_at'`, [JSON.stringify(meta)],
  );
  const [escrow] = await run.sql.query<{ n: number }>("select count(*)::int as n from item where location = $1", [RETIRED]);
  if (escrow !== undefined && escrow.n > 0) run.say(escrow.n, "thing waits", "things wait", "in escrow:retired.");
}
