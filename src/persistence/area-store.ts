/** The one way from rows to memory: cold start, crash, take-over, hand-off and doubt all load like this. */
import { inside, type CharacterId, type DoorId, type Holder, type NpcId, type QuestId, type RoomId, type SpawnId } from "../engine/ids.ts";
import { inLetter, type Addressee, type WaitingLetter } from "../engine/post.ts";
import type { Mute, Somebody } from "../engine/staff.ts";
import type { Character, CharacterSettings, Item, Position, QuestProgress, Role } from "../engine/world.ts";
import { LOADS_AT_ONCE, MAX_CHARACTERS_PER_LOAD, MAX_ITEM_DEPTH, REPLIES_KEPT } from "../limits.ts";
import type { AreaStore, LoadedArea, LoadedCharacter, StoredReply } from "../runtime/ports.ts";
import { BETWEEN_REPLIES } from "./batch.ts";
import { GatheredLoads } from "./gathered-loads.ts";
import { ITEM_COLUMNS, itemOf, type ItemRow } from "./item-row.ts";
import type { Sql } from "./sql.ts";

/** Everything that the holders in `$1` hold, and what that holds, in the order in which it came. */
const ITEMS_HELD = `
  with recursive held as (
    select i.*, 1 as depth from item i where i.location = any($1::text[])
    union all
    select i.*, h.depth + 1 from held h join item i on i.location = 'item:' || h.id where h.depth < ${MAX_ITEM_DEPTH}
  )
  select ${ITEM_COLUMNS} from held order by depth, arrived, id`;

/** `LOAD_FUNCTION_V1`: characters by their ids, with all they carry. */
const CHARACTERS = `select * from waystone_load_v1($1::text[], ${REPLIES_KEPT}, ${MAX_ITEM_DEPTH})`;

interface CharacterRow {
  id: CharacterId; name: string; role: Role; guest: boolean; room_id: RoomId; coins: number; settings: CharacterSettings;
  position: Position; health: number; vigour: number; playtime_s: number; last_seq: number; has_post: boolean; muted: Mute | null;
  quests: { quest: QuestId; state: QuestProgress["state"]; step: number; count: number }[];
  /** Of each its number, its step and itself, apart by what JSON has as an escape only. */
  replies: string | null;
  items: (ItemRow & { depth: number; arrived: unknown })[];
}

/** All methods reject with `StorageError`. */
export class PostgresAreaStore implements AreaStore {
  readonly #sql: Sql;
  readonly #loads = new GatheredLoads<CharacterId, LoadedCharacter>({ load: (ids) => this.loadCharacters(ids), atOnce: LOADS_AT_ONCE, most: MAX_CHARACTERS_PER_LOAD });

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  async loadArea(area: Parameters<AreaStore["loadArea"]>[0]): Promise<LoadedArea> {
    const holders = [...area.rooms.map((id) => `room:${id}`), ...area.npcs.map((id) => `npc:${id}`)];
    const [items, doors, spawns, npcs] = await Promise.all([
      this.#sql.query<ItemRow>(ITEMS_HELD, [holders]),
      this.#sql.query<{ id: DoorId; open: boolean; locked: boolean }>("select id, open, locked from door where id = any($1::text[]) order by id", [area.doors]),
      this.#sql.query<{ id: SpawnId; generation: number; dueAtMs: number | null }>(
        `select id, generation, (extract(epoch from due_at) * 1000)::float8 as "dueAtMs" from spawn where id = any($1::text[]) order by id`, [area.spawns],
      ),
      this.#sql.query<{ id: NpcId; room: RoomId; goneUntilMs: number | null }>(
        `select id, room_id as room, (extract(epoch from gone_until) * 1000)::float8 as "goneUntilMs" from npc where id = any($1::text[]) or room_id = any($2::text[]) order by id`, [area.npcs, area.rooms],
      ),
    ]);
    return { items: items.map(itemOf), doors, spawns, npcs };
  }

  async loadCharacter(id: CharacterId, room: RoomId | null): Promise<LoadedCharacter | undefined> {
    const loaded = await this.#loads.load(id);
    return loaded === undefined || (room !== null && loaded.character.room !== room) ? undefined : loaded;
  }

  async loadCharacters(ids: readonly CharacterId[]): Promise<ReadonlyMap<CharacterId, LoadedCharacter>> {
    if (ids.length === 0) return new Map();
    const rows = await this.#sql.query<CharacterRow>(CHARACTERS, [[...ids]], { name: "waystone_characters" });
    return new Map(rows.map((row) => [row.id, { character: characterOf(row), items: row.items.map(heldItem), replies: repliesOf(row.replies), seq: row.last_seq, hasPost: row.has_post }]));
  }

  async locate(id: CharacterId): Promise<RoomId | undefined> {
    const [row] = await this.#sql.query<{ room_id: RoomId }>("select room_id from character where id = $1", [id], { name: "waystone_locate" });
    return row?.room_id;
  }

  async addressee(name: string): Promise<Addressee | undefined> {
    const [row] = await this.#sql.query<Addressee>(
      `select c.id, c.name, (select count(*)::int from letter l where l.recipient = c.id) as waiting from character c where c.name_key = lower($1)`, [name],
    );
    return row;
  }

  async somebody(name: string): Promise<Somebody | undefined> {
    const [row] = await this.#sql.query<Somebody>(
      "select c.id, c.name, a.role, c.room_id as room from character c join account a on a.id = c.account_id where c.name_key = lower($1) and a.deleted_at is null", [name],
    );
    return row;
  }

  async openReports(reporter: CharacterId): Promise<number> {
    const [row] = await this.#sql.query<{ count: number }>("select count(*)::int as count from report where reporter = $1 and closed_at is null", [reporter]);
    return row?.count ?? 0;
  }

  async letters(to: CharacterId): Promise<WaitingLetter[]> {
    const rows = await this.#sql.query<Omit<WaitingLetter, "items">>(
      `select id, sender as "from", sender_name as "fromName", recipient as "to", note from letter where recipient = $1 order by sent_at, id`, [to],
    );
    if (rows.length === 0) return [];
    const items = (await this.#sql.query<ItemRow>(ITEMS_HELD, [rows.map(({ id }) => inLetter(id))])).map(itemOf);
    return rows.map((letter) => ({ ...letter, items: nestedIn(inLetter(letter.id), items) }));
  }
}

/** Those of these items that a holder holds, and what they hold. The outer come before the inner. */
export function nestedIn(holder: Holder, items: readonly Item[]): Item[] {
  const holders = new Set<Holder>([holder]);
  return items.filter((item) => {
    if (!holders.has(item.at)) return false;
    holders.add(inside(item.id));
    return true;
  });
}

/** As they are: what nobody reads is not parsed. */
function repliesOf(text: string | null): StoredReply[] {
  if (text === null) return [];
  return text.split(BETWEEN_REPLIES).map((each) => {
    const step = each.indexOf(" ") + 1;
    const json = each.indexOf(" ", step) + 1;
    return { seq: Number(each.slice(0, step - 1)), step: Number(each.slice(step, json - 1)), json: each.slice(json) };
  });
}

const heldItem = ({ depth: _, arrived: __, ...row }: CharacterRow["items"][number]): Item => itemOf(row);

function characterOf(row: CharacterRow): Character {
  return {
    id: row.id, name: row.name, role: row.role, guest: row.guest, room: row.room_id, coins: row.coins,
    quests: new Map(row.quests.map(({ quest, state, step, count }) => [quest, { state, step, count }])),
    ...(row.muted === null ? {} : { muted: row.muted }), settings: row.settings, position: row.position, health: row.health, vigour: row.vigour, playtimeS: row.playtime_s,
    afk: null, lastTellFrom: null, following: null, linkDead: false, lastLine: null,
  };
}
