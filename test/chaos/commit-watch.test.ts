/** Chaos aims its faults at commits that are under way: what it takes for one, and when it takes it for answered. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CommitWatch } from "../../scripts/chaos/commit-watch.ts";
import { COMMIT, COMMIT_NAME } from "../../src/persistence/batch.ts";
import { GroupCommitter } from "../../src/persistence/committer.ts";
import type { Database } from "../../src/persistence/database.ts";
import { openDatabase } from "../../src/persistence/orm.ts";
import { aReply, paid } from "../contracts/storage/bench.ts";
import { quietLog, testClock } from "../contracts/storage/sql-bench.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { tcpProxy, type TcpProxy } from "../support/tcp-proxy.ts";

/** ReadyForQuery, not in a transaction. */
const READY = Buffer.from("5a0000000549", "hex");
const commit = Buffer.from(`P\0\0\0\x50${COMMIT_NAME}\0${COMMIT}`);

describe("told what passes", () => {
  let watch: CommitWatch;
  beforeEach(() => {
    watch = new CommitWatch();
  });

  it("counts a commit as under way until the database is ready for the next statement", () => {
    watch.sent(1, commit);
    watch.answered(1, Buffer.from("1\0\0\0\x04"));
    expect(watch.outstanding).toBe(1);
    watch.answered(1, Buffer.concat([Buffer.from("C\0\0\0\x0dSELECT 1\0"), READY]));
    expect(watch).toMatchObject({ outstanding: 0, sentCount: 1 });
  });

  it("knows the end of an answer that comes in two pieces, wherever it is torn", () => {
    for (let at = 1; at < READY.length; at += 1) {
      watch.sent(1, commit);
      watch.answered(1, Buffer.concat([Buffer.from("C\0\0\0\x0dSELECT 1\0"), READY.subarray(0, at)]));
      expect(watch.outstanding).toBe(1);
      watch.answered(1, READY.subarray(at));
      expect(watch.outstanding, `torn after ${at} bytes`).toBe(0);
    }
  });

  it("looks at each connection by itself, and only at commits", () => {
    watch.sent(1, commit);
    watch.sent(2, commit);
    watch.sent(3, Buffer.from("Q\0\0\0\x0dselect 1\0"));
    expect(watch).toMatchObject({ outstanding: 2, sentCount: 2 });
    watch.answered(2, READY);
    watch.answered(3, READY);
    expect(watch.outstanding).toBe(1);
    watch.closed(1);
    expect(watch.outstanding).toBe(0);
  });

  it("calls whoever waits for the next commit once, after it was passed on, unless he has stopped waiting", async () => {
    const called: string[] = [];
    watch.onNextCommit(() => called.push("first"));
    const stop = watch.onNextCommit(() => called.push("second"));
    stop();
    watch.sent(1, Buffer.from("Q\0\0\0\x0dselect 1\0"));
    watch.sent(1, commit);
    expect(called, "the proxy has not passed it on yet").toEqual([]);
    await Promise.resolve();
    watch.sent(1, commit);
    await Promise.resolve();
    expect(called).toEqual(["first"]);
  });
});

describe("between a server and a real PostgreSQL", () => {
  const watch = new CommitWatch();
  let postgres: TestPostgres;
  let proxy: TcpProxy;
  let direct: Database;
  let db: Database;
  beforeAll(async () => {
    postgres = await startPostgres(["fsync = off"]);
    proxy = await tcpProxy(postgres.port, watch);
    const options = { dataDir: "unused", log: quietLog, clock: testClock, allowUnsafe: true };
    const url = await postgres.url("watched");
    direct = await openDatabase({ databaseUrl: url, ...options });
    db = await openDatabase({ databaseUrl: url.replace(String(postgres.port), String(proxy.port)), ...options });
    await direct.sql.query("insert into process (id, slot, address, expires_at, steady_since) values ('p', 's', 'a', now() + interval '1 day', now())");
    await direct.sql.query("insert into area_owner (area_id, process_id, epoch) values ('town', 'p', 1)");
    await direct.sql.query("insert into account (id, username, name_key) values ('ada', 'ada', 'ada')");
    await direct.sql.query("insert into character (id, account_id, name, name_key, room_id, settings, health, vigour) values ('ada', 'ada', 'ada', 'ada', 'square', '{}', 1, 1)");
  });
  afterAll(async () => {
    await db.close();
    await direct.close();
    await proxy.close();
    await postgres.stop();
  });

  it("sees a commit that waits in the database, whether it is prepared already or not", async () => {
    const committer = new GroupCommitter({ db, clock: testClock, log: quietLog });
    for (const seq of [1, 2, 3]) {
      const sent = Promise.withResolvers<void>();
      const { outcome } = await direct.sql.transaction(async (sql) => {
        // Who takes an area over holds its row like this.
        await sql.query("select 1 from area_owner where area_id = 'town' for update");
        watch.onNextCommit(sent.resolve);
        const outcome = committer.commit({
          area: "town" as never, epoch: 1, actor: "ada" as never, room: "square" as never, request: { seq, step: 0 }, command: "earn", events: [paid("ada", 1)], reply: aReply(`r${seq}`, "You earn a coin."),
        });
        await sent.promise;
        expect(watch.outstanding).toBe(1);
        return { outcome };
      });
      expect(await outcome).toMatchObject({ kind: "committed" });
      expect(watch).toMatchObject({ outstanding: 0, sentCount: seq });
    }
  });
});
