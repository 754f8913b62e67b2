/** People and their accounts, on a real server: another password, a lost one, one's data, leaving for good (issue 6). */
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { StockPlayer, textOf } from "../support/players.ts";
import { ServerProcess } from "../support/server-process.ts";
import { StaffClient } from "../support/staff.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 });
const PASSWORD = "open sesame, says the operator";
let server: ServerProcess | undefined;
let folder = "";
afterEach(async () => {
  await server?.remove();
  server = undefined;
  if (folder !== "") await rm(folder, { recursive: true, force: true });
  folder = "";
});

interface Answer { readonly status: number; readonly body: Record<string, unknown> & { error?: { code: string } } }
async function post(path: string, body: object, token?: string): Promise<Answer> {
  const answer = await fetch(`${server!.endpoint}/auth/${path}`, { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json", ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) } });
  return { status: answer.status, body: (await answer.json()) as Answer["body"] };
}
/** The secret of the newest link of that kind in what was printed or sent. */
async function linkOf(kind: "reset" | "email", text: () => string | Promise<string>): Promise<string> {
  return await vi.waitFor(async () => {
    const found = [...(await text()).matchAll(new RegExp(`/account/#${kind}=([\\w.-]+)`, "g"))].at(-1)?.[1];
    expect(found).toBeDefined();
    return found!;
  }, { timeout: 30_000, interval: 100 });
}

test("a new password ends every token and has the living connection come in again; a lost one is replaced by mail, once", async () => {
  server = await ServerProcess.start();
  const ada = await StockPlayer.register(server.endpoint, "Adalind");
  const old = ada.token;
  expect((await post("password", { password: "wrong", new_password: "correct horse battery" }, old)).body.error?.code).toBe("E_CREDENTIALS");
  expect((await post("password", { password: "secret of Adalind", new_password: "short" }, old)).body.error?.code).toBe("E_PASSWORD_INVALID");
  const codes: number[] = [];
  ada.room.onLeave((code) => void codes.push(code));
  const changed = await post("password", { password: "secret of Adalind", new_password: "correct horse battery" }, old);
  expect(changed).toMatchObject({ status: 200, body: { username: "Adalind" } });
  await vi.waitFor(() => expect(codes).toEqual([4410]), { timeout: 20_000 });
  await expect(ada.join()).rejects.toThrow("E_AUTH");
  ada.client.auth.token = changed.body["token"] as string;
  await ada.join();
  expect(textOf(await ada.types("look"))).toContain("Square");
  expect((await post("login", { username: "Adalind", password: "secret of Adalind" })).status).toBe(401);

  // Without a proven address there is no mail, and nobody learns whether there is one.
  const token = String((await post("login", { username: "Adalind", password: "correct horse battery" })).body["token"]);
  const [known, unknown] = [await post("forgot", { name_or_email: "adalind" }), await post("forgot", { name_or_email: "nobody" })];
  expect(known).toEqual(unknown);
  expect(server.output).not.toContain("#reset=");
  expect((await post("email", { password: "correct horse battery", email: "ada@example.com" }, token)).status).toBe(200);
  const proof = await linkOf("email", () => server!.output);
  expect((await post("reset", { token: proof, new_password: "another good one" })).body.error?.code).toBe("E_AUTH");
  expect((await post("email/confirm", { token: proof })).status).toBe(200);
  expect((await post("email/confirm", { token: proof })).status).toBe(401);
  await post("forgot", { name_or_email: "Ada@Example.com" });
  const link = await linkOf("reset", () => server!.output);
  expect((await post("refresh", {}, link)).status).toBe(401);
  expect((await post("reset", { token: link, new_password: "another good one" })).status).toBe(200);
  expect((await post("reset", { token: link, new_password: "yet another one" })).body.error?.code).toBe("E_AUTH");
  expect((await post("refresh", {}, token)).status).toBe(401);
  expect((await post("login", { username: "adalind", password: "another good one" })).status).toBe(200);
  expect(server.output).not.toContain("fault of the program");
});

test("mail goes to the program that is named for it", async () => {
  folder = await mkdtemp(join(tmpdir(), "waystone-mail-"));
  const [program, box] = [join(folder, "sendmail"), join(folder, "box")];
  await writeFile(program, `#!/bin/sh\necho "$@" >> ${box}\ncat >> ${box}\n`);
  await chmod(program, 0o755);
  server = await ServerProcess.start({ WAYSTONE_MAIL_COMMAND: program, WAYSTONE_MAIL_FROM: "Waystone <game@example.com>", WAYSTONE_PUBLIC_URL: "https://play.example.com/", NODE_ENV: "production" });
  const ada = await StockPlayer.register(server.endpoint, "Adalind");
  await post("email", { password: "secret of Adalind", email: "ada@example.com" }, ada.token);
  const mail = await vi.waitFor(async () => {
    const text = await readFile(box, "utf8");
    expect(text).toContain("do nothing.");
    return text;
  }, { timeout: 20_000 });
  expect(mail).toMatch(/^-i -t\nFrom: Waystone <game@example\.com>\nTo: ada@example\.com\nSubject: Is this your address\?\n/);
  expect(await linkOf("email", () => mail.replaceAll("https://play.example.com", ""))).toContain(".");
  expect(server.output).not.toContain("#email=");
});

test("one's data can be taken along; who leaves for good leaves no name and no things, and coins are accounted for", async () => {
  server = await ServerProcess.start({ ADMIN_PASSWORD: PASSWORD });
  const ada = await StockPlayer.register(server.endpoint, "Adalind");
  const ben = await StockPlayer.register(server.endpoint, "Benedikt");
  const operator = await StaffClient.byPassword(server.endpoint, PASSWORD);
  await ada.types("drop leaflet");
  const { body: data } = await post("export", {}, ada.token);
  expect(data).toMatchObject({ account: { username: "Adalind", role: "player", last_address: "127.0.0.1" }, character: { coins: 20, room_id: "town_square" }, things: [{ kind: "travel_bread" }] });
  expect(JSON.stringify(data)).not.toMatch(/argon2|password/);
  expect(data["deeds"]).toEqual(expect.arrayContaining([expect.objectContaining({ command: "drop leaflet" })]));

  await operator.does("characters/Benedikt/teleport", { room: "post_office", reason: "a letter" });
  await ben.until(() => ben.transfers === 1, "the way to the post office");
  expect(textOf(await ben.types("mail adalind 5 coins = For you"))).toContain("You hand in");
  await operator.does("characters/Benedikt/teleport", { room: "town_square", reason: "back" });
  await ben.until(() => ben.transfers === 2, "the way back");

  expect((await post("delete", {}, ada.token)).body.error?.code).toBe("E_CREDENTIALS");
  const codes: number[] = [];
  ada.room.onLeave((code) => void codes.push(code));
  expect((await post("delete", { password: "secret of Adalind" }, ada.token)).status).toBe(200);
  await vi.waitFor(() => expect(codes).toEqual([4403]), { timeout: 20_000 });
  await ben.hears("Adalind says goodbye");
  expect((await post("refresh", {}, ada.token)).status).toBe(401);
  expect((await post("login", { username: "Adalind", password: "secret of Adalind" })).status).toBe(401);
  expect((await operator.get("characters/Adalind")).status).toBe(404);
  const lines = ((await operator.get(`items/${(data["things"] as { id: string }[])[0]!.id}`)).body["lines"] as string[]).join("\n");
  expect(lines).toMatch(/\(account deleted\)[\s\S]*ended: admin[\s\S]*is no more/);
  expect(lines).not.toContain("Adalind");

  // The name is free again, for somebody new.
  const next = await StockPlayer.register(server.endpoint, "Adalind");
  expect(textOf(await next.types("score"))).toContain("20 coins");
  // A guest needs no password to go.
  const guest = (await post("guest", {})).body;
  expect((await post("delete", {}, String(guest["token"]))).status).toBe(200);
  expect((await post("refresh", {}, String(guest["token"]))).status).toBe(401);
  expect(server.output).not.toContain("fault of the program");
});
