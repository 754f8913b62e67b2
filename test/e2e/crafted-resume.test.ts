/** Somebody who makes up where they left off reads nothing that was said before they came, behind their back, or where they never were. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { StockPlayer } from "../support/players.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { ServerProcess } from "../support/server-process.ts";
import { until } from "../support/until.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });
let postgres: TestPostgres;
let redis: TestRedis;
let server: ServerProcess;
let ada: StockPlayer;
let ben: StockPlayer;

beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  server = await ServerProcess.start({ DATABASE_URL: await postgres.url(), REDIS_URL: redis.url, JWT_SECRET: "a secret that the server knows, and nobody else" });
  ada = await StockPlayer.register(server.endpoint, "Adalind");
  ben = await StockPlayer.register(server.endpoint, "Benedikt");
});
afterAll(async () => {
  await ada?.leaves();
  await ben?.leaves();
  expect(server.output).not.toContain("fault of the program");
  await server?.remove();
  await redis?.stop();
  await postgres?.stop();
});

/** Says it in the square, and both have heard it: it is in the server's memory, and recorded. */
async function said(words: string): Promise<void> {
  await ada.types(`say ${words}`);
  await ben.hears(words);
}

const EPOCH = 2 ** 20;
/** Numbers that somebody might try: from the very beginning, from the beginning of each owner's count, just before now, and far ahead. */
const numbersAround = (line: number): number[] => [0, 1, ...[1, 2, 3, 4].map((epoch) => epoch * EPOCH), Math.max(0, line - 200), Math.max(0, line - 1), line, line + 1_000_000];

/** Comes back from where she says she was, and answers everything she is sent within a moment. */
async function resumes(eve: StockPlayer, room: string, line: number): Promise<string[]> {
  eve.forget();
  await eve.join({ resume: { room_id: room, line, seq: 0 } });
  const mark = `mark-${Math.random()}`;
  // What is said last shows that nothing more comes before it.
  await ada.types(`say ${mark}`);
  if (eve.welcome!.room_id === "town_square") await eve.hears(mark);
  const { lines } = eve;
  return lines;
}

/** Drops the connection without a word. */
async function drops(eve: StockPlayer): Promise<void> {
  (eve.room as unknown as { connection: { close(): void } }).connection.close();
  await ben.hears(`${eve.name} stops and stares`);
  ben.forget();
}

test("in the room where she stands she reads what was said since she came, and not a word from before", async () => {
  await said("the treasure is under the oak");
  const eve = await StockPlayer.register(server.endpoint, "Evangeline");
  const came = eve.welcome!.line;
  await said("good evening to all");
  for (const line of numbersAround(came)) {
    await drops(eve);
    const lines = await resumes(eve, "town_square", line);
    expect(lines.join("\n"), `line ${line}`).not.toContain("the treasure");
    if (line <= came) expect(lines.join("\n"), `line ${line}`).toContain("good evening to all");
  }
  await eve.leaves();
});

test("what is said while she is away is not hers, though her number is from before she went; nor is what is said in rooms where she never was", async () => {
  const eve = await StockPlayer.register(server.endpoint, "Eveline");
  await eve.types("say I shall be back");
  const { line } = eve.welcome!;
  await eve.leaves();
  await ben.hears("Eveline");
  await until(async () => !(await (await fetch(`${server.endpoint}/api/who`)).text()).includes("Eveline"), "she has left the world");
  await said("now that she is gone, the key is in the well");
  await ben.types("north");
  await ben.types("say nobody hears this but the market");
  await ben.types("south");
  for (const [room, number] of [["town_square", line], ["town_square", 0], ["market_row", 0], ["market_row", EPOCH], ["inn_common", 0]] as const) {
    const lines = await resumes(eve, room, number);
    expect(lines.join("\n"), `${room} ${number}`).not.toMatch(/the key is|nobody hears this/);
    await eve.leaves();
    await until(async () => !(await (await fetch(`${server.endpoint}/api/who`)).text()).includes("Eveline"), "she has left the world");
  }
});

test("the death of the server opens no door: of what is recorded she reads what she was there for", async () => {
  const eve = await StockPlayer.register(server.endpoint, "Evadne");
  const early = eve.welcome!.line;
  await eve.leaves();
  await until(async () => !(await (await fetch(`${server.endpoint}/api/who`)).text()).includes("Evadne"), "she has left the world");
  await said("the password is swordfish");
  await eve.join();
  await said("hello again");
  await server.kill();
  await server.run();
  for (const player of [ada, ben]) await player.join();
  await said("what happened?");
  for (const line of [early, ...numbersAround(early)]) {
    const lines = await resumes(eve, "town_square", line);
    expect(lines.join("\n"), `line ${line}`).not.toContain("swordfish");
    await drops(eve);
  }
  // Somebody who was not in the world when it died reads nothing of it at all.
  const other = new StockPlayer(server.endpoint, "Eveline");
  await other.authenticate("login");
  for (const line of numbersAround(early)) {
    const lines = await resumes(other, "town_square", line);
    expect(lines.join("\n"), `line ${line}`).not.toMatch(/swordfish|hello again|what happened/);
    await drops(other);
  }
});
