/**
 * What it takes to walk into an area of another process, and what a rolling reload costs players, in processor time and in
 * waiting: some processes with a PostgreSQL and a Redis of their own, and some hundred players who speak the wire format.
 * `npm run bench:transfer -- [--players 500] [--processes 3] [--seconds 20] [--every 4000] [--cross 0.5] [--warm 12] [--reload] [--profile FOLDER]`
 *
 * The players run in one process that steps back behind the servers, so that it takes their time last. On a machine where
 * everything shares two cores the waits are those of a crowded machine: compare two runs, not a run and a promise. What they wait while
 * their own process stands still is told apart. A server is quick once it has done what it does some hundred times: `--warm` is how many seconds of play, all of them in, are not measured.
 */
import { fork, type ChildProcess } from "node:child_process";
import { loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { COLLECTING } from "./bootstrap/node-args.mjs";
import { cpuSeconds, treeCpuSeconds } from "../loadtest/lib/cpu.ts";
import { stoodStillIn } from "./stand-stills.ts";
import { startPostgres } from "../test/support/postgres.ts";
import { startRedis } from "../test/support/redis.ts";
import { ServerProcess } from "../test/support/server-process.ts";
import type { Crossing, Waited } from "./transfer-bench/walker.ts";
import type { Order, Told } from "./transfer-bench/walkers.ts";

const { values } = parseArgs({
  options: {
    players: { type: "string", default: "500" }, processes: { type: "string", default: "3" }, seconds: { type: "string", default: "20" },
    every: { type: "string", default: "4000" }, cross: { type: "string", default: "0.5" }, warm: { type: "string", default: "12" }, reload: { type: "boolean", default: false }, profile: { type: "string" }, seed: { type: "string", default: "1" },
  },
});
const players = Number(values.players);
const seconds = Number(values.seconds);
const everyMs = Number(values.every);
/** While players come in and spread out they walk faster. */
const SPREAD_EVERY_MS = 2_500;
/** After a reload, for those who are last to play again. */
const HEALS_S = 5;
const LONGEST_SHOWN = 10;
const waitMs = ({ wantedMs, answeredMs }: Waited): number => answeredMs - wantedMs;
interface TakenOver { readonly people: number; readonly openMs: number; readonly peopleMs: number; readonly seatsMs: number }
const nowMs = (): number => performance.timeOrigin + performance.now();

const closers: (() => unknown)[] = [];
try {
  await run();
} finally {
  for (const close of closers.reverse()) await close();
}

async function run(): Promise<void> {
  const postgres = await startPostgres();
  closers.push(() => postgres.stop());
  const redis = await startRedis();
  closers.push(() => redis.stop());
  const env = {
    DATABASE_URL: await postgres.url("transfer"), REDIS_URL: `redis://127.0.0.1:${redis.port}`, JWT_SECRET: "transfer-".repeat(6),
    ...(values.profile === undefined ? {} : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${values.profile}` }),
  };
  const servers: ServerProcess[] = [];
  closers.push(() => Promise.all(servers.map((server) => server.remove())));
  for (let index = 0; index < Number(values.processes); index += 1) servers.push(await ServerProcess.start(env));
  // It steps back by itself; V8's threads do not, so there is one.
  const child = fork(fileURLToPath(new URL("transfer-bench/walkers.ts", import.meta.url)), { execArgv: ["--disable-warning=ExperimentalWarning", ...COLLECTING, "--v8-pool-size=1"] });
  closers.push(() => child.kill("SIGKILL"));
  const startedMs = nowMs();
  await order(child, { do: "enter", endpoints: servers.map(({ endpoint }) => endpoint), players, seed: values.seed, world: fileURLToPath(new URL("../world", import.meta.url)), everyMs: SPREAD_EVERY_MS, crossShare: Number(values.cross) });
  console.log(`${players} players came in over ${((nowMs() - startedMs) / 1000).toFixed(1)} s`);
  await sleep(Number(values.warm) * 1000);
  await order(child, { do: "pace", everyMs });
  await sleep(2_000);
  await order(child, { do: "tell" });

  const pids = servers.map(({ pid }) => pid);
  const cpuBefore = pids.map(cpuSeconds);
  const walkersBefore = cpuSeconds(child.pid!);
  const databaseBefore = treeCpuSeconds(postgres.pid()!);
  await sleep(seconds * 1000);
  const told = await order<Told>(child, { do: "tell" });
  const cpu = pids.map((pid, index) => cpuSeconds(pid) - cpuBefore[index]!);
  const walkersUsed = cpuSeconds(child.pid!) - walkersBefore;
  const databaseUsed = treeCpuSeconds(postgres.pid()!) - databaseBefore;
  const commands = told.waits.reduce((sum, waits) => sum + waits.length, 0);
  console.log(`\n${seconds} s: ${(commands / seconds).toFixed(0)} commands/s, load ${loadavg()[0]!.toFixed(1)}; cores used: servers ${cpu.map((each) => (each / seconds).toFixed(2)).join(" ")}, PostgreSQL ${(databaseUsed / seconds).toFixed(2)}, players ${(walkersUsed / seconds).toFixed(2)} (late ${told.lateMs.toFixed(0)} ms at most); players at ${JSON.stringify(told.at)}`);
  console.log(`all processor time over all crossings: servers ${(1000 * cpu.reduce((sum, each) => sum + each, 0) / told.crossings.length).toFixed(2)} ms, players ${(1000 * walkersUsed / told.crossings.length).toFixed(2)} ms`);
  row("answers", told.waits.flat().map(({ wantedMs, answeredMs }) => answeredMs - wantedMs));
  phases("to another process", told.crossings.filter(({ far }) => far));
  row("  all of it, players awake", told.crossings.filter((crossing) => crossing.far && !stoodStillIn(told.stood, { fromMs: crossing.sentMs, toMs: crossing.welcomedMs })).map(({ sentMs, welcomedMs }) => welcomedMs - sentMs));
  phases("within the process", told.crossings.filter(({ far }) => !far));
  if (told.rejoined > 0) console.log(`${told.rejoined} came in again`);
  if (values.reload) await reload(servers, child);
  await order(child, { do: "end" });
  if (values.profile !== undefined) await Promise.all(servers.map((server) => server.stop()));
  const bugs = servers.flatMap(({ output }) => output.split("\n").filter((line) => line.includes("fault of the program")));
  if (bugs.length > 0) console.log(`${bugs.length} faults of the program: ${bugs[0]}`);
}

async function reload(servers: readonly ServerProcess[], child: ChildProcess): Promise<void> {
  const fromMs = nowMs();
  const before = await order<Told>(child, { do: "tell" });
  const cpuBefore = cpuSeconds(child.pid!);
  for (const server of servers) {
    const stoppedMs = nowMs();
    const had = cpuSeconds(server.pid);
    const lengths = new Map(servers.map((each) => [each, each.output.length]));
    const code = await server.stop();
    const endedMs = nowMs();
    await server.run();
    const given = [...server.output.slice(lengths.get(server)).matchAll(/"people":(\d+),"ms":(\d+)[^\n]*handed over/g)].map(([, people, ms]) => `${people} in ${ms}`);
    for (const other of servers) {
      for (const [line] of other.output.slice(lengths.get(other)).matchAll(/\{[^\n]*area taken over[^\n]*/g)) {
        const { people, openMs, peopleMs, seatsMs } = JSON.parse(line) as TakenOver;
        console.log(`taken over: ${people} people; it was open after ${openMs} ms, they were in after ${peopleMs} more, and had seats after ${seatsMs}`);
      }
    }
    console.log(`reload of ${server.port} from ${((stoppedMs - fromMs) / 1000).toFixed(2)} s: ended with ${code} after ${((endedMs - stoppedMs) / 1000).toFixed(2)} s, up again after ${((nowMs() - endedMs) / 1000).toFixed(2)} s, used ${had.toFixed(1)} s of processor time before; handed over (people in ms): ${given.join(", ")}`);
  }
  await sleep(HEALS_S * 1000);
  const told = await order<Told>(child, { do: "tell" });
  const during = told.waits.map((waits) => waits.filter(({ answeredMs }) => answeredMs >= fromMs)).filter((waits) => waits.length > 0);
  console.log(`\nrolling reload over ${((nowMs() - fromMs) / 1000 - HEALS_S).toFixed(1)} s: ${told.rejoined - before.rejoined} came in again, ${told.failed - before.failed} lost; players used ${(cpuSeconds(child.pid!) - cpuBefore).toFixed(1)} s (late ${told.lateMs.toFixed(0)} ms at most); players at ${JSON.stringify(told.at)}`);
  row("longest wait of each player", during.map((waits) => Math.max(...waits.map(waitMs))));
  const stayed = during.flat();
  row("commands over no border", stayed.filter(({ over }) => !over).map(waitMs));
  row("  with the connection moving", stayed.filter(({ over, moves }) => !over && moves > 0).map(waitMs));
  row("commands over a border", stayed.filter(({ over }) => over).map(waitMs));
  row("  with two moves or more", stayed.filter(({ over, moves }) => over && moves > 1).map(waitMs));
  for (const { wantedMs, answeredMs, over, moves, sent, course = [] } of stayed.toSorted((a, b) => waitMs(b) - waitMs(a)).slice(0, LONGEST_SHOWN)) {
    console.log(`  ${(answeredMs - wantedMs).toFixed(0)} ms: wanted ${((wantedMs - fromMs) / 1000).toFixed(2)} s after the first was told to stop, ${over ? "over a border" : "over none"}, moved ${moves} times meanwhile, sent ${sent} times`);
    console.log(`    ${course.map(([what, atMs]) => `${(atMs - wantedMs).toFixed(0)} ${what}`).join(", ")}`);
  }
  phases("areas that changed hands", told.crossings.filter(({ moved }) => moved));
  phases("walks meanwhile", told.crossings.filter(({ moved, far }) => !moved && far));
}

function order<Answer>(child: ChildProcess, what: Order): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error("the players' process ended"));
    child.once("exit", ended);
    child.once("message", (answer) => {
      child.removeListener("exit", ended);
      resolve(answer as Answer);
    });
    child.send(what);
  });
}

function phases(title: string, crossings: readonly Crossing[]): void {
  console.log(`${title}: ${crossings.length}`);
  if (crossings.length === 0) return;
  row("  all of it", crossings.map(({ sentMs, welcomedMs }) => welcomedMs - sentMs));
  row("  command to transfer", crossings.map(({ sentMs, toldMs }) => toldMs - sentMs));
  row("  transfer to open socket", crossings.map(({ toldMs, openedMs }) => openedMs - toldMs));
  row("  socket to let in", crossings.map(({ openedMs, joinedMs }) => joinedMs - openedMs));
  row("  let in to welcome", crossings.map(({ joinedMs, welcomedMs }) => welcomedMs - joinedMs));
}

function row(title: string, valuesMs: readonly number[]): void {
  const sorted = valuesMs.toSorted((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN).toFixed(1).padStart(8);
  console.log(`${title.padEnd(30)} ${String(sorted.length).padStart(6)}  p50 ${at(0.5)}  p90 ${at(0.9)}  p99 ${at(0.99)}  max ${at(1)} ms`);
}
