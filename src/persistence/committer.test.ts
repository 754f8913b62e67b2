import { describe, expect, it } from "vitest";
import { asId, type AreaId, type CharacterId } from "../engine/ids.ts";
import { MAX_BATCH, MAX_COMMIT_QUEUE } from "../limits.ts";
import type { CommitUnit } from "../runtime/ports.ts";
import { decodeCommit } from "../../test/support/commit-values.ts";
import { GroupCommitter } from "./committer.ts";
import type { Sql } from "./sql.ts";
import { StorageError } from "./storage-error.ts";

/** A database that answers when it is told to, and remembers which commands came together. */
class SlowDatabase implements Sql {
  readonly batches: string[][] = [];
  readonly #answers: ((error?: StorageError) => void)[] = [];

  query<Row extends object>(_text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const units = decodeCommit(values).map((entry) => entry.unit.command);
    this.batches.push(units);
    return new Promise((resolve, reject) => {
      this.#answers.push((error) => (error === undefined ? resolve([{ entries: units.map((_, n) => String(n)).join(",") } as unknown as Row]) : reject(error)));
    });
  }
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return work(this);
  }
  get underWay(): number {
    return this.#answers.length;
  }
  async answer(error?: StorageError): Promise<void> {
    this.#answers.shift()?.(error);
    await turn();
  }
  /** Answers until nothing is under way. */
  async answerAll(): Promise<void> {
    while (this.underWay > 0) await this.answer();
  }
}

const turn = async (): Promise<void> => {
  for (let n = 0; n < 3; n += 1) await new Promise((resolve) => setImmediate(resolve));
};
const clock = { nowMs: () => 0, after: (_ms: number, run: () => void) => { setImmediate(run); return () => undefined; } };
const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const setUp = (commitsInFlight = 2) => {
  const sql = new SlowDatabase();
  return { sql, committer: new GroupCommitter({ db: { sql, commitsInFlight }, clock, log }) };
};
let seq = 0;
const unit = (actor: string, command = actor, touched = actor): CommitUnit => ({
  area: asId<AreaId>("town"), epoch: 1, actor: asId<CharacterId>(actor), room: null, request: { seq: (seq += 1), step: 0 }, command,
  events: [{ type: "coins-changed", character: asId(touched), delta: 1, cause: "give" }], reply: null,
});

describe("group commit", () => {
  it("sends what waits together, and no more batches at a time than it may", async () => {
    const { sql, committer } = setUp(2);
    void committer.commit(unit("ann"));
    void committer.commit(unit("ben"));
    await turn();
    void committer.commit(unit("cleo"));
    await turn();
    void committer.commit(unit("dan"));
    void committer.commit(unit("eve"));
    await turn();
    expect(sql.batches).toEqual([["ann", "ben"], ["cleo"]]);
    await sql.answer();
    expect(sql.batches[2]).toEqual(["dan", "eve"]);
    await sql.answerAll();
  });

  it(`never makes a batch of more than ${MAX_BATCH}`, async () => {
    const { sql, committer } = setUp();
    for (let n = 0; n < MAX_BATCH + 1; n += 1) void committer.commit(unit(`p${n}`));
    await turn();
    expect(sql.batches.map(({ length }) => length)).toEqual([MAX_BATCH, 1]);
    await sql.answerAll();
  });

  it("never has two commands under way that touch the same, and keeps their order; others pass by", async () => {
    const { sql, committer } = setUp();
    void committer.commit(unit("ann", "ann 1"));
    void committer.commit(unit("ann", "ann 2"));
    void committer.commit(unit("ben", "ben to ann", "ann"));
    void committer.commit(unit("ben", "ben 2"));
    void committer.commit(unit("cleo"));
    await turn();
    expect(sql.batches).toEqual([["ann 1", "cleo"]]);
    await sql.answerAll();
    expect(sql.batches).toEqual([["ann 1", "cleo"], ["ann 2"], ["ben to ann"], ["ben 2"]]);
  });

  it("refuses what would wait too long, and takes more when there is room", async () => {
    const { sql, committer } = setUp();
    const taken = Array.from({ length: MAX_COMMIT_QUEUE }, (_, n) => committer.commit(unit(`p${n}`)));
    expect(await committer.commit(unit("late"))).toMatchObject({ kind: "unavailable", cause: { code: "E_BUSY" } });
    await turn();
    await sql.answer();
    void committer.commit(unit("later"));
    await sql.answerAll();
    expect(new Set((await Promise.all(taken)).map(({ kind }) => kind))).toEqual(new Set(["committed"]));
  });

  it("says at once of all that waits that a database which cannot be reached is unavailable", async () => {
    const { sql, committer } = setUp(1);
    const first = committer.commit(unit("ann"));
    await turn();
    const second = committer.commit(unit("ben"));
    await sql.answer(new StorageError("not-sent", new Error("refused")));
    expect([(await first).kind, (await second).kind]).toEqual(["unavailable", "unavailable"]);
    const third = committer.commit(unit("ann"));
    await turn();
    await sql.answer();
    expect((await third).kind).toBe("committed");
  });

  it("holds back what touches a command in doubt until the doubt is gone", async () => {
    const { sql, committer } = setUp();
    const doubtful = committer.commit(unit("ann", "ann 1"));
    await turn();
    await sql.answer(new StorageError("unknown", new Error("cut")));
    void committer.commit(unit("ann", "ann 2"));
    await turn();
    expect(sql.batches).toEqual([["ann 1"], ["ann 1"]]);
    await sql.answer(new StorageError("not-sent", new Error("still away")));
    expect(committer.load.inDoubt).toBe(1);
    await turn();
    await sql.answer();
    expect((await doubtful).kind).toBe("committed");
    await turn();
    expect(sql.batches.at(-1)).toEqual(["ann 2"]);
    await sql.answerAll();
  });

  it("takes nothing more once it is stopped, and stops when all is answered", async () => {
    const { sql, committer } = setUp();
    const last = committer.commit(unit("ann"));
    const stopped = committer.stop();
    expect(await committer.commit(unit("ben"))).toMatchObject({ kind: "unavailable", cause: { code: "E_DRAINING" } });
    await turn();
    await sql.answerAll();
    await stopped;
    expect((await last).kind).toBe("committed");
  });
});
