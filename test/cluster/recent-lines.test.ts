import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { RecentLines } from "../../src/cluster/recent-lines.ts";
import { RedisLink } from "../../src/cluster/redis.ts";
import type { CharacterId, RoomId } from "../../src/engine/ids.ts";
import { HOT_TTL_S, MAX_LINES_TO_RECORD, PERSONAL_LINES_KEPT, PERSONAL_RECORD_MS, RECORD_EVERY_MS, ROOM_LINES_KEPT } from "../../src/limits.ts";
import type { PersonalLine, RecordedLine } from "../../src/runtime/line-recorder.ts";
import { systemClock } from "../../src/timers.ts";
import { until } from "../contracts/bus/suite.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { tcpProxy, type TcpProxy } from "../support/tcp-proxy.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const EPOCH = 2 ** 20;
let redis: TestRedis;
let proxy: TcpProxy;
let link: RedisLink;
let counted: Record<string, number>;
let lines: RecentLines;

beforeAll(async () => {
  redis = await startRedis();
  proxy = await tcpProxy(redis.port);
  link = new RedisLink({
    url: `redis://127.0.0.1:${proxy.port}`, role: "cache", random: Math.random, commandTimeoutMs: 300, log: { info: () => undefined, warn: () => undefined },
    clock: systemClock((error) => { throw error; }),
  });
  lines = new RecentLines({
    link, clock: systemClock((error) => { throw error; }), looked: () => undefined,
    observe: (result, count) => { counted[result] = (counted[result] ?? 0) + count; },
  });
  await until(() => link.up, "Redis");
});
afterAll(async () => {
  link.close();
  await proxy.close();
  await redis.stop();
});

/** What was counted; on a machine that is busy some are late, and recorded all the same. */
const inTime = (): Record<string, number> => {
  const { late = 0, recorded = 0, ...others } = counted;
  return { ...others, recorded: recorded + late };
};
const room = (name: string): RoomId => name as RoomId;
const line = (number: number, except: string[] = [], text = `line ${number}`): RecordedLine => ({ line: number, except, bytes: Buffer.from(text) });

test("what is written can be read by the next owner: numbers, words, and who did not hear it; its own lines are not among it", async () => {
  counted = {};
  const all = [{ line: EPOCH, except: [], bytes: null }, line(EPOCH + 1), line(EPOCH + 2, ["ada", "ben"]), line(EPOCH + 3, [], "\u0000ümlaut")];
  for (const each of all) lines.add(room("square"), each);
  lines.add(room("gate"), line(7));
  expect(lines.write()).toBeInstanceOf(Promise);
  await lines.write();
  lines.add(room("square"), line(2 * EPOCH + 1));
  await lines.write();
  expect(lines.write()).toBeUndefined();
  expect(await lines.read(room("square"), 2 * EPOCH)).toEqual(all);
  expect(await lines.read(room("nowhere"), 9)).toEqual([]);
  expect(inTime()).toEqual({ recorded: 6 });
  const ttlS = await redis.cli().ttl("room:square:events");
  expect(ttlS).toBeGreaterThan(HOT_TTL_S.events - 60);
});

test("what was told one player can be read by whichever process they come back to, as far as it is new and theirs, however many there are", async () => {
  const [ada, other] = ["ada", "other"] as CharacterId[] as [CharacterId, CharacterId];
  const told = (number: number): PersonalLine => ({ id: `ben:${number}`, text: `Ben tells you, "${number}"`, type: "tell", refs: [{ text: "Ben", type: "character", id: "ben" }], sender: "Ben", by: "ben" as CharacterId });
  // On a machine that stands still for a moment Redis may seem to be away.
  const read = async (to: CharacterId, name: string): Promise<readonly PersonalLine[]> => await lines.readPersonal(to, name, PERSONAL_RECORD_MS) ?? await read(to, name);
  for (let number = 1; number <= 3; number += 1) expect(lines.addPersonal(ada, "Adalind", told(number))).toBe(true);
  expect(lines.addPersonal(ada, "Adalind", { id: "look", text: "The Town Square", type: "room_title", refs: [] }), "what the world says").toBe(false);
  expect(lines.addPersonal(ada, "Adalind", { ...told(4), type: "channel", channel: "chat" })).toBe(false);
  await lines.write();
  expect(await read(ada, "adalind")).toEqual([told(1), told(2), told(3)]);
  expect(await lines.readPersonal(other, "adalind", PERSONAL_RECORD_MS), "whoever has the name now").toEqual([]);
  const cli = redis.cli();
  expect(await cli.ttl("player:adalind:session")).toBeGreaterThan(HOT_TTL_S.session - 60);
  await cli.xadd("player:adalind:session", "*", "s", "{}");
  await cli.xadd("player:adalind:session", "*", "l", "nonsense");
  expect(await read(ada, "adalind")).toHaveLength(3);
  for (let number = 0; number < 4 * PERSONAL_LINES_KEPT; number += 1) lines.addPersonal(ada, "Adalind", told(number));
  await lines.write();
  const kept = await cli.xlen("player:adalind:session");
  expect(kept).toBeGreaterThanOrEqual(PERSONAL_LINES_KEPT);
  expect(kept).toBeLessThan(3 * PERSONAL_LINES_KEPT);
  await cli.xadd("player:bertram:session", String(Date.now() - PERSONAL_RECORD_MS - 60_000), "l", JSON.stringify({ ...told(1), to: ada }));
  expect(await lines.readPersonal(ada, "bertram", PERSONAL_RECORD_MS), "from long ago").toEqual([]);
});

test("what nobody is told of yet is written when it has waited, in one go, and not with each tick", async () => {
  counted = {};
  let nowMs = 1_000_000;
  const clock = { ...systemClock((error) => { throw error; }), nowMs: () => nowMs };
  const waiting = new RecentLines({ link, clock, looked: () => undefined, observe: (result, count) => { counted[result] = (counted[result] ?? 0) + count; } });
  waiting.writeOld();
  waiting.add(room("yard"), line(1));
  nowMs += RECORD_EVERY_MS / 2;
  waiting.add(room("yard"), line(2));
  waiting.writeOld();
  expect(await redis.cli().xlen("room:yard:events"), "neither is old").toBe(0);
  nowMs += RECORD_EVERY_MS / 2;
  waiting.writeOld();
  await waiting.write();
  expect(await redis.cli().xlen("room:yard:events")).toBe(2);
  expect(inTime()).toEqual({ recorded: 2 });
  // A clock that is set back makes nothing wait for longer.
  waiting.add(room("yard"), line(3));
  nowMs -= 60_000;
  waiting.writeOld();
  await waiting.write();
  expect(await redis.cli().xlen("room:yard:events")).toBe(3);
});

test("its bytes are on their way before the call returns: a kill in the next moment takes nothing back", async () => {
  counted = {};
  let passed = 0;
  const watched = await tcpProxy(redis.port, { sent: (_, bytes) => { passed += bytes.length; } });
  const own = new RedisLink({ url: `redis://127.0.0.1:${watched.port}`, role: "cache", random: Math.random, log: { info: () => undefined, warn: () => undefined }, clock: systemClock((error) => { throw error; }) });
  await until(() => own.up, "Redis");
  // Of the wire Node says at once what was handed to the kernel.
  const stream = await own.run((client) => Promise.resolve((client as unknown as { stream: { bytesWritten: number; writableLength: number } }).stream));
  const before = stream.bytesWritten;
  const recorder = new RecentLines({ link: own, clock: systemClock((error) => { throw error; }), looked: () => undefined, observe: () => undefined });
  recorder.add(room("kernel"), line(1, [], "x".repeat(1000)));
  const written = recorder.write();
  expect(stream.bytesWritten - before).toBeGreaterThan(1000);
  expect(stream.writableLength).toBe(0);
  await written;
  expect(passed).toBeGreaterThan(1000);
  own.close();
  await watched.close();
});

test("a former owner that wakes up late adds nothing", async () => {
  counted = {};
  lines.add(room("owned"), line(2 * EPOCH + 5));
  await lines.write();
  lines.add(room("owned"), line(EPOCH + 9));
  await lines.write();
  expect((await lines.read(room("owned"), 9 * EPOCH))?.map(({ line: number }) => number)).toEqual([2 * EPOCH + 5]);
  expect(inTime()).toEqual({ recorded: 1, unrecorded: 1 });
});

test("a stream keeps about so many as a room keeps", async () => {
  for (let number = 1; number <= 4 * ROOM_LINES_KEPT; number += 1) lines.add(room("long"), line(number));
  await lines.write();
  const kept = await redis.cli().xlen("room:long:events");
  expect(kept).toBeGreaterThanOrEqual(ROOM_LINES_KEPT);
  expect(kept).toBeLessThan(2 * ROOM_LINES_KEPT);
});

test("a Redis that hangs holds lines up for a moment, then not at all; what could not be recorded is counted", async () => {
  counted = {};
  proxy.blackHole();
  lines.add(room("hung"), line(1));
  const waited = lines.write();
  expect(waited).toBeInstanceOf(Promise);
  // No answer comes, and it is not waited for.
  await waited;
  await until(() => !link.up, "the outage to be noticed");
  await until(() => counted["unrecorded"] === 1, "the line to be counted");
  lines.add(room("hung"), line(2));
  expect(lines.write()).toBeUndefined();
  // Lines of the story before may still be counted now, as late ones.
  expect(counted["unrecorded"]).toBe(2);
  expect(await lines.read(room("hung"), 9)).toBeUndefined();
  for (let number = 0; number < MAX_LINES_TO_RECORD + 5; number += 1) lines.add(room("hung"), line(number));
  expect(counted["unrecorded"]).toBe(7);
  expect(lines.write()).toBeUndefined();
  proxy.mend();
  await until(() => link.up, "Redis to be back");
});
