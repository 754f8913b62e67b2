import { beforeEach, describe, expect, test } from "vitest";
import type { Account } from "./account-store.ts";
import { AuthService, type AuthServiceDeps } from "./auth-service.ts";
import { MemoryAccountStore } from "./memory-account-store.ts";
import { NameRules } from "./names.ts";
import { Passwords } from "./passwords.ts";
import { Tokens } from "./tokens.ts";

const ANN = { username: "Ann", password: "correct horse" };

let accounts: MemoryAccountStore;
let errors: unknown[];
let upgraded: Account[];
const tokens = new Tokens({ secret: "a secret for tests, long enough!" });
const passwords = new Passwords();

function aService(deps: Partial<AuthServiceDeps> = {}): AuthService {
  return new AuthService({
    accounts, tokens, passwords, names: new NameRules(), onError: (error) => errors.push(error), onUpgraded: (account) => upgraded.push(account), ...deps,
  });
}

beforeEach(() => {
  accounts = new MemoryAccountStore();
  errors = [];
  upgraded = [];
});

describe("accounts", () => {
  test("register, log in with the name in any case, come in with the token", async () => {
    const auth = aService();
    const registered = await auth.register(ANN);
    expect(registered.username).toBe("Ann");
    const session = await auth.login({ username: " aNN", password: ANN.password });
    expect(session.characterId).toBe(registered.characterId);
    expect(accounts.logins).toEqual([registered.characterId]);
    expect(await auth.authenticate(session.token)).toEqual({ characterId: session.characterId, username: "Ann", role: "player", guest: false, vouchedBy: "account" });
  });

  test("an unknown name, a guest's name and a wrong password get the same answer", async () => {
    const auth = aService();
    await auth.register(ANN);
    const guest = await auth.guest();
    const answers = await Promise.all(
      [{ ...ANN, password: "wrong horse" }, { username: "Nobody", password: "wrong horse" }, { username: guest.username, password: "" }]
        .map((credentials) => auth.login(credentials).catch((error: unknown) => JSON.stringify({ ...(error as object), message: String(error) }))),
    );
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toContain("E_CREDENTIALS");
  });

  test("a name is taken before a password is hashed for it, and also when two ask at once", async () => {
    const auth = aService();
    const both = await Promise.allSettled([auth.register(ANN), auth.register({ ...ANN, username: "ANN" })]);
    expect(both.map((one) => one.status).sort()).toEqual(["fulfilled", "rejected"]);
    await expect(aService({ passwords: new Passwords({ atOnce: 0, maxWaiting: 0 }) }).register(ANN)).rejects.toMatchObject({ code: "E_NAME_TAKEN" });
  });

  test("a closed account hears why, but only with its password", async () => {
    const auth = aService();
    const { characterId, token } = await auth.register(ANN);
    accounts.change(characterId, { bannedReason: "griefing" });
    await expect(auth.login(ANN)).rejects.toMatchObject({ code: "E_FORBIDDEN", message: "This account is closed: griefing" });
    await expect(auth.login({ ...ANN, password: "wrong horse" })).rejects.toMatchObject({ code: "E_CREDENTIALS" });
    await expect(auth.authenticate(token)).rejects.toMatchObject({ code: "E_FORBIDDEN" });
    await expect(auth.refresh(token)).rejects.toMatchObject({ code: "E_FORBIDDEN" });
  });

  test("a login counts even when it cannot be noted", async () => {
    const auth = aService();
    await auth.register(ANN);
    accounts.touchLogin = () => Promise.reject(new Error("no"));
    expect((await auth.login(ANN)).username).toBe("Ann");
    expect(errors.map(String)).toEqual(["Error: no"]);
  });
});

describe("tokens", () => {
  test("are renewed, and say what the account says now", async () => {
    const auth = aService();
    const { token, characterId } = await auth.register(ANN);
    accounts.change(characterId, { role: "builder" });
    const renewed = await auth.refresh(token);
    expect((await tokens.verify(renewed.token)).role).toBe("builder");
    expect((await auth.authenticate(token)).role).toBe("builder");
  });

  test("end when the account's version grows, and with the account", async () => {
    const auth = aService();
    const { token, characterId } = await auth.register(ANN);
    accounts.change(characterId, { tokenVersion: 1 });
    for (const use of [() => auth.refresh(token), () => auth.authenticate(token)]) await expect(use()).rejects.toMatchObject({ code: "E_AUTH" });
    accounts.accounts.clear();
    await expect(auth.authenticate(token)).rejects.toMatchObject({ code: "E_AUTH" });
  });

  test("are believed for coming back while the database is away; nothing else is", async () => {
    const auth = aService();
    const { token } = await auth.register(ANN);
    accounts.unreachable = true;
    expect(await auth.authenticate(token)).toMatchObject({ username: "Ann", vouchedBy: "token" });
    await expect(auth.refresh(token)).rejects.toMatchObject({ code: "E_STORAGE" });
    await expect(auth.login(ANN)).rejects.toMatchObject({ code: "E_STORAGE" });
    await expect(auth.guest()).rejects.toMatchObject({ code: "E_STORAGE" });
    await expect(auth.authenticate("forged")).rejects.toMatchObject({ code: "E_AUTH" });
  });
});

describe("guests", () => {
  test("come in without a word, under a name of their own", async () => {
    const auth = aService();
    const [one, two] = [await auth.guest(), await auth.guest()];
    expect(one.username).toMatch(/^Wanderer[A-Z]/);
    expect(one.username).not.toBe(two.username);
    expect(await auth.authenticate(one.token)).toMatchObject({ guest: true, username: one.username });
  });

  test("draw again when a name is taken, but not for ever", async () => {
    let draws = 0;
    const auth = aService({ guestName: () => (draws++ < 3 ? { username: "WandererA", nameKey: "wanderera" } : { username: "WandererB", nameKey: "wandererb" }) });
    await auth.guest();
    expect((await auth.guest()).username).toBe("WandererB");
    await expect(auth.guest()).rejects.toMatchObject({ code: "E_BUSY" });
  });

  test("become accounts: same character, new name, old tokens worthless", async () => {
    const auth = aService();
    const guest = await auth.guest();
    const session = await auth.upgrade(guest.token, ANN);
    expect(session).toMatchObject({ characterId: guest.characterId, username: "Ann" });
    expect(upgraded.map((account) => account.username)).toEqual(["Ann"]);
    await expect(auth.authenticate(guest.token)).rejects.toMatchObject({ code: "E_AUTH" });
    expect((await auth.login(ANN)).characterId).toBe(guest.characterId);
    await expect(auth.upgrade(session.token, { ...ANN, username: "Bea" })).rejects.toMatchObject({ code: "E_FORBIDDEN" });
  });

  test("an upgrade that is refused changes nothing; a listener that fails does not undo it", async () => {
    const auth = aService({ onUpgraded: () => { throw new Error("listener"); } });
    await auth.register(ANN);
    const guest = await auth.guest();
    await expect(auth.upgrade(guest.token, ANN)).rejects.toMatchObject({ code: "E_NAME_TAKEN" });
    await expect(auth.upgrade(guest.token, { username: "Bea", password: "short" })).rejects.toMatchObject({ code: "E_PASSWORD_INVALID" });
    expect(await auth.authenticate(guest.token)).toMatchObject({ guest: true });
    expect((await auth.upgrade(guest.token, { username: "Bea", password: "correct horse" })).username).toBe("Bea");
    expect(errors.map(String)).toEqual(["Error: listener"]);
  });
});
