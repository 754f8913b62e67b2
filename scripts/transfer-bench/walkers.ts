/** A process of its own with many players, which steps back behind the servers (`nice`). Told what to do by its parent. */
import { getPriority, setPriority } from "node:os";
import { StandStills, type StandStill } from "../stand-stills.ts";
import { loadWorld } from "../../src/content/load.ts";
import { seededRng } from "../../src/engine/rng.ts";
import { Walker, type Crossing, type Waited } from "./walker.ts";

export interface Started { readonly do: "enter"; readonly endpoints: readonly string[]; readonly players: number; readonly seed: string; readonly world: string; readonly everyMs: number; readonly crossShare: number }
export type Order = Started | { readonly do: "pace"; readonly everyMs: number } | { readonly do: "tell" } | { readonly do: "end" };
export interface Told {
  readonly crossings: readonly Crossing[];
  /** By player. */
  readonly waits: readonly (readonly Waited[])[];
  readonly rejoined: number;
  readonly failed: number;
  /** Players by the address their connection leads to. */
  readonly at: Readonly<Record<string, number>>;
  /** How late this process itself ran, in ms: the longest wait of its event loop since it was last asked. */
  readonly lateMs: number;
  /** When it stood still, in ms since the epoch. */
  readonly stood: readonly StandStill[];
}

const ENTER_AT_ONCE = 10;
/** Below the servers, above nothing else. */
const NICENESS = 5;

setPriority(getPriority() + NICENESS);
const walkers: Walker[] = [];
let everyMs = 1_000;
const standStills = new StandStills();

async function enter({ endpoints, players, seed, world, everyMs: first, crossShare }: Started): Promise<void> {
  everyMs = first;
  const loaded = await loadWorld(world);
  if ("mistakes" in loaded) throw new Error("the world has mistakes");
  for (let from = 0; from < players; from += ENTER_AT_ONCE) {
    const made = Array.from({ length: Math.min(ENTER_AT_ONCE, players - from) }, (_, index) =>
      new Walker({ endpoint: endpoints[(from + index) % endpoints.length]!, content: loaded.content, rng: seededRng(`${seed} ${from + index}`), everyMs: () => everyMs, crossShare }));
    await Promise.all(made.map((walker) => walker.enter()));
    walkers.push(...made);
    for (const walker of made) void walker.play();
  }
}

function tell(): Told {
  const at: Record<string, number> = {};
  for (const { address } of walkers) at[address] = (at[address] ?? 0) + 1;
  const { longestMs: lateMs, times } = standStills.take();
  const told: Told = {
    crossings: walkers.flatMap((walker) => walker.crossings.splice(0)), waits: walkers.map((walker) => walker.waits.splice(0)),
    rejoined: walkers.reduce((sum, walker) => sum + walker.rejoined, 0), failed: walkers.reduce((sum, walker) => sum + walker.failed, 0), at, lateMs,
    stood: times.map(({ fromMs, toMs }) => ({ fromMs: performance.timeOrigin + fromMs, toMs: performance.timeOrigin + toMs })),
  };
  return told;
}

process.on("message", (order: Order) => {
  void (async () => {
    switch (order.do) {
      case "enter": await enter(order); return process.send!({});
      case "pace": everyMs = order.everyMs; return process.send!({});
      case "tell": return process.send!(tell());
      case "end":
        for (const walker of walkers) {
          walker.stop();
          walker.leave();
        }
        return process.send!({}, () => process.exit(0));
    }
  })().catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
});
process.on("disconnect", () => process.exit(0));
