/** What becomes of a command whose answer got lost: it is found out, never guessed (DESIGN §5). */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openDatabase } from "../../src/persistence/orm.ts";
import type { CommitOutcome } from "../../src/runtime/ports.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { tcpProxy, type TcpProxy } from "../support/tcp-proxy.ts";
import { moved, paid, Town } from "./storage/bench.ts";
import { quietLog, sqlBench, testClock, type SqlBench } from "./storage/sql-bench.ts";

let postgres: TestPostgres;
let proxy: TcpProxy;
/** Through the wire that can be cut, and one that looks on from the other side. */
let server: SqlBench;
let onlooker: SqlBench;
let town: Town;
let ann: string;
let ben: string;

beforeAll(async () => {
  postgres = await startPostgres();
  proxy = await tcpProxy(postgres.port);
  const url = await postgres.url("town");
  server = sqlBench(await openDatabase({ databaseUrl: url.replace(`:${postgres.port}/`, `:${proxy.port}/`), dataDir: "unused", log: quietLog, clock: testClock }));
  onlooker = sqlBench(await openDatabase({ databaseUrl: url, dataDir: "unused", log: quietLog, clock: testClock }));
});
afterAll(async () => {
  await server.end();
  await server.db.close();
  await onlooker.db.close();
  await proxy.close();
  await postgres.stop();
});
beforeEach(async () => {
  proxy.mend();
  town = await Town.open(server);
  ann = await town.person("ann", 10);
  ben = await town.person("ben", 5);
});

const until = async (what: () => Promise<boolean>): Promise<void> => {
  for (let tries = 0; !(await what()); tries += 1) {
    if (tries > 1000) throw new Error("it did not come about");
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
};
const written = async (who: string): Promise<number> => (await onlooker.journalOf(who)).length;
const coins = async (who: string): Promise<number | undefined> =>
  (await onlooker.db.sql.query<{ coins: number }>("select coins::int as coins from character where id = $1", [who]))[0]?.coins;

/** Somebody in the database holds the town's owner row, so that commits wait where they stand. */
async function heldUp(during: () => Promise<void>): Promise<void> {
  await onlooker.db.sql.transaction(async (sql) => {
    await sql.query("select 1 from area_owner where area_id = $1 for update", [town.area]);
    await during();
  });
}
const waiting = () =>
  onlooker.db.sql.query<{ pid: number }>("select pid from pg_stat_activity where wait_event_type = 'Lock' and query like '%waystone_commit%' and pid <> pg_backend_pid()");

describe("a commit whose connection is cut", () => {
  it("before it was written is written afterwards, once", async () => {
    let outcome: Promise<CommitOutcome> | undefined;
    await heldUp(async () => {
      outcome = town.commit(ann, [paid(ann, -3), paid(ben, 3)]);
      await until(async () => (await waiting()).length > 0);
      await onlooker.db.sql.query("select pg_terminate_backend(pid) from pg_stat_activity where pid = $1", [(await waiting())[0]!.pid]);
      await until(() => Promise.resolve(server.committer.load.inDoubt === 1));
    });
    expect(await outcome).toMatchObject({ kind: "committed" });
    expect([await coins(ann), await coins(ben), await written(ann)]).toEqual([7, 8, 1]);
  });

  it("after it was written, its answer lost on the way, is known as written, once", async () => {
    proxy.loseAnswers();
    const outcome = town.commit(ann, [paid(ann, -3), paid(ben, 3)]);
    await until(async () => (await written(ann)) === 1);
    proxy.mend();
    proxy.cut();
    expect(await outcome).toMatchObject({ kind: "committed" });
    expect([await coins(ann), await coins(ben), await written(ann)]).toEqual([7, 8, 1]);
  });

  it("while it is still running: the second attempt waits for the first, and it is written once", async () => {
    let outcome: Promise<CommitOutcome> | undefined;
    await heldUp(async () => {
      outcome = town.commit(ann, [paid(ann, -3), paid(ben, 3)]);
      await until(async () => (await waiting()).length === 1);
      // The server loses the connection; the database has not noticed and goes on.
      proxy.loseAnswers();
      const first = (await waiting())[0]!.pid;
      await onlooker.db.sql.query("select pg_sleep(0.05)");
      proxy.mend();
      proxy.cut();
      await until(async () => (await waiting()).some(({ pid }) => pid !== first));
    });
    expect(await outcome).toMatchObject({ kind: "committed" });
    expect([await coins(ann), await coins(ben), await written(ann)]).toEqual([7, 8, 1]);
  });

  it("of a request that was committed before is a repeat, not a success of its own", async () => {
    const unit = town.unit(ann, [paid(ann, -3), paid(ben, 3)]);
    expect((await server.committer.commit(unit)).kind).toBe("committed");
    proxy.loseAnswers();
    const outcome = server.committer.commit(unit);
    await until(() => Promise.resolve(server.committer.load.inFlight === 1));
    await new Promise((resolve) => setTimeout(resolve, 100));
    proxy.mend();
    proxy.cut();
    expect(await outcome).toEqual({ kind: "duplicate", reply: unit.reply });
    expect(await coins(ann)).toBe(7);
  });

  it("does not hold up the commands of others", async () => {
    let outcome: Promise<CommitOutcome> | undefined;
    const other = await Town.open(server);
    const cleo = await other.person("cleo", 1);
    await heldUp(async () => {
      outcome = town.commit(ann, [paid(ann, -3), paid(ben, 3)]);
      await until(async () => (await waiting()).length > 0);
      proxy.cut();
      await until(() => Promise.resolve(server.committer.load.inDoubt === 1));
      expect(await other.commit(cleo, [paid(cleo, 1)])).toMatchObject({ kind: "committed" });
    });
    expect(await outcome).toMatchObject({ kind: "committed" });
  });
});

describe("a commit under way", () => {
  it("is waited for by whoever takes the area over, and the one after it is fenced", async () => {
    let outcome: Promise<CommitOutcome> | undefined;
    let taken = false;
    const sword = await town.thing("sword", `char:${ann}`);
    await onlooker.db.sql.transaction(async (sql) => {
      // The commit has passed the fence and stands before the sword's row.
      await sql.query("select 1 from item where id = $1 for update", [sword]);
      outcome = town.commit(ann, [moved(sword, `char:${ann}`, `char:${ben}`), paid(ann, -3), paid(ben, 3)]);
      await until(async () => (await waiting()).length > 0);
      void server.fence(town.name("server")).then(() => (taken = true));
      await new Promise((resolve) => setTimeout(resolve, 150));
      expect(taken).toBe(false);
    });
    expect(await outcome).toMatchObject({ kind: "committed" });
    await until(() => Promise.resolve(taken));
    expect(await town.commit(ann, [paid(ann, -3), paid(ben, 3)])).toEqual({ kind: "fenced" });
    expect(await coins(ann)).toBe(7);
  });
});

describe("a database that is away", () => {
  it("does not take soft state away: it waits, and a newer value wins", async () => {
    const tired = { position: "resting", health: 80, vigour: 40, playtimeS: 100 };
    const owner = { area: town.area, epoch: town.epoch };
    proxy.refuse();
    proxy.cut();
    await new Promise((resolve) => setTimeout(resolve, 50));
    server.soft.character(ann as never, tired, owner);
    server.soft.character(ben as never, tired, owner);
    await expect(server.soft.flush()).rejects.toMatchObject({ code: "E_STORAGE" });
    server.soft.character(ann as never, { ...tired, health: 70, playtimeS: 110 }, owner);
    proxy.mend();
    await server.soft.flush();
    const rows = await onlooker.db.sql.query("select id, health from character where id = any($1::text[]) order by id", [[ann, ben]]);
    expect(rows).toEqual([{ id: ann, health: 70 }, { id: ben, health: 80 }]);
  });

  it("makes commands unavailable, not lost, and they go on when it is back", async () => {
    proxy.refuse();
    proxy.cut();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await town.commit(ann, [paid(ann, -3), paid(ben, 3)])).toMatchObject({ kind: "unavailable", cause: { code: "E_STORAGE" } });
    expect(await coins(ann)).toBe(10);
    proxy.mend();
    expect(await town.commit(ann, [paid(ann, -3), paid(ben, 3)])).toMatchObject({ kind: "committed" });
    await expect(server.areas.locate("x" as never)).resolves.toBeUndefined();
  });

  it("killed in the middle of it all: what was answered is there, what was not answered so is not, and no coin is lost", async () => {
    const people = await Promise.all(Array.from({ length: 12 }, (_, n) => town.person(`p${n}`, 100)));
    const sword = await town.thing("sword", `char:${people[0]}`);
    const outcomes = new Map<string, CommitOutcome["kind"]>();
    let stop = false;
    const play = async (who: string, n: number): Promise<void> => {
      for (let turn = 0; !stop; turn += 1) {
        const to = people[(n + 1 + (turn % (people.length - 1))) % people.length]!;
        const command = `${who} ${turn}`;
        outcomes.set(command, (await town.commit(who, [paid(who, -1), paid(to, 1)], { command })).kind);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    const pass = async (): Promise<void> => {
      for (let holder = 0; !stop;) {
        const next = (holder + 1) % people.length;
        const outcome = await town.commit(people[holder]!, [moved(sword, `char:${people[holder]}`, `char:${people[next]}`)], { command: `sword ${holder}`, request: null });
        if (outcome.kind === "committed") holder = next;
        else await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    const playing = Promise.all([...people.map(play), pass()]);
    const answered = (): number => [...outcomes.values()].filter((kind) => kind === "committed").length;
    const someMore = async (): Promise<void> => {
      const before = answered();
      await until(() => Promise.resolve(answered() >= before + 20));
    };
    for (let kills = 0; kills < 2; kills += 1) {
      await someMore();
      await postgres.kill();
      await postgres.start();
    }
    await someMore();
    stop = true;
    await playing;
    const journal = new Set<string>();
    for (const who of people) for (const { command } of await onlooker.journalOf(who)) journal.add(command);
    for (const [command, kind] of outcomes) expect([command, journal.has(command)]).toEqual([command, kind === "committed"]);
    const purses = await Promise.all(people.map(coins));
    expect(purses.reduce<number>((sum, purse) => sum + (purse ?? NaN), 0)).toBe(1200);
    const [{ n } = { n: 0 }] = await onlooker.db.sql.query<{ n: number }>("select count(*)::int as n from item where id = $1", [sword]);
    expect(n).toBe(1);
  }, 120_000);
});
