import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Session } from "../../sdk/index.ts";
import { Waystone } from "../../sdk/index.ts";
import { FakeConnector } from "../../sdk/testing/fake-connector.ts";
import { Game } from "./game.ts";

let server: FakeConnector;
let session: Session;
let game: Game;
let presence: (here: boolean) => void;

/** The log as one reads it. */
function read(): string[] {
  const { first, end } = game.log.extent;
  return game.log.slice(first, end).map((entry) => {
    if (entry.kind === "line") return entry.message;
    return entry.kind === "note" ? `(${entry.text})` : `> ${entry.command} [${entry.mark}]`;
  });
}
const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const line = (message: string) => ({ message, message_type: "info" as const });

beforeEach(async () => {
  vi.useFakeTimers();
  server = new FakeConnector();
  const waystone = new Waystone("http://localhost", { connector: server, random: () => 0 });
  waystone.restore({ token: "t", username: "ann", expires_at: "" });
  session = await waystone.join();
  game = new Game(session, {
    nextFrame: (run) => {
      const timer = setTimeout(run, 16);
      return () => clearTimeout(timer);
    },
    presence: { here: () => true, watch: (listener) => ((presence = listener), () => undefined) },
  });
  await pass(6_000);
});

afterEach(async () => {
  await game.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

test("a command is echoed at once, marked by its answer, and the answer follows", async () => {
  game.run("dance");
  expect(read()).toEqual(["> dance [sent]"]);
  server.last.answers("req_1", { status: "queued", messages: [line("In a moment.")] });
  expect(read()).toEqual(["> dance [queued]", "In a moment."]);
  server.last.answers("req_1", { status: "refused", messages: [line("You cannot dance.")] });
  await pass(0);
  expect(read()).toEqual(["> dance [refused]", "In a moment.", "You cannot dance."]);
});

test("the screen follows once a frame, however many lines come", async () => {
  const shown = vi.fn();
  game.extent.subscribe(shown);
  for (let nth = 0; nth < 50; nth++) server.last.says({ id: `l${nth}` });
  expect(shown).not.toHaveBeenCalled();
  await pass(16);
  expect(shown).toHaveBeenCalledOnce();
  expect(game.extent.get().end).toBe(50);
});

test("pasted commands go one after the other, slow down when asked to, and can be stopped", async () => {
  game.runAll(["n", "e", "s", "w"]);
  expect(server.last.commands.map(({ command }) => command)).toEqual(["n"]);
  server.last.answers("req_1");
  await pass(0);
  server.last.answers("req_2", { status: "error", code: "E_RATE", retry_after_ms: 700 });
  await pass(690);
  expect(server.last.commands.map(({ command }) => command)).toEqual(["n", "e"]);
  await pass(20);
  server.last.answers("req_3");
  await pass(0);
  expect(server.last.commands.map(({ command }) => command)).toEqual(["n", "e", "e", "s"]);
  expect(game.waiting.get()).toBe(1);
  game.stopPasted();
  server.last.answers("req_4");
  await pass(0);
  expect(read()).toEqual(["> n [done]", "> e [done]", "> s [done]"]);
});

test("a command that the end of the session leaves without an answer says so", async () => {
  game.run("look");
  server.last.cut(4409);
  await pass(0);
  expect(read()[0]).toBe("> look [unanswered]");
  expect(game.connection.get()).toMatchObject({ status: "closed", code: "E_REPLACED" });
});

test("a cut that mattered is noted when it is over", async () => {
  server.receptions = ["open"];
  server.last.cut(1006);
  await pass(3_000);
  server.last.welcomes();
  await pass(0);
  expect(read()).toEqual(["(The line was cut for 3 seconds. Nothing was missed.)"]);
  server.receptions = ["open"];
  await pass(6_000);
  server.last.cut(1006);
  await pass(250);
  server.last.welcomes({ complete: false });
  await pass(0);
  expect(read()[1]).toContain("was missed");
});

test("who looks away is told where they left off, once, and what came meanwhile", async () => {
  presence(false);
  server.last.says({ id: "a", message: "At once." });
  await pass(25_000);
  server.last.says({ id: "b", message: "Later." }, { id: "c", message: "Later still." });
  presence(true);
  server.last.says({ id: "d", message: "Now." });
  expect(read()).toEqual(["At once.", "(While you were away:)", "Later.", "Later still.", "(You are back after 25 seconds. 2 lines came meanwhile.)", "Now."]);
});

test("triggers hide and mark lines; aliases go out written in full", async () => {
  game.settings.change({
    triggers: [{ text: "pigeon", pattern: false, action: "gag" }, { text: "^Ben", pattern: true, action: "highlight" }],
    aliases: [{ name: "gg", expansion: "get $1; give $1 to $2" }],
  });
  server.last.says({ id: "a", message: "A pigeon struts." }, { id: "b", message: "Ben waves." });
  expect(game.log.all()).toMatchObject([{ message: "Ben waves.", highlight: true }]);
  game.run("gg lamp Ben");
  expect(server.last.commands.at(-1)?.command).toBe("get lamp; give lamp to Ben");
  expect(read().at(-1)).toBe("> gg lamp Ben [sent]");
});
