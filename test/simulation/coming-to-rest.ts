/** The end of a schedule: no more faults, everybody is answered, and what was promised to whoever was away can be had. */
import type { AreaId } from "../../src/engine/ids.ts";
import { settled } from "./scheduler.ts";
import type { SimClient } from "./sim-client.ts";
import { SLICE_MS, type Simulation } from "./simulation.ts";

/** Looks into the outbox and for what operators want that must be enough for everything. */
const LAST_ROUNDS = 12;

export async function comeToRest(simulation: Simulation): Promise<void> {
  const { db, processes, store } = simulation;
  simulation.say("the faults end");
  db.down = false;
  for (const process of processes) if (process.alive) process.paused = false;
  if (!processes.some(({ alive, name }) => alive && store.processes.get(name)?.fenced === false)) simulation.start(0);
  await simulation.rest();
  await carryOutRest(simulation);
  await collectPost(simulation);
}

/** Whoever a letter waits for is told, and what operators wanted is done or refused. */
async function carryOutRest(simulation: Simulation): Promise<void> {
  simulation.nudges.release();
  const isLeft = (): boolean => simulation.store.outbox.length > 0 || simulation.intents.waiting(served(simulation)).length > 0;
  for (let round = 0; round < LAST_ROUNDS && isLeft() && !simulation.isViolated; round += 1) {
    for (const process of simulation.processes) if (process.alive) for (const what of ["post", "intents"] as const) simulation.round(process, what);
    await settled();
    await simulation.rest();
    await simulation.wait(SLICE_MS);
  }
  if (isLeft() && !simulation.isViolated) simulation.violation("the outbox is never emptied, or an operator gets no answer");
}

/** Areas that somebody serves who has them by the rows too. */
function served({ processes, store }: Simulation): AreaId[] {
  const own = processes.filter(({ alive, fenced }) => alive && !fenced).flatMap(({ host }) => [...host.serving()]);
  return own.filter(([area, epoch]) => store.owners.get(area)?.epoch === epoch).map(([area]) => area);
}

/** Every letter can be collected, whatever became of the news of it. */
async function collectPost(simulation: Simulation): Promise<void> {
  const waits = ({ id }: SimClient): boolean => simulation.store.lettersTo(id).length > 0;
  if (simulation.isViolated || !simulation.clients.some(waits)) return;
  for (const client of simulation.clients) if (waits(client)) simulation.typeLine(client, "collect");
  await simulation.rest();
  for (const client of simulation.clients) {
    if (waits(client) && !simulation.isViolated) simulation.violation(`a letter to ${client.id} cannot be collected: ${JSON.stringify([...client.answers.values()].at(-1))}`);
  }
}
