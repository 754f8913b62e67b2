import { argon2Sync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { checkNewPassword, Passwords } from "./passwords.ts";
import { Turnstile } from "./turnstile.ts";

describe("hashes", () => {
  const passwords = new Passwords();

  test("are PHC strings with OWASP's parameters and a salt of their own", async () => {
    const [one, two] = await Promise.all([passwords.hash("open sesame"), passwords.hash("open sesame")]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(one).not.toBe(two);
    expect(await passwords.verify("open sesame", one)).toBe(true);
    expect(await passwords.verify("open sesamé", one)).toBe(false);
  });

  test("made with other parameters are understood", async () => {
    const nonce = Buffer.from("saltsaltsaltsalt");
    const hash = argon2Sync("argon2id", { message: "old one", nonce, memory: 64, passes: 3, parallelism: 2, tagLength: 24 });
    const phc = `$argon2id$v=19$m=64,t=3,p=2$${nonce.toString("base64").replaceAll("=", "")}$${hash.toString("base64")}`;
    expect(await passwords.verify("old one", phc)).toBe(true);
    expect(await passwords.verify("old two", phc)).toBe(false);
  });

  test("an é is an é, however it is typed", async () => {
    expect(await passwords.verify("cafe\u0301 noir", await passwords.hash("caf\u00e9 noir"))).toBe(true);
  });

  test("that are none are a fault of ours, not a wrong password", async () => {
    await expect(passwords.verify("x", "plain text")).rejects.toThrow("not one this server made");
  });

  test("against nobody are never right", async () => {
    expect(await passwords.verifyDummy("open sesame")).toBe(false);
  });

  test("are turned away when too many wait", async () => {
    const small = new Passwords({ atOnce: 1, maxWaiting: 1 });
    const outcomes = await Promise.allSettled([small.verifyDummy("a"), small.verifyDummy("b"), small.verifyDummy("c")]);
    expect(outcomes.map((one) => one.status)).toEqual(["fulfilled", "fulfilled", "rejected"]);
    expect(outcomes[2]).toMatchObject({ reason: { code: "E_BUSY", retryAfterMs: 2_000 } });
    expect(small.waiting).toBe(0);
  });
});

describe("new passwords", () => {
  test.each([
    ["short", "A password has at least 8 characters."],
    ["x".repeat(257), "A password has at most 256 characters."],
    ["Password1", "That password is among the first anybody would guess."],
    ["aaaaaaaabbb", "That password is among the first anybody would guess."],
    ["Belinda1", "The password is too much like the name."],
  ])("%s: %s", (password, message) => {
    expect(() => checkNewPassword(password, "Belinda")).toThrow(expect.objectContaining({ code: "E_PASSWORD_INVALID", message }));
  });

  test.each(["correct horse battery staple", "😀😀😁😁😂😂🤣🤣", "belinda and her seven cats"])("%s is fine", (password) => {
    checkNewPassword(password, "Belinda");
  });
});

describe("the turnstile", () => {
  test("lets in two, in the order they came, also past one that fails", async () => {
    const turnstile = new Turnstile({ atOnce: 2, maxWaiting: 10, retryAfterMs: 1 });
    const log: string[] = [];
    let inside = 0;
    const visit = (name: string, fails = false) =>
      turnstile.pass(async () => {
        inside += 1;
        expect(inside).toBeLessThanOrEqual(2);
        log.push(name);
        await new Promise((resolve) => setImmediate(resolve));
        inside -= 1;
        if (fails) throw new Error(name);
      });
    const outcomes = await Promise.allSettled([visit("a"), visit("b", true), visit("c"), visit("d", true), visit("e")]);
    expect(log).toEqual(["a", "b", "c", "d", "e"]);
    expect(outcomes.map((one) => one.status)).toEqual(["fulfilled", "rejected", "fulfilled", "rejected", "fulfilled"]);
    await turnstile.pass(async () => log.push("f"));
    expect(log.at(-1)).toBe("f");
  });
});
