/** What goes by the rows alone: where clients are sent, and what somebody does to them by hand. */
import type { CommitUnit } from "../../src/runtime/ports.ts";
import type { MemoryStore } from "../../src/persistence/memory-store.ts";
import { fold } from "../../src/persistence/fold.ts";
import type { AreaId, CharacterId } from "../../src/engine/ids.ts";
import { pick } from "./random.ts";
import type { SimProcess } from "./sim-process.ts";
import type { Simulation } from "./simulation.ts";
import { CONTENT } from "./tiny-world.ts";

/** Where a client may be sent: whoever serves its character's area by the rows, then the others, those replaced last. */
export function targetsOf({ store, processes, scheduler }: Simulation, id: CharacterId): SimProcess[] {
  const room = store.characters.get(id)?.character.room;
  const area = room === undefined ? undefined : CONTENT.rooms.get(room)?.area;
  const owner = area === undefined ? null : store.owners.get(area)?.process ?? null;
  const rank = ({ name, fenced }: SimProcess): number => {
    const lease = store.processes.get(name);
    if (fenced || lease === undefined || lease.fenced) return 3;
    if (lease.expiresAtMs <= scheduler.nowMs) return 2;
    return name === owner ? 0 : 1;
  };
  return processes.filter((process) => process.alive).sort((one, other) => rank(one) - rank(other));
}

/** Both stand in one room. */
export function meets(store: MemoryStore, one: CharacterId, other: CharacterId): boolean {
  return store.characters.get(one)?.character.room === store.characters.get(other)?.character.room;
}

/** An operator moves something from room to room, journaled, past whoever owns the areas. Answers what was done, in words. */
export function operatorMoves({ store, foreign }: Simulation, a: number, b: number): string {
  const item = pick([...store.items.values()].filter(({ at, kind }) => at.startsWith("room:") && (["sword", "lamp"] as string[]).includes(kind)), a);
  const to = pick([...CONTENT.rooms.keys()], b);
  if (item === undefined || to === undefined || item.at === `room:${to}`) return "an operator finds nothing to do";
  const said = `an operator moves ${item.id} from ${item.at} to ${to}`;
  foreign.add(item.id);
  const name = `operator:${store.journal.size}`;
  const events: CommitUnit["events"] = [{ type: "item-moved", item: item.id, from: item.at, to: `room:${to}`, slot: null }];
  const unit: CommitUnit = { area: "" as AreaId, epoch: 0, actor: null, room: null, request: { deterministicId: name }, command: "", events, reply: null };
  store.write({ unit, rows: fold(events), commitId: name });
  return said;
}
