/** What every AccountStore does; runs against the one in memory and the one over PostgreSQL. */
import { describe, expect, test } from "vitest";
import { asId, type CharacterId } from "../../src/engine/ids.ts";
import type { AccountStore } from "../../src/session/account-store.ts";

/**
 * `aStore` gives a store to work with; the tests use names of their own, so it may hold other accounts.
 * `nameOf` makes a name that no other test uses.
 */
export function accountStoreContract(title: string, aStore: () => AccountStore | Promise<AccountStore>): void {
  let n = 0;
  const nameOf = (word: string): { username: string; nameKey: string } => {
    const letters = String.fromCharCode(97 + (n % 26), 97 + Math.floor(n / 26));
    n += 1;
    return { username: `${word}${letters}`, nameKey: `${word}${letters}`.toLowerCase() };
  };

  describe(`accounts: ${title}`, () => {
    test("a new account is found by its key and by its id", async () => {
      const store = await aStore();
      const made = await store.createAccount({ ...nameOf("Ann"), passwordHash: "$hash", guest: false });
      expect(made).toMatchObject({ role: "player", guest: false, passwordHash: "$hash", tokenVersion: 0, bannedReason: null });
      expect(await store.findByNameKey(made.username.toLowerCase())).toEqual(made);
      expect(await store.findById(made.characterId)).toEqual(made);
      expect(await store.findComer(made.characterId)).toMatchObject({ account: made, lastAddress: null });
    });

    test("nobody is found where nobody is", async () => {
      const store = await aStore();
      expect(await store.findByNameKey(nameOf("Nemo").nameKey)).toBeUndefined();
      expect(await store.findById(asId<CharacterId>("no-such-id"))).toBeUndefined();
      expect(await store.findComer(asId<CharacterId>("no-such-id"))).toBeUndefined();
    });

    test("a name is taken, whatever its case, also by a guest", async () => {
      const store = await aStore();
      const name = nameOf("Bea");
      await store.createAccount({ ...name, passwordHash: null, guest: true });
      const again = store.createAccount({ username: name.username.toUpperCase(), nameKey: name.nameKey, passwordHash: "$hash", guest: false });
      await expect(again).rejects.toMatchObject({ code: "E_NAME_TAKEN" });
    });

    test("two who want one name at once: one gets it", async () => {
      const store = await aStore();
      const name = nameOf("Cy");
      const both = await Promise.allSettled([1, 2].map((i) => store.createAccount({ ...name, passwordHash: `$${i}`, guest: false })));
      expect(both.map((one) => one.status).sort()).toEqual(["fulfilled", "rejected"]);
    });

    test("a guest becomes an account once, with the same id, and its tokens end", async () => {
      const store = await aStore();
      const guest = await store.createAccount({ ...nameOf("Guest"), passwordHash: null, guest: true });
      const name = nameOf("Dora");
      const upgraded = await store.upgradeGuest(guest.characterId, { ...name, passwordHash: "$hash" });
      expect(upgraded).toEqual({ ...guest, username: name.username, guest: false, passwordHash: "$hash", tokenVersion: 1 });
      expect(await store.findById(guest.characterId)).toEqual(upgraded);
      expect(await store.findByNameKey(name.nameKey)).toEqual(upgraded);
      expect(await store.findByNameKey(guest.username.toLowerCase())).toBeUndefined();
      expect(await store.upgradeGuest(guest.characterId, { ...nameOf("Eve"), passwordHash: "$hash" })).toBeUndefined();
    });

    test("a guest cannot take somebody's name, and stays a guest", async () => {
      const store = await aStore();
      const taken = nameOf("Finn");
      await store.createAccount({ ...taken, passwordHash: "$hash", guest: false });
      const guest = await store.createAccount({ ...nameOf("Guest"), passwordHash: null, guest: true });
      await expect(store.upgradeGuest(guest.characterId, { ...taken, passwordHash: "$hash" })).rejects.toMatchObject({ code: "E_NAME_TAKEN" });
      expect(await store.findById(guest.characterId)).toEqual(guest);
    });

    test("nobody that does not exist is upgraded; a login is noted", async () => {
      const store = await aStore();
      expect(await store.upgradeGuest(asId<CharacterId>("no-such-id"), { ...nameOf("Gil"), passwordHash: "$hash" })).toBeUndefined();
      const made = await store.createAccount({ ...nameOf("Hal"), passwordHash: "$hash", guest: false });
      await store.touchLogin(made.characterId);
      expect(await store.findById(made.characterId)).toEqual(made);
    });
  });
}
