import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MAX_MAILS_WAITING } from "../limits.ts";
import { CommandMailer, loggingMailer } from "./mailer.ts";
import { MailTokens } from "./mail-tokens.ts";
import { asId, type CharacterId } from "../engine/ids.ts";

let folder = "";
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), "waystone-mailer-")); });
afterAll(() => rm(folder, { recursive: true, force: true }));
async function program(name: string, script: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}
const mail = { to: "ada@example.com", subject: "Hello", text: "Line one\nLine two: ä\n" };

test("a mail is one message, and nothing in it can add a header", async () => {
  const box = join(folder, "box");
  const mailer = new CommandMailer(await program("good", `cat > "${box}"`), "Game <game@example.com>");
  await mailer.send({ ...mail, subject: "Hello\r\nBcc: everybody@example.com" });
  const [head = "", body] = (await readFile(box, "utf8")).split("\n\n", 2);
  expect(head.split("\n").map((line) => line.split(":")[0])).toEqual(["From", "To", "Subject", "Date", "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Auto-Submitted"]);
  expect(head).toContain("Subject: Hello Bcc: everybody@example.com");
  expect(body).toBe("Line one\nLine two: ä\n");
});

test("a program that fails, or is not there, is an error; the next mail goes all the same", async () => {
  const box = join(folder, "box2");
  const mailer = new CommandMailer(await program("once", `[ -e "${box}" ] && { cat > /dev/null; exit 0; }; touch "${box}"; echo "no such user" >&2; exit 67`), "game@example.com");
  const [first, second] = await Promise.allSettled([mailer.send(mail), mailer.send(mail)]);
  expect(first).toMatchObject({ status: "rejected", reason: { code: "E_INTERNAL" } });
  expect(String((first as PromiseRejectedResult).reason.cause)).toContain("ended with 67: no such user");
  expect(second.status).toBe("fulfilled");
  await expect(new CommandMailer(join(folder, "missing"), "game@example.com").send(mail)).rejects.toMatchObject({ code: "E_INTERNAL" });
});

test("only so many wait", async () => {
  const mailer = new CommandMailer(await program("quick", "cat > /dev/null"), "game@example.com");
  const sent = Array.from({ length: MAX_MAILS_WAITING + 1 }, () => mailer.send(mail));
  await expect(sent.at(-1)).rejects.toMatchObject({ code: "E_BUSY" });
  await Promise.all(sent.slice(0, -1));
});

test("without a program the log has it, in production without what opens an account", async () => {
  const said: object[] = [];
  const log = { info: (fields: object) => void said.push(fields), warn: (fields: object) => void said.push(fields) } as never;
  await loggingMailer(log, false).send(mail);
  await loggingMailer(log, true).send(mail);
  expect(said).toEqual([mail, { subject: "Hello" }]);
});

test("a token in a mail is for one purpose and for a time", async () => {
  let nowMs = 1_700_000_000_000;
  const options = { secret: "a secret for tests, long enough!", lifeS: 60, nowMs: () => nowMs };
  const [reset, email] = [new MailTokens({ ...options, purpose: "waystone:reset" }), new MailTokens({ ...options, purpose: "waystone:email" })];
  const claims = { characterId: asId<CharacterId>("c1"), email: "ada@example.com", tokenVersion: 3 };
  const token = await reset.issue(claims);
  expect(await reset.verify(token)).toEqual(claims);
  await expect(email.verify(token)).rejects.toMatchObject({ code: "E_AUTH" });
  for (const bad of ["", "x", `${token}x`, "y".repeat(10_000)]) await expect(reset.verify(bad)).rejects.toMatchObject({ code: "E_AUTH" });
  nowMs += 61_000;
  await expect(reset.verify(token)).rejects.toMatchObject({ code: "E_TOKEN_EXPIRED" });
});
