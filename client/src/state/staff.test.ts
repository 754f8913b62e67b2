import { afterEach, expect, test, vi } from "vitest";
import { isAtLeast, roleOf, Staff } from "./staff.ts";

const token = (payload: unknown): string => `x.${Buffer.from(JSON.stringify(payload)).toString("base64url")}.y`;
afterEach(() => vi.unstubAllGlobals());

test("a role is read from the token, and is a player's where there is none", () => {
  expect([roleOf(token({ role: "operator", name: "\u00e4?>" })), roleOf(token({ role: "king" })), roleOf(token(7)), roleOf("junk"), roleOf("a.%.c"), roleOf("")])
    .toEqual(["operator", "player", "player", "player", "player", "player"]);
  expect([isAtLeast("operator", "moderator"), isAtLeast("builder", "moderator")]).toEqual([true, false]);
});

test("a deed goes to the administration with the token of the moment, and its answer is told in words", async () => {
  const asked: { url: string; init: RequestInit }[] = [];
  let answer = (): Response => Response.json({ outcome: "done", said: ["Ben is silent now."] });
  vi.stubGlobal("fetch", (url: string, init: RequestInit) => {
    asked.push({ url, init });
    return Promise.resolve(answer());
  });
  let mine: string | undefined = token({ role: "moderator" });
  const staff = new Staff(() => mine);
  staff.tokenChanged();
  expect(staff.role.get()).toBe("moderator");
  expect(await staff.toPerson("Be n", "mute", { reason: "noise" })).toEqual({ done: true, text: "Ben is silent now." });
  expect(asked[0]).toMatchObject({ url: "/admin/api/characters/Be%20n/mute", init: { headers: { authorization: `Bearer ${mine}` }, body: `{"reason":"noise"}` } });
  answer = () => Response.json({ outcome: "ordered", said: [] }, { status: 202 });
  expect((await staff.toWorld("announce", { text: "hi" })).text).toContain("Ordered");
  answer = () => Response.json({ error: { code: "E_FORBIDDEN", message: "You may not do that." } }, { status: 403 });
  expect(await staff.toWorld("announce", { text: "hi" })).toEqual({ done: false, text: "You may not do that." });
  answer = () => { throw new TypeError("fetch failed"); };
  expect(await staff.toWorld("announce", { text: "hi" })).toEqual({ done: false, text: "The server cannot be reached." });
  mine = undefined;
  staff.tokenChanged();
  expect(staff.role.get()).toBe("player");
});
