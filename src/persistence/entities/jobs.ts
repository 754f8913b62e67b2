/** What background jobs keep: their runs, and what they have worked out from the journal. Nothing of the game reads it. */
import { defineEntity, p } from "@mikro-orm/core";

export const JobRun = defineEntity({
  name: "JobRun",
  tableName: "job_run",
  indexes: [{ name: "job_run_job_index", properties: ["job", "startedAt"] }],
  properties: {
    id: p.text().primary(),
    job: p.text(),
    processId: p.text(),
    attempt: p.integer(),
    startedAt: p.datetime(6).defaultRaw("clock_timestamp()").index("job_run_started_at_index"),
    endedAt: p.datetime(6).nullable(),
    result: p.text().$type<"running" | "done" | "failed" | "cut">().default("running"),
    said: p.json<readonly string[]>().defaultRaw("'[]'"),
  },
});

/** How far a job has come with something that goes on for ever: the entry of the journal that it read last. */
export const JobMark = defineEntity({
  name: "JobMark",
  tableName: "job_mark",
  properties: { job: p.text().primary(), mark: p.bigint("string") },
});

/** One number of one day (UTC). */
export const DailyStat = defineEntity({
  name: "DailyStat",
  tableName: "daily_stat",
  properties: { day: p.date().primary(), name: p.text().primary(), value: p.bigint("number") },
});

/** Who did something on a day; kept as long as the day can still grow. */
export const DailyPlayer = defineEntity({
  name: "DailyPlayer",
  tableName: "daily_player",
  properties: { day: p.date().primary(), characterId: p.text().primary() },
});

/** Where somebody has been. */
export const RoomSeen = defineEntity({
  name: "RoomSeen",
  tableName: "room_seen",
  properties: { characterId: p.text().primary(), roomId: p.text().primary() },
});

/** In how many rooms somebody has been. */
export const RoomsSeen = defineEntity({
  name: "RoomsSeen",
  tableName: "rooms_seen",
  properties: { characterId: p.text().primary(), rooms: p.integer() },
});

export const LeaderboardPlace = defineEntity({
  name: "LeaderboardPlace",
  tableName: "leaderboard",
  properties: {
    board: p.text().primary(),
    /** From 1. Whoever has as much as the one before has the same rank, and the next place. */
    place: p.integer().primary(),
    rank: p.integer(),
    name: p.text(),
    value: p.bigint("number"),
    madeAt: p.datetime(6).defaultRaw("now()"),
  },
});
