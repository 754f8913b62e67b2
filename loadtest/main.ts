/**
 * A hundred people with the stock SDK, one command a second each, 30 % of them durable, on one process with the
 * embedded database; prints latencies and fails when the slowest hundredth takes longer than it may.
 *
 *   npm run loadtest -- [--players 100] [--seconds 60] [--p99 50] [--database-url postgres://…] [--redis-url redis://…]
 */
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { StockPlayer } from "../test/support/players.ts";
import { ServerProcess } from "../test/support/server-process.ts";
import { cpuSeconds, residentBytes } from "./lib/cpu.ts";
import { Histogram } from "./lib/histogram.ts";

const { values } = parseArgs({
  options: {
    players: { type: "string", default: "100" },
    seconds: { type: "string", default: "60" },
    p99: { type: "string", default: "50" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    "database-url": { type: "string" },
    "redis-url": { type: "string" },
  },
});
const players = Number(values.players);
const seconds = Number(values.seconds);
const limitMs = Number(values.p99);

/** mulberry32 (T. Ettinger, public domain): small, seeded, good enough to choose commands. */
function chanceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Letters only, as names are. */
const nameOf = (index: number): string => `Bot${[...String(index)].map((digit) => "abcdefghij"[Number(digit)]).join("")}x`;

interface Counts {
  readonly durable: Histogram;
  readonly ephemeral: Histogram;
  readonly transfer: Histogram;
  failed: number;
  refused: number;
}

/** What a player does next: 15 % walk, 15 % move coins, 20 % look, 50 % talk. */
function choose(player: StockPlayer, chance: () => number): { line: string; durable: boolean } {
  const dice = chance();
  if (dice < 0.15) {
    const exits = [...player.view.rooms.values()][0]?.exits ?? [];
    const open = exits.filter((exit) => exit.door === "" || exit.door === "open");
    const exit = open[Math.floor(chance() * open.length)];
    if (exit !== undefined) return { line: `go ${exit.name}`, durable: true };
  }
  if (dice < 0.3) return { line: chance() < 0.5 ? "drop 1 coin" : "get coins", durable: true };
  if (dice < 0.5) return { line: "look", durable: false };
  return { line: `say The weather holds, number ${Math.floor(chance() * 1000)}.`, durable: false };
}

async function play(player: StockPlayer, chance: () => number, untilMs: number, counts: Counts): Promise<void> {
  await sleep(chance() * 1000);
  while (Date.now() < untilMs) {
    const startedMs = performance.now();
    const { line, durable } = choose(player, chance);
    const transfers = player.transfers;
    try {
      const reply = await player.types(line);
      const ms = performance.now() - startedMs;
      if (reply.status === "error") counts.failed += 1;
      else if (reply.status === "refused") counts.refused += 1;
      const histogram = player.transfers > transfers ? counts.transfer : durable && reply.status === "ok" ? counts.durable : counts.ephemeral;
      histogram.add(ms);
    } catch (error) {
      counts.failed += 1;
      console.error(`${player.name}: ${line}: ${error instanceof Error ? error.message : String(error)}`);
    }
    player.forget();
    await sleep(Math.max(0, 1000 - (performance.now() - startedMs)));
  }
}

const url = values["database-url"];
const redisUrl = values["redis-url"];
const server = await ServerProcess.start({ LOG_LEVEL: "info", ...(url === undefined ? {} : { DATABASE_URL: url }), ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }) });
try {
  console.log(`seed ${values.seed}; ${players} players for ${seconds} s on ${url === undefined ? "the embedded database" : "PostgreSQL"}${redisUrl === undefined ? "" : " and Redis"}`);
  const people: StockPlayer[] = [];
  for (let index = 0; index < players; index += 1) {
    people.push(await StockPlayer.register(server.endpoint, nameOf(index)));
    if (index % 20 === 19) console.log(`${index + 1} are in`);
  }
  // They spread out first: nobody measures the crowd at the door.
  const spread = chanceOf(Number(values.seed));
  const away: Counts = { durable: new Histogram(), ephemeral: new Histogram(), transfer: new Histogram(), failed: 0, refused: 0 };
  await Promise.all(people.map((player) => play(player, () => spread() * 0.149, Date.now() + 6000, away)));

  const counts: Counts = { durable: new Histogram(), ephemeral: new Histogram(), transfer: new Histogram(), failed: 0, refused: 0 };
  const cpuBefore = cpuSeconds(server.pid);
  const startedMs = Date.now();
  await Promise.all(people.map((player, index) => play(player, chanceOf(Number(values.seed) + index), startedMs + seconds * 1000, counts)));
  const cpu = cpuSeconds(server.pid) - cpuBefore;
  const total = counts.durable.count + counts.ephemeral.count + counts.transfer.count;

  console.log("\n             commands     p50      p95      p99      max   (ms)");
  console.log(`durable      ${counts.durable.toString()}`);
  console.log(`ephemeral    ${counts.ephemeral.toString()}`);
  console.log(`transfer     ${counts.transfer.toString()}`);
  console.log(`\n${total} commands, ${(100 * (counts.durable.count + counts.transfer.count) / total).toFixed(0)} % durable, ${counts.refused} refused, ${counts.failed} failed`);
  console.log(`server: ${((100 * cpu) / seconds).toFixed(0)} % of a core, ${((cpu / total) * 1e6).toFixed(0)} µs of CPU per command, ${(residentBytes(server.pid) / 2 ** 20).toFixed(0)} MiB`);
  const worst = Math.max(counts.durable.quantile(0.99), counts.ephemeral.quantile(0.99));
  const good = worst < limitMs && counts.failed === 0 && !server.output.includes("fault of the program");
  console.log(good ? `p99 ${worst.toFixed(1)} ms is below ${limitMs} ms` : `NOT HELD: p99 ${worst.toFixed(1)} ms (limit ${limitMs} ms), ${counts.failed} failed`);
  process.exitCode = good ? 0 : 1;
  for (const player of people) await player.leaves();
} finally {
  await server.remove();
}
