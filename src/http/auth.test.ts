import { request } from "node:http";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { MAX_HTTP_BODY_BYTES } from "../limits.ts";
import { ERROR_CODES } from "../protocol/codes.ts";
import { errorAnswer, tokenAnswer } from "../protocol/server-messages.ts";
import type { HttpDeps } from "./app.ts";
import { startHttp, type Answer, type TestHttp } from "./testing/http-server.ts";

const ANN = { username: "Ann", password: "correct horse" };
const WRONG = { ...ANN, password: "wrong horse" };

const open: TestHttp[] = [];
async function aServer(deps: Partial<HttpDeps> = {}): Promise<TestHttp> {
  const http = await startHttp(deps);
  open.push(http);
  return http;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((http) => http.close()));
});
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const codeOf = (answer: Answer): string => `${answer.status} ${answer.body?.error?.code ?? "ok"}`;

describe("coming in", () => {
  test("register, log in, refresh: each answers with a token, its end and the name", async () => {
    const http = await aServer();
    const registered = await http.post("/auth/register", ANN);
    expect(registered.status).toBe(200);
    const { token, expires_at, username } = tokenAnswer.parse(registered.body);
    expect(username).toBe("Ann");
    expect(Date.parse(expires_at)).toBeGreaterThan(Date.now() + 23 * 3_600_000);
    expect(registered.headers.get("cache-control")).toBe("no-store");
    expect(registered.headers.get("x-powered-by")).toBeNull();
    expect(tokenAnswer.parse((await http.post("/auth/login", { ...ANN, username: "ANN" })).body).username).toBe("Ann");
    expect(tokenAnswer.parse((await http.post("/auth/refresh", undefined, bearer(token))).body).username).toBe("Ann");
  });

  test("a guest comes in without a body and becomes an account", async () => {
    const http = await aServer();
    const guest = tokenAnswer.parse((await http.post("/auth/guest")).body);
    const account = tokenAnswer.parse((await http.post("/auth/upgrade", ANN, bearer(guest.token))).body);
    expect(account.username).toBe("Ann");
    expect(codeOf(await http.post("/auth/refresh", {}, bearer(guest.token)))).toBe("401 E_AUTH");
    expect(codeOf(await http.post("/auth/upgrade", { ...ANN, username: "Bea" }, bearer(account.token)))).toBe("403 E_FORBIDDEN");
    expect((await http.post("/auth/login", ANN)).status).toBe(200);
  });

  test("each refusal has its code, its status and a sentence", async () => {
    const http = await aServer();
    await http.post("/auth/register", ANN);
    const cases: [Promise<Answer>, string][] = [
      [http.post("/auth/register", ANN), "409 E_NAME_TAKEN"],
      [http.post("/auth/register", { ...ANN, username: "Ann Bee" }), "422 E_NAME_INVALID"],
      [http.post("/auth/register", { username: "Bea", password: "short" }), "422 E_PASSWORD_INVALID"],
      [http.post("/auth/login", WRONG), "401 E_CREDENTIALS"],
      [http.post("/auth/login", { ...ANN, username: "Nobody" }), "401 E_CREDENTIALS"],
      [http.post("/auth/refresh"), "401 E_AUTH"],
      [http.post("/auth/refresh", undefined, { authorization: "Basic QW5uOmJlZQ==" }), "401 E_AUTH"],
      [http.post("/auth/refresh", undefined, bearer("forged")), "401 E_AUTH"],
      [http.post("/auth/upgrade", ANN), "401 E_AUTH"],
      [http.post("/auth/nothing", {}), "404 E_NOT_FOUND"],
      [http.get("/auth/login"), "404 E_NOT_FOUND"],
    ];
    for (const [answer, code] of cases) {
      expect(codeOf(await answer)).toBe(code);
      expect(errorAnswer.parse((await answer).body).error.message).toMatch(/\.$/);
    }
    expect((await cases[5]![0]).headers.get("www-authenticate")).toBe("Bearer");
  });

  test("without the database: 503 E_STORAGE", async () => {
    const http = await aServer();
    http.accounts.unreachable = true;
    for (const path of ["register", "login"]) expect(codeOf(await http.post(`/auth/${path}`, ANN))).toBe("503 E_STORAGE");
    expect(codeOf(await http.post("/auth/guest"))).toBe("503 E_STORAGE");
  });

  test("a fault of ours: 500 without details, and the log has them under the request's id", async () => {
    const http = await aServer();
    http.accounts.findByNameKey = () => Promise.reject(new Error("the cellar is flooded"));
    const answer = await http.post("/auth/login?token=hunter2", ANN);
    expect(answer.body).toEqual({ error: { code: "E_INTERNAL", message: ERROR_CODES.E_INTERNAL.message } });
    const line = http.logged.at(-1)!;
    expect(line).toMatchObject({ level: "error", path: "/auth/login", requestId: answer.headers.get("x-request-id"), error: { message: "the cellar is flooded" } });
    expect(JSON.stringify(http.logged)).not.toMatch(/hunter2|correct horse/);
  });
});

describe("bodies", () => {
  test.each([
    ["no JSON", "{", "application/json", "400 E_BAD_REQUEST"],
    ["not an object", '"Ann"', "application/json", "400 E_BAD_REQUEST"],
    ["a list", "[]", "application/json", "400 E_BAD_REQUEST"],
    ["a number for a name", '{"username":1,"password":"correct horse"}', "application/json", "400 E_BAD_REQUEST"],
    ["no password", '{"username":"Ann"}', "application/json", "400 E_BAD_REQUEST"],
    ["a form", "username=Ann&password=correct+horse", "application/x-www-form-urlencoded", "400 E_BAD_REQUEST"],
    ["plain text", JSON.stringify(ANN), "text/plain", "400 E_BAD_REQUEST"],
    ["an unknown charset", JSON.stringify(ANN), "application/json; charset=klingon", "400 E_BAD_REQUEST"],
    ["too much", JSON.stringify({ ...ANN, more: "x".repeat(MAX_HTTP_BODY_BYTES) }), "application/json", "413 E_TOO_LARGE"],
  ])("%s: refused", async (_what, body, type, code) => {
    const http = await aServer();
    const response = await fetch(`${http.url}/auth/login`, { method: "POST", body, headers: { "content-type": type } });
    const answer = (await response.json()) as { error: { code: string } };
    expect(`${response.status} ${answer.error.code}`).toBe(code);
    expect(http.logged).toEqual([]);
  });

  test("compressed ones are not unpacked", async () => {
    const http = await aServer();
    const response = await fetch(`${http.url}/auth/login`, { method: "POST", body: "x", headers: { "content-type": "application/json", "content-encoding": "gzip" } });
    expect(response.status).toBe(400);
  });

  test("whatever the body: an answer of the protocol, never a fault of ours", async () => {
    const http = await aServer({ rates: { callsPerMinute: 1e6, loginsPerMinute: 1e6, loginsPerNamePerMinute: 1e6, registrationsPerHour: 1e6, wrongPasswordsFree: 1e6, wrongPasswordsPerNamePerHour: 1e6 } });
    const odd = fc.oneof(fc.json(), fc.string(), fc.record({ username: fc.anything(), password: fc.anything() }).map((value) => JSON.stringify(value, (_key, inner: unknown) => (typeof inner === "bigint" ? String(inner) : inner))),
      fc.record({ username: fc.stringMatching(/^[A-Za-z]{1,24}$/), password: fc.string({ maxLength: 300 }) }).map((value) => JSON.stringify(value)));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom("register", "login", "guest", "refresh", "upgrade"), odd, fc.constantFrom("application/json", "text/html", "application/json; charset=utf-16le"), async (path, body, type) => {
        const response = await fetch(`${http.url}/auth/${path}`, { method: "POST", body, headers: { "content-type": type, authorization: "Bearer x.y.z" } });
        const answer: unknown = await response.json();
        if (response.status === 200) tokenAnswer.parse(answer);
        else {
          const { error } = errorAnswer.parse(answer);
          expect(Object.keys(ERROR_CODES)).toContain(error.code);
          expect(response.status).toBe(ERROR_CODES[error.code as keyof typeof ERROR_CODES].http);
        }
        expect(response.status).not.toBe(500);
      }),
      { seed: 20260104, numRuns: 300 },
    );
    expect(http.logged.filter((line) => line["level"] === "error")).toEqual([]);
  });

  test("a request that is cut in the middle of its body harms nobody", async () => {
    const http = await aServer();
    await new Promise<void>((resolve) => {
      const cut = request({ port: http.port, host: "127.0.0.1", method: "POST", path: "/auth/login", headers: { "content-type": "application/json", "content-length": 100 } });
      cut.on("error", () => resolve());
      cut.on("close", () => resolve());
      cut.write('{"user');
      setTimeout(() => cut.destroy(), 50);
    });
    expect((await http.get("/healthz")).status).toBe(200);
    expect(http.logged.filter((line) => line["level"] === "error")).toEqual([]);
  });
});

describe("how often", () => {
  test("logins per address and name; the answer says when to come back", async () => {
    const http = await aServer({ rates: { loginsPerNamePerMinute: 3 } });
    await http.post("/auth/register", ANN);
    for (let i = 0; i < 3; i++) expect((await http.post("/auth/login", ANN)).status).toBe(200);
    const refused = await http.post("/auth/login", { ...ANN, username: "aNN" });
    expect(codeOf(refused)).toBe("429 E_RATE");
    const { error } = errorAnswer.parse(refused.body);
    expect(error.retry_after_ms).toBeGreaterThan(0);
    expect(Number(refused.headers.get("retry-after"))).toBe(error.retry_after_ms! / 1000);
    expect(error.message).toMatch(/^Too many attempts\. Please try again in \d+ seconds?\.$/);
    expect(codeOf(await http.post("/auth/login", { ...ANN, username: "Bea" }))).toBe("401 E_CREDENTIALS");
  });

  test("logins and calls per address, whatever the name", async () => {
    const http = await aServer({ rates: { loginsPerMinute: 2, callsPerMinute: 4 } });
    const name = (i: number) => ({ ...ANN, username: `Ann${"abcdef"[i]}` });
    const codes = [];
    for (let i = 0; i < 3; i++) codes.push(codeOf(await http.post("/auth/login", name(i))));
    expect(codes).toEqual(["401 E_CREDENTIALS", "401 E_CREDENTIALS", "429 E_RATE"]);
    expect(codeOf(await http.post("/auth/refresh"))).toBe("401 E_AUTH");
    expect(codeOf(await http.post("/auth/refresh"))).toBe("429 E_RATE");
  });

  test("registrations and guests that were made; refused ones do not count", async () => {
    const http = await aServer({ rates: { registrationsPerHour: 1, guestsPerHour: 1 } });
    expect(codeOf(await http.post("/auth/register", { ...ANN, username: "x" }))).toBe("422 E_NAME_INVALID");
    expect(codeOf(await http.post("/auth/register", ANN))).toBe("200 ok");
    expect(codeOf(await http.post("/auth/register", { ...ANN, username: "Bea" }))).toBe("429 E_RATE");
    expect(codeOf(await http.post("/auth/guest"))).toBe("200 ok");
    expect(codeOf(await http.post("/auth/guest"))).toBe("429 E_RATE");
  });

  test("wrong passwords cost a wait, for the right one too; another address is not made to wait", async () => {
    const http = await aServer({ trustProxyHops: 1, rates: { wrongPasswordsFree: 2, wrongPasswordWaitS: 1 } });
    await http.post("/auth/register", ANN);
    for (let i = 0; i < 3; i++) expect(codeOf(await http.post("/auth/login", WRONG))).toBe("401 E_CREDENTIALS");
    const shutOut = await http.post("/auth/login", ANN);
    expect(codeOf(shutOut)).toBe("429 E_RATE");
    expect(codeOf(await http.post("/auth/login", ANN, { "x-forwarded-for": "203.0.113.9" }))).toBe("200 ok");
    await new Promise((resolve) => setTimeout(resolve, shutOut.body.error.retry_after_ms as number));
    expect(codeOf(await http.post("/auth/login", ANN))).toBe("200 ok");
    expect(codeOf(await http.post("/auth/login", WRONG))).toBe("401 E_CREDENTIALS");
  });

  test("guesses for one name from everywhere shut out strangers, not the player", async () => {
    const http = await aServer({ trustProxyHops: 1, rates: { wrongPasswordsPerNamePerHour: 5 } });
    await http.post("/auth/register", ANN);
    const home = { "x-forwarded-for": "198.51.100.7" };
    expect(codeOf(await http.post("/auth/login", ANN, home))).toBe("200 ok");
    for (let i = 0; i < 5; i++) await http.post("/auth/login", WRONG, { "x-forwarded-for": `203.0.113.${i}` });
    expect(codeOf(await http.post("/auth/login", ANN, { "x-forwarded-for": "203.0.113.99" }))).toBe("429 E_RATE");
    expect(codeOf(await http.post("/auth/login", ANN, home))).toBe("200 ok");
  });

  test("a made-up X-Forwarded-For helps nobody when no proxy is trusted, nor beyond the trusted hops", async () => {
    for (const trustProxyHops of [0, 1]) {
      const http = await aServer({ trustProxyHops, rates: { guestsPerHour: 1 } });
      const from = (i: number) => ({ "x-forwarded-for": trustProxyHops === 0 ? `203.0.113.${i}` : `203.0.113.${i}, 198.51.100.7` });
      expect(codeOf(await http.post("/auth/guest", undefined, from(1)))).toBe("200 ok");
      expect(codeOf(await http.post("/auth/guest", undefined, from(2)))).toBe("429 E_RATE");
    }
  });

  test("one IPv6 customer is one address; an exempt one is not counted, but its wrong passwords are", async () => {
    const http = await aServer({ trustProxyHops: 1, rates: { guestsPerHour: 1, loginsPerMinute: 2, wrongPasswordsFree: 3 }, isExempt: (address) => address === "198.51.100.7" });
    const from = (address: string) => ({ "x-forwarded-for": address });
    expect(codeOf(await http.post("/auth/guest", undefined, from("2001:db8:1:2::1")))).toBe("200 ok");
    expect(codeOf(await http.post("/auth/guest", undefined, from("2001:db8:1:2:ffff::2")))).toBe("429 E_RATE");
    expect(codeOf(await http.post("/auth/guest", undefined, from("2001:db8:1:3::1")))).toBe("200 ok");
    for (let i = 0; i < 4; i++) {
      expect(codeOf(await http.post("/auth/guest", undefined, from("198.51.100.7")))).toBe("200 ok");
      expect(codeOf(await http.post("/auth/login", WRONG, from("198.51.100.7")))).toBe("401 E_CREDENTIALS");
    }
    expect(codeOf(await http.post("/auth/login", WRONG, from("198.51.100.7")))).toBe("429 E_RATE");
  });
});
