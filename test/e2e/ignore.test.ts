/** Whom one ignores stays ignored, over any distance and after the server has died. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { StockPlayer, textOf } from "../support/players.ts";
import { ServerProcess } from "../support/server-process.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

let server: ServerProcess;
beforeAll(async () => { server = await ServerProcess.start(); });
afterAll(async () => server.remove());

/** What Ada has read when Cleo has spoken after Ben: nothing of it is his. */
async function adaReads(ada: StockPlayer, ben: StockPlayer, cleo: StockPlayer): Promise<string[]> {
  const channel = textOf(await ben.types("channels")).split(":")[0]!.trim();
  for (const player of [ada, cleo]) player.forget();
  for (const line of ["say hello", "whisper to adalind psst", "emote waves", "shout ho", "tell adalind come here", `channel ${channel} hello all`]) expect((await ben.types(line)).status).toBe("ok");
  await cleo.hears('Benedikt says, "hello"');
  await cleo.types(`channel ${channel} over`);
  await ada.hears("Cleopatra: over");
  return ada.lines.filter((line) => line.includes("Benedikt"));
}

test("no word of theirs arrives, others hear them, and a restart changes nothing", async () => {
  const [ada, ben, cleo] = [await StockPlayer.register(server.endpoint, "Adalind"), await StockPlayer.register(server.endpoint, "Benedikt"), await StockPlayer.register(server.endpoint, "Cleopatra")];
  expect(await adaReads(ada, ben, cleo)).toHaveLength(6);
  expect(textOf(await ada.types("ignore benedikt"))).toBe("You ignore Benedikt from now on: you hear no words of theirs. They are not told.");
  expect(await adaReads(ada, ben, cleo)).toEqual([]);
  // A deed of theirs is seen.
  await ben.types("drop 1 coin");
  await ada.hears("Benedikt drops a coin.");

  await server.kill();
  await server.run();
  const [again, benAgain, cleoAgain] = [await StockPlayer.login(server.endpoint, "Adalind"), await StockPlayer.login(server.endpoint, "Benedikt"), await StockPlayer.login(server.endpoint, "Cleopatra")];
  expect(await adaReads(again, benAgain, cleoAgain)).toEqual([]);
  expect(textOf(await again.types("ignore"))).toContain("You ignore Benedikt.");
  expect(textOf(await again.types("unignore benedikt"))).toBe("You hear Benedikt again.");
  expect(await adaReads(again, benAgain, cleoAgain)).toHaveLength(6);
  expect(server.output).not.toContain("fault of the program");
});
