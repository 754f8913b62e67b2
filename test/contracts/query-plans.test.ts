/**
 * What everything costs when the tables are large: a server on a database with many rows is played on and looked after, and of each
 * statement that PostgreSQL carries out meanwhile the real plan is read. None may read a large table through, none may touch more than
 * so many rows, and all that a server does all the time must have been among them. With a million rows of each:
 * `WAYSTONE_PLAN_ROWS=1000000 npm test -- test/contracts/query-plans.test.ts` (some two minutes on two busy cores).
 */
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { countAccounts, countJournal } from "../../src/jobs/statistics.ts";
import { liftExpired } from "../../src/jobs/sweeps.ts";
import { PostgresAccountCareStore } from "../../src/persistence/account-care-store.ts";
import { openDatabase } from "../../src/persistence/orm.ts";
import { asId, type CharacterId } from "../../src/engine/ids.ts";
import { COMMANDS_PER_SECOND, REPLIES_KEPT } from "../../src/limits.ts";
import { COMMIT, COMMIT_NAME, commitValues } from "../../src/persistence/batch.ts";
import { fold } from "../../src/persistence/fold.ts";
import type { CommitUnit } from "../../src/runtime/ports.ts";
import { aReply } from "./storage/bench.ts";
import { PlanRecorder, type RecordedPlan } from "../support/recorded-plans.ts";
import { StockPlayer, textOf } from "../support/players.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { ServerProcess } from "../support/server-process.ts";
import { StaffClient } from "../support/staff.ts";
import { quietLog, testClock } from "./storage/sql-bench.ts";
import { fillDatabase } from "../support/full-database.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 600_000 });
const ROWS = Number(process.env["WAYSTONE_PLAN_ROWS"] ?? 150_000);
const PASSWORD = "open sesame, says the operator";
/** A table from this on is large. */
const LARGE_ROWS = 20_000;
/** What one statement may look at: an area with all its things, or a list; the first commit of a connection reads the catalogue, too. */
const MAX_ROWS = 1_000;
const MAX_PAGES = 2_000;

/** What may read a large table through, and why. */
const MAY_SCAN: readonly { readonly text: RegExp; readonly why: string }[] = [
  { text: /from journal j where .*j\.events @>/, why: "to follow a thing, staff read the running month through: an index would cost every commit (docs/proof-commit.md)" },
];

/** What a server does all the time, and those who look after it often: each must have been carried out. */
const HOT: Readonly<Record<string, RegExp>> = {
  "a commit moves people and their coins": /^update character c set coins/,
  "a commit writes the journal": /^insert into journal \(/,
  "a commit moves things": /^update item i set location/,
  "a commit keeps replies": /^insert into request_reply/,
  "a commit forgets old replies": /^delete from request_reply r using/,
  "a commit is fenced": /^select 1 from \(select unnest\(areas\)/i,
  "a commit splits and merges stacks": /^with changed as \( update item i set location/,
  "a commit makes things": /insert into item/,
  "a commit sends letters": /insert into letter/,
  "a commit brings letters": /delete from letter/,
  "a commit goes on with quests": /insert into quest_progress/,
  "an area loads its things": /^with recursive held as/,
  "an area loads its doors": /^select id, open, locked from door/,
  "an area loads its spawns": /from spawn where id = any/,
  "an area loads its people": /from npc where id = any/,
  "a character is loaded": /^select c\.id, c\.name, a\.role, a\.guest/,
  "whoever comes in is looked up, with where they stand": /from character c where c\.id = account\.id/,
  "somebody is looked up by name": /from character c where c\.name_key = lower/,
  "an account by name": /from account where name_key/,
  "an account by id": /from account where id/,
  "a login is noted": /update account set last_login_at/,
  "what is soft is written": /^with .*update character c set position|^update character c set position/,
  "letters are read": /from letter where recipient/,
  "the outbox is looked into": /from outbox where topic/,
  "what journals can undo is looked for": /from intent i where i\.done_at is null and i\.kind = 'undo'/,
  "orders are looked for": /from intent where done_at is null order by made_at/,
  "the lease is renewed": /update process set expires_at/,
  "an area is acquired": /insert into area_owner/,
  "banned addresses are read": /from address_ban/,
  "who is where": /from character where id = any/,
  "the record is read": /from staff_audit s left join intent/,
  "the record of somebody is read": /from staff_audit s left join intent .*where s\.target/,
  "what somebody did is read": /from journal j where j\.actor/,
  "an entry is read": /from journal j where j\.id/,
  "the leaderboard is read": /from leaderboard order by/,
  "reports are read": /from report r join character/,
  "days are counted": /^with here as \( insert into daily_player/,
  "new accounts are counted": /from account a where a\.created_at >=/,
  "bans that are over come off": /^update account set banned_reason = null/,
  "guests of long ago are looked for": /from account a where a\.guest and a\.deleted_at is null/,
};

const recorder = new PlanRecorder();
let postgres: TestPostgres;
let server: ServerProcess;
let url: string;
let plans: RecordedPlan[];
let large: Map<string, number>;

beforeAll(async () => {
  // What is measured does not depend on the disk; only making the rows does.
  postgres = await startPostgres(["fsync = off", "full_page_writes = off", "max_wal_size = 4GB", "maintenance_work_mem = 256MB", ...recorder.settings]);
  url = await postgres.url("world");
  // The world is there before the crowd, as it would be.
  server = await ServerProcess.start({ DATABASE_URL: url, ADMIN_PASSWORD: PASSWORD, WAYSTONE_ALLOW_UNSAFE_STORAGE: "1", WAYSTONE_JOBS: "off" });
  await server.stop();
  const db = await openDatabase({ databaseUrl: url, dataDir: server.dataDir, log: quietLog, clock: testClock, allowUnsafe: true });
  await fillDatabase(db, ROWS);
  for (const text of PlanRecorder.begin) await db.script(text);
  large = new Map((await db.sql.query<{ name: string; rows: number }>(
    "select relname as name, reltuples::float8 as rows from pg_class where relkind = 'r' and relnamespace = current_schema()::regnamespace and reltuples >= $1", [LARGE_ROWS],
  )).map(({ name, rows }) => [name, rows]));
  await db.close();
  await server.run();
  try {
    await play(server.endpoint);
  } finally {
    await server.stop();
    // Its log is whole when it has ended.
    await postgres.stop();
  }
  plans = recorder.plans();
});
afterAll(async () => {
  await server.remove();
  recorder.remove();
});

const says = async (player: StockPlayer, ...lines: string[]): Promise<string> => {
  let last = "";
  for (const line of lines) last = textOf(await player.types(line));
  return last;
};

/** Two people and one who looks after them do what people do. */
async function play(endpoint: string): Promise<void> {
  const ada = await StockPlayer.register(endpoint, "Adalind");
  const ben = await StockPlayer.register(endpoint, "Benedikt");
  const mona = await StaffClient.byPassword(endpoint, PASSWORD);
  const why = { reason: "a test" };
  // Stacks are split and merged; and commands with numbers, as `client/sdk` sends them, so that replies are kept.
  for (let n = 0; n < 5; n += 1) await says(ben, "get leaflet", "drop 1 coin", "get coins");
  await says(ada, "east", "east", "north", "buy tin lantern", "south", "west", "west");
  for (let seq = 1; seq <= 24; seq += 1) {
    // No faster than a player may.
    await new Promise((resolve) => setTimeout(resolve, 1.2 * (1000 / COMMANDS_PER_SECOND)));
    const reply: unknown = await ada.room.request("command", { type: "command", command: seq % 2 === 1 ? "drop lantern" : "get lantern", id: `plans_${seq}`, seq });
    expect([seq, reply]).toMatchObject([seq, { status: "ok" }]);
  }
  await says(ada, "look", "inventory", "score", "who", "say hello", "tell benedikt hello", "tell Somebody77 hello", "eat travel loaf", "give 1 travel loaf to benedikt", "alias x = look");
  await says(ada, "trade benedikt");
  await says(ben, "trade adalind");
  await says(ada, "offer 2 coins");
  await says(ben, "offer 1 coin");
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  await says(ada, "accept");
  await says(ben, "accept");
  // Over a border, with post and a quest on the way.
  await says(ada, "north", "east", "ask baker about errand", "west", "north", "east", "mail benedikt 1 coin = For you", "mail Somebody78 1 coin = Hello");
  await ben.hears("Post is waiting for you");
  await says(ben, "mail", "mail get", "report Adalind she walks away", "ignore somebody79");

  const entry = (await mona.get("journal?character=adalind&last=20")).body["lines"] as string[];
  const number = /#(\d+)/.exec(entry.join("\n"))?.[1];
  for (const path of ["players", "processes", "world", "characters/benedikt", "characters/somebody99", "rooms/town_square", `journal/${number}`, "audit", "audit?target=town_square", "reports", "address-bans", "flags", "jobs", "statistics", "items/i00000042"]) {
    expect([path, (await mona.get(path)).status]).toEqual([path, 200]);
  }
  await mona.does("characters/benedikt/mute", why);
  await mona.does("characters/benedikt/unmute", why);
  await mona.does("characters/benedikt/give", { kind: "newcomer_leaflet", ...why });
  await mona.post("characters/somebody100/kick", why);
  for (const path of ["api/leaderboard", "api/who", "metrics", "readyz"]) expect((await fetch(`${endpoint}/${path}`)).status).toBe(200);
  await frequentJobs();
  await ben.leaves();
  await StockPlayer.login(endpoint, "Benedikt").then((again) => again.leaves());
  await ada.leaves();
  // What goes by rounds: what is soft is written, the lease renewed, the outbox and orders looked for.
  await new Promise((resolve) => setTimeout(resolve, 6_000));
}

/** Those that come every few minutes; what comes at night may take its time. */
async function frequentJobs(): Promise<void> {
  const db = await openDatabase({ databaseUrl: url, dataDir: server.dataDir, log: quietLog, clock: testClock, allowUnsafe: true });
  try {
    const run = { signal: new AbortController().signal, say: () => undefined };
    // One commit in sixteen, by chance, forgets what is kept of replies beyond the newest; this one does.
    const unit: CommitUnit = { area: null as never, epoch: 0, actor: asId<CharacterId>("c00000042"), room: null, request: { seq: 1_000, step: 0 }, command: "plans", events: [], reply: aReply("plans", "Done.") };
    await db.sql.query(COMMIT, [...commitValues([{ unit, rows: fold([]), commitId: "plans" }]).slice(0, -1), REPLIES_KEPT], { name: COMMIT_NAME });
    // As it is when it was done a quarter of an hour ago.
    await db.sql.query("insert into job_mark (job, mark) select 'statistics', max(id) - 100 from journal where actor like 'c0%'");
    await countJournal(db.background, run);
    await countAccounts(db.background);
    await liftExpired(db.background, run);
    const care = new PostgresAccountCareStore(db.background);
    await care.sweepErased();
    expect((await care.unusedGuests(30, 100)).length).toBe(100);
  } finally {
    await db.close();
  }
}

const tooMuch = (plan: RecordedPlan): boolean => plan.rows > MAX_ROWS || plan.pages > MAX_PAGES;
const isOurs = ({ text }: RecordedPlan): boolean => !MAY_SCAN.some((exempt) => exempt.text.test(text));
/** One line for each statement, with its worst execution. */
const shown = (found: readonly RecordedPlan[]): string[] => {
  const worst = new Map<string, RecordedPlan>();
  for (const plan of found) if ((worst.get(plan.text)?.pages ?? -1) < plan.pages) worst.set(plan.text, plan);
  return [...worst.values()].map((plan) => `${plan.rows} rows, ${plan.pages} pages, through ${plan.scanned.join(", ") || "nothing"}: ${plan.text.slice(0, 300)}`);
};

it("the tables are as large as they were to be", () => {
  for (const table of ["account", "character", "item", "request_reply"]) expect(large.get(table), table).toBeGreaterThanOrEqual(ROWS * 0.9);
  expect([...large.keys()].filter((name) => name.startsWith("journal_20")).reduce((sum, name) => sum + (large.get(name) ?? 0), 0)).toBeGreaterThanOrEqual(ROWS * 0.9);
  expect(plans.length).toBeGreaterThan(500);
});

it.each(Object.entries(HOT))("has been carried out: %s", (_what, text) => {
  expect(plans.some((plan) => text.test(plan.text))).toBe(true);
});

it("no statement reads a large table through", () => {
  expect(shown(plans.filter((plan) => isOurs(plan) && plan.scanned.some((table) => large.has(table))))).toEqual([]);
});

it("no statement touches more rows or pages than it may", () => {
  expect(shown(plans.filter((plan) => isOurs(plan) && tooMuch(plan)))).toEqual([]);
});

it("what may read a table through does, or it need not be listed any more", () => {
  for (const { text, why } of MAY_SCAN) expect(plans.some((plan) => text.test(plan.text)), why).toBe(true);
});
