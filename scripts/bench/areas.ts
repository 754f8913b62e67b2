/** What areas cost while nobody is in them, and whether the others' talk costs more because of them. */
import { residentBytes, treeCpuSeconds } from "../../loadtest/lib/cpu.ts";
import { scrape } from "../../loadtest/lib/prometheus.ts";
import { setTimeout as sleep } from "node:timers/promises";
import { startOurs } from "./contenders.ts";
import { ms, us, type Figures } from "./figures.ts";
import { makeWorld } from "../../loadtest/lib/made-world.ts";
import { assembleCrowd, disperse, inTurns, median, medianOf } from "./turns.ts";

const [FEW, MANY] = [10, 5_000];
const PLAYERS = 200;
const COME_IN_PER_S = 100;
const IDLE_MS = 5_000;
const WINDOW = { mix: "say" as const, pauseMs: 1_000, warmMs: 1_000, ms: 5_000 };
const ROUNDS = 3;

interface Started {
  readonly startMs: number;
  readonly startCpuMs: number;
  readonly heapBytes: number;
  readonly residentBytes: number;
  readonly idleShare: number;
  readonly talkUs: number;
}

/** The second start of a world: the first one checks it and keeps it (docs/proof-start.md). */
export async function areas(figures: Figures): Promise<void> {
  const found = new Map<number, Started>();
  for (const count of [FEW, MANY]) found.set(count, await withAreas(count));
  const [few, many] = [found.get(FEW)!, found.get(MANY)!];
  figures.heading("Areas in which nobody is");
  const row = (name: string, key: keyof Started, show: (value: number) => string): string[] => [name, ...[FEW, MANY].map((count) => show(figures.keep(`areas_${count}_${key}`, found.get(count)![key])))];
  figures.table([
    ["", `${FEW} areas`, `${MANY} areas`],
    row("from the start to open, ms", "startMs", ms), row("processor time by then, ms", "startCpuMs", ms),
    row("heap, MB", "heapBytes", (bytes) => (bytes / 2 ** 20).toFixed(1)), row("resident, MB", "residentBytes", (bytes) => (bytes / 2 ** 20).toFixed(0)),
    row("of a core with nobody in", "idleShare", (share) => `${(100 * share).toFixed(1)} %`), row(`talk of ${PLAYERS} in ${FEW} areas, server µs a command`, "talkUs", us),
  ]);
  const kb = (key: "heapBytes" | "residentBytes"): number => (many[key] - few[key]) / (MANY - FEW) / 1024;
  console.log(`an area that sleeps: ${us(figures.keep("idle_area_heap_kb", kb("heapBytes")))} kB of heap, ${us(figures.keep("idle_area_resident_kb", kb("residentBytes")))} kB resident (goal 15 kB)`);
}

async function withAreas(count: number): Promise<Started> {
  const world = await makeWorld(count, 2);
  const startedMs = performance.now();
  const ours = await startOurs({ world: world.folder });
  const startMs = performance.now() - startedMs;
  const { pid } = ours.watched.find(({ role }) => role === "server")!;
  try {
    const startCpuMs = treeCpuSeconds(pid) * 1000;
    await sleep(IDLE_MS);
    // The least of some looks: what a collection has just been through.
    const heaps: number[] = [];
    const cpuS = treeCpuSeconds(pid);
    for (let look = 0; look < 5; look += 1) {
      heaps.push((await scrape([ours.endpoint])).get("nodejs_heap_size_used_bytes")!);
      await sleep(IDLE_MS / 5);
    }
    const idleShare = (treeCpuSeconds(pid) - cpuS) / (IDLE_MS / 1000);
    const resident = residentBytes(pid);
    const crowd = await assembleCrowd(ours, { entries: await ours.entries(PLAYERS, (number) => world.rooms[number % FEW]![0]!), graph: { start: "", ways: {}, askable: {} }, perSecond: COME_IN_PER_S });
    const [turns = []] = await inTurns([crowd], ROUNDS, WINDOW);
    await disperse([crowd]);
    for (const fault of ours.faults()) throw new Error(fault);
    return { startMs, startCpuMs, heapBytes: median(heaps), residentBytes: resident, idleShare, talkUs: medianOf(turns, ({ cpuUs }) => cpuUs.server) };
  } finally {
    await ours.close();
    await world.remove();
  }
}
