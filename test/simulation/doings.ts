/** Operations that are more than one thing: what it takes for two to agree, and what may happen to the outbox. */
import { meets } from "./by-the-rows.ts";
import { dealLines } from "./lines.ts";
import { fraction, pick } from "./random.ts";
import type { SimClient } from "./sim-client.ts";
import type { Simulation } from "./simulation.ts";

/** Enough for two offers to be made. */
const DEAL_STEPS = 20;
/** Longer than an offer has to stand before it may be accepted. */
const DEAL_MS = 1_100;

/** Two who meet offer each other something; a second later both accept. What becomes of it is up to the operations that follow. */
export async function deal(simulation: Simulation, client: SimClient, b: number): Promise<void> {
  const { store, clients } = simulation;
  const partner = pick(clients.filter((other) => other !== client && meets(store, client.id, other.id)), b);
  if (partner === undefined) return;
  simulation.typeLine(client, dealLines(store, client.id, partner.id, fraction(b * 11)));
  simulation.typeLine(partner, dealLines(store, partner.id, client.id, fraction(b * 17)));
  await simulation.runFirst(DEAL_STEPS);
  await simulation.wait(DEAL_MS);
  simulation.typeLine(client, "accept");
  simulation.typeLine(partner, "accept");
}

/** A row of the outbox is lost, comes late, or comes twice. */
export function disturbOutbox(simulation: Simulation, a: number, b: number): void {
  const done = simulation.nudges.disturb(a, b);
  if (done === undefined) return;
  simulation.say(`the outbox's row for ${done.row.target} (${done.row.id}) is ${done.how}`);
  simulation.tally.fault(`${done.how}, at outbox: row`);
}
