/** Who has most of what, worked out every hour and read from the table it is written into. Guests and staff are left out. */
import { LEADERBOARD_PLACES, LEADERBOARD_TIMEOUT_MS } from "../limits.ts";
import type { Sql } from "../persistence/sql.ts";

/** What each counts, as a select of `character_id` and `value`. */
const BOARDS = {
  coins: "select c.id as character_id, c.coins as value from character c where c.coins > 0",
  quests: "select q.character_id, count(*) as value from quest_progress q where q.state = 'done' group by 1",
  rooms: "select r.character_id, r.rooms as value from rooms_seen r",
} as const;
export type Board = keyof typeof BOARDS;

export interface Place { readonly rank: number; readonly name: string; readonly value: number }
export interface Leaderboards {
  readonly boards: Readonly<Record<Board, readonly Place[]>>;
  /** When they were worked out, ISO 8601; null: not yet. */
  readonly made_at: string | null;
}

/**
 * Worked out where rows may be some seconds old, on a replica if there is one, and put in their place at once. Coins have no index,
 * which every payment would keep up to date: all characters are read through.
 */
export async function makeLeaderboards(reads: Pick<Sql, "query">, sql: Sql): Promise<void> {
  for (const [board, counted] of Object.entries(BOARDS)) {
    const places = await reads.query<Place & { place: number }>(
      `select (row_number() over (order by best.value desc, c.name_key))::int as place, (rank() over (order by best.value desc))::int as rank, c.name, best.value::float8 as value
       from (${counted}) as best join character c on c.id = best.character_id join account a on a.id = c.account_id
       where not a.guest and a.role = 'player' and a.deleted_at is null and a.banned_reason is null
       order by best.value desc, c.name_key limit ${LEADERBOARD_PLACES}`, [], { timeoutMs: LEADERBOARD_TIMEOUT_MS },
    );
    await sql.transaction(async (tx) => {
      await tx.query("delete from leaderboard where board = $1", [board]);
      await tx.query(
        `insert into leaderboard (board, place, rank, name, value) select $1, x.place, x.rank, x.name, x.value
         from jsonb_to_recordset($2::jsonb) as x(place int, rank int, name text, value bigint)
         on conflict (board, place) do update set rank = excluded.rank, name = excluded.name, value = excluded.value, made_at = now()`, [board, JSON.stringify(places)],
      );
    });
  }
}

export async function readLeaderboards(reads: Pick<Sql, "query">): Promise<Leaderboards> {
  const rows = await reads.query<Place & { board: Board; made: string }>(
    `select board, rank, name, value::float8 as value, to_char(made_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as made from leaderboard order by board, place`,
  );
  const boards = { coins: [] as Place[], quests: [] as Place[], rooms: [] as Place[] };
  for (const { board, rank, name, value } of rows) boards[board]?.push({ rank, name, value });
  return { boards, made_at: rows.map(({ made }) => made).sort().at(-1) ?? null };
}
