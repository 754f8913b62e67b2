import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Response } from "../../src/protocol/server-messages.ts";
import { StockPlayer, textOf } from "../support/players.ts";
import { ServerProcess } from "../support/server-process.ts";
import { StaffClient } from "../support/staff.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const PASSWORD = "the password of the house";
let folder: string;
let server: ServerProcess;
let ada: StockPlayer;
let ben: StockPlayer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "waystone-words-"));
  await writeFile(join(folder, "words.txt"), "# of this house\nrotter\nscound*\n");
  server = await ServerProcess.start({ ADMIN_PASSWORD: PASSWORD, WAYSTONE_WORD_LIST: join(folder, "words.txt"), WAYSTONE_SPEECH_REPEATS: "2", WAYSTONE_SPEECH_CAPITALS: "70" });
  ada = await StockPlayer.register(server.endpoint, "Adalind");
  ben = await StockPlayer.register(server.endpoint, "Benedikt");
});
afterAll(async () => {
  await server?.remove();
  await rm(folder, { recursive: true, force: true });
});

const outcome = ({ status, code }: Response): string => (code === undefined ? status : `${status} ${code}`);

test("a word that is not said here is heard by nobody, by whatever way it is said; its speaker reads why", async () => {
  const refused: Response[] = [];
  for (const line of ["say you rotter", "'R0TTER", "tell benedikt scoundrel!", "shout r o t t e r", "chat rotter", "emote calls everybody a rotter", "whisper benedikt rotter", "afk rotter"]) refused.push(await ada.types(line));
  expect(refused.map(outcome)).toEqual(refused.map(() => "error E_SPEECH"));
  expect(textOf(refused[0]!)).toBe("There is a word in it that is not said here.");
  expect((await ada.types("say trotters are fine")).status).toBe("ok");
  await ben.until(() => ben.lines.some((line) => line.includes("trotters are fine")), "what may be said");
  expect(ben.lines.join("\n")).not.toMatch(/rotter\b|r o t|scoundrel/i);
});

test("the same again and again, and a line of it, end with the third; capitals are asked for less of", async () => {
  const line = await ada.types("say buy my bread;say buy my bread;say BUY my bread!;say never reached");
  expect(outcome(line)).toBe("error E_SPEECH");
  expect(textOf(line)).toContain("often enough");
  await ada.types("say the end of it");
  await ben.until(() => ben.lines.some((one) => one.includes("the end of it")), "the end");
  expect(ben.lines.filter((one) => /buy my bread/i.test(one))).toHaveLength(2);
  expect(ben.lines.join("\n")).not.toContain("never reached");
  expect(outcome(await ada.types("say WILL ANYBODY LISTEN TO ME"))).toBe("error E_SPEECH");
});

test("moderators say what they have to", async () => {
  const staff = await StaffClient.byPassword(server.endpoint, PASSWORD);
  await staff.does("characters/Benedikt/role", { role: "moderator", reason: "to keep order" });
  await vi.waitFor(async () => expect(outcome(await ben.types("say nobody is called a rotter here"))).toBe("ok"), { timeout: 30_000, interval: 500 });
  expect(outcome(await ada.types("say what, rotter?"))).toBe("error E_SPEECH");
});

test("a line of many steps counts for as many: nobody runs in circles without end", async () => {
  // Into the next area, and on within it.
  await ada.typesTillEnd("n");
  const answers: Response[] = [];
  for (let index = 0; index < 12; index += 1) answers.push(await ada.types(Array.from({ length: 16 }, (_, step) => (step % 2 === 0 ? "n" : "s")).join(";")));
  expect(answers.map(outcome)).toContain("error E_RATE");
  const told = answers.find(({ code }) => code === "E_RATE")!;
  expect(told.retry_after_ms).toBeGreaterThan(0);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(outcome(await ada.types("look"))).toBe("ok");
});

test("a list that cannot be read stops the start with a sentence", async () => {
  await expect(ServerProcess.start({ WAYSTONE_WORD_LIST: join(folder, "no-such-file") })).rejects.toThrow("WAYSTONE_WORD_LIST");
});
