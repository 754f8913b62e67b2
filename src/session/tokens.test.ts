import { createSecretKey } from "node:crypto";
import { SignJWT } from "jose";
import fc from "fast-check";
import { expect, test } from "vitest";
import { asId, type CharacterId } from "../engine/ids.ts";
import { TOKEN_LIFE_S } from "../limits.ts";
import { Tokens, type TokenClaims } from "./tokens.ts";

const SECRET = "a secret for tests, long enough!";
const ann: TokenClaims = { characterId: asId<CharacterId>("c1"), username: "Ann", role: "player", guest: false, tokenVersion: 3 };
const aClock = (ms = 1_800_000_000_000) => ({ ms, nowMs(): number { return this.ms; } });

test("a token says who it was made for, until it ends", async () => {
  const clock = aClock();
  const tokens = new Tokens({ secret: SECRET, nowMs: () => clock.ms });
  const { token, expiresAt } = await tokens.issue(ann);
  expect(expiresAt.getTime()).toBe(clock.ms + TOKEN_LIFE_S * 1000);
  expect(await tokens.verify(token)).toEqual(ann);
  clock.ms = expiresAt.getTime() + 4_000;
  expect(await tokens.verify(token)).toEqual(ann);
  clock.ms = expiresAt.getTime() + 6_000;
  await expect(tokens.verify(token)).rejects.toMatchObject({ code: "E_TOKEN_EXPIRED", httpStatus: 401 });
});

test("a token for another purpose opens nothing", async () => {
  const play = new Tokens({ secret: SECRET });
  const reset = new Tokens({ secret: SECRET, purpose: "waystone:reset" });
  await expect(play.verify((await reset.issue(ann)).token)).rejects.toMatchObject({ code: "E_AUTH" });
  await expect(reset.verify((await play.issue(ann)).token)).rejects.toMatchObject({ code: "E_AUTH" });
});

test("another world's token, no signature, another algorithm, missing or odd claims: E_AUTH", async () => {
  const tokens = new Tokens({ secret: SECRET });
  const key = createSecretKey(Buffer.from(SECRET));
  const sign = (claims: Record<string, unknown>, alg = "HS256") => new SignJWT(claims).setProtectedHeader({ alg }).sign(key);
  const exp = Math.floor(Date.now() / 1000) + 60;
  const whole = { sub: "c1", iss: "waystone", aud: "waystone:play", iat: exp - 60, exp, name: "Ann", role: "player", guest: false, ver: 0 };
  expect(await tokens.verify(await sign(whole))).toMatchObject({ username: "Ann" });
  const unsigned = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${Buffer.from(JSON.stringify(whole)).toString("base64url")}.`;
  const bad = [
    (await new Tokens({ secret: `${SECRET}?` }).issue(ann)).token,
    unsigned,
    await sign(whole, "HS512"),
    await sign({ ...whole, iss: "elsewhere" }),
    await sign({ ...whole, aud: undefined }),
    await sign({ ...whole, exp: undefined }),
    await sign({ ...whole, sub: undefined }),
    await sign({ ...whole, role: "emperor" }),
    await sign({ ...whole, ver: "0" }),
    await sign({ ...whole, guest: undefined }),
    "x".repeat(100_000),
    "",
  ];
  for (const token of bad) await expect(tokens.verify(token)).rejects.toMatchObject({ code: "E_AUTH" });
});

test("whatever is sent as a token is refused with a code", async () => {
  const tokens = new Tokens({ secret: SECRET });
  const { token } = await tokens.issue(ann);
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), fc.nat(token.length - 1).map((at) => `${token.slice(0, at)}${token[at] === "A" ? "B" : "A"}${token.slice(at + 1)}`)), async (text) => {
      // The last character of a part may hold bits that mean nothing; then it is the same token.
      const outcome = await tokens.verify(text).then((claims) => claims, (error: unknown) => error);
      expect(outcome).toSatisfy((value: unknown) => (value as { code?: string }).code === "E_AUTH" || (value as TokenClaims).username === "Ann");
    }),
    { seed: 20260102, numRuns: 300 },
  );
});
