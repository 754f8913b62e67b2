/** Accounts: one name, one character, one beginning. */
import { beforeEach, describe, expect, it } from "vitest";
import { asId, type CharacterId, type RoomId } from "../../../src/engine/ids.ts";
import { PostgresAccountStore } from "../../../src/persistence/accounts.ts";
import { aKind } from "../../support/transcript.ts";
import type { AccountStore } from "../../../src/session/account-store.ts";
import { names } from "./bench.ts";
import type { SqlBench } from "./sql-bench.ts";

export function accountSuite(open: () => SqlBench): void {
  let bench: SqlBench;
  let accounts: PostgresAccountStore;
  let name: (name: string) => string;
  beforeEach(() => {
    bench = open();
    name = names();
    accounts = new PostgresAccountStore(bench.db, {
      room: asId<RoomId>("square"), coins: 25, items: [{ kind: aKind("lantern"), quantity: 2 }, { kind: aKind("bread", { stackable: true }), quantity: 3 }],
    });
    // It is the port of the session layer.
    const port: AccountStore = accounts;
    expect(port).toBe(accounts);
  });
  const register = (username: string) => accounts.createAccount({ username, nameKey: username.toLowerCase(), passwordHash: "$argon2id$x", guest: false });

  describe("an account", () => {
    it("begins with a character at the start, its coins and things, all in the journal", async () => {
      const { characterId } = await register(name("Ann"));
      const loaded = await bench.areas.loadCharacter(characterId, asId<RoomId>("square"));
      expect(loaded?.character).toMatchObject({ name: name("Ann"), coins: 25, room: "square", health: 100, guest: false });
      expect(loaded?.items.map(({ kind, quantity }) => [kind, quantity])).toEqual([["lantern", 1], ["lantern", 1], ["bread", 3]]);
      const [entry, ...more] = await bench.journalOf(characterId);
      expect(more).toEqual([]);
      expect(entry?.events.map((event) => ("cause" in event ? event.cause : event.type))).toEqual(["start", "start", "start", "start"]);
    });

    it("is found again without the ORM, which a start after a crash has not read", async () => {
      const { characterId } = await register(name("Ann"));
      const plain = new PostgresAccountStore({ sql: bench.db.sql, orm: () => Promise.reject(new Error("the ORM was asked for")) }, { room: asId<RoomId>("square"), coins: 0, items: [] });
      const account = { characterId, username: name("Ann"), role: "player", guest: false, passwordHash: "$argon2id$x", tokenVersion: 0, bannedReason: null };
      expect(await plain.findById(characterId)).toEqual(account);
      expect(await plain.findByNameKey(name("ann"))).toEqual(account);
      const room = await bench.areas.locate(asId<CharacterId>(characterId));
      expect(await plain.findComer(characterId)).toEqual({ account, room, lastAddress: null });
      await bench.db.sql.query("update account set last_address = '10.1.2.3' where id = $1", [characterId]);
      expect(await Promise.all([plain.findComer(asId<CharacterId>("nobody")), plain.findComer(characterId)])).toEqual([undefined, { account, room, lastAddress: "10.1.2.3" }]);
      await plain.touchLogin(characterId);
      const [row] = await bench.db.sql.query<{ seen: boolean }>(
        "select a.last_login_at is not null and c.last_seen_at is not null as seen from account a join character c using (id) where id = $1", [characterId],
      );
      expect(row).toEqual({ seen: true });
    });

    it("has a name that nobody else has, however it is written; and nothing of a refused one remains", async () => {
      await register(name("Ann"));
      await expect(register(name("aNN"))).rejects.toMatchObject({ code: "E_NAME_TAKEN" });
      const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => register(name("Ben"))));
      expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      for (const outcome of outcomes) if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "E_NAME_TAKEN" });
      const [{ n } = { n: 0 }] = await bench.db.sql.query<{ n: number }>("select count(*)::int as n from character where name_key = $1", [name("ben")]);
      expect(n).toBe(1);
    });

    it("is found by its name and by its id, and not by others", async () => {
      const made = await register(name("Ann"));
      expect(await accounts.findByNameKey(name("ann"))).toEqual(made);
      expect(await accounts.findById(made.characterId)).toEqual(made);
      expect(await accounts.findByNameKey(name("nobody"))).toBeUndefined();
      expect(await accounts.findById(asId<CharacterId>("nobody"))).toBeUndefined();
    });

    it("of a guest becomes a player's once: name and password are new, the character stays", async () => {
      const guest = await accounts.createAccount({ username: name("Guest1"), nameKey: name("guest1"), passwordHash: null, guest: true });
      const upgrade = { username: name("Cleo"), nameKey: name("cleo"), passwordHash: "$argon2id$y" };
      const upgraded = await accounts.upgradeGuest(guest.characterId, upgrade);
      expect(upgraded).toMatchObject({ characterId: guest.characterId, username: name("Cleo"), guest: false, tokenVersion: guest.tokenVersion + 1 });
      expect((await bench.areas.loadCharacter(guest.characterId, null))?.character).toMatchObject({ name: name("Cleo"), guest: false, coins: 25 });
      expect(await accounts.upgradeGuest(guest.characterId, upgrade)).toBeUndefined();
    });

    it("of a guest cannot take a name in use, and stays a guest then", async () => {
      await register(name("Ann"));
      const guest = await accounts.createAccount({ username: name("Guest2"), nameKey: name("guest2"), passwordHash: null, guest: true });
      await expect(accounts.upgradeGuest(guest.characterId, { username: name("ANN"), nameKey: name("ann"), passwordHash: "x" })).rejects.toMatchObject({ code: "E_NAME_TAKEN" });
      expect(await accounts.findById(guest.characterId)).toEqual(guest);
    });

    it("changed by an operator ends the tokens made before", async () => {
      const made = await register(name("Ann"));
      expect(await accounts.change(made.characterId, { role: "moderator" })).toMatchObject({ role: "moderator", tokenVersion: 1 });
      expect(await accounts.change(made.characterId, { bannedReason: "spam" })).toMatchObject({ bannedReason: "spam", role: "moderator", tokenVersion: 2 });
      await accounts.touchLogin(made.characterId);
      const [row] = await bench.db.sql.query<{ seen: boolean }>("select last_login_at is not null as seen from account where id = $1", [made.characterId]);
      expect(row?.seen).toBe(true);
    });
  });
}
