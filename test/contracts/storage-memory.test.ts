import { describe } from "vitest";
import type { Ownership } from "../../src/runtime/ports.ts";
import { MemoryStore } from "../../src/persistence/memory-store.ts";
import { LEASE_TTL_MS } from "../../src/limits.ts";
import { commitSuite } from "./storage/commits.ts";
import { leaseSuite } from "./storage/leases.ts";
import { loadSuite } from "./storage/loads.ts";
import { postSuite } from "./storage/post.ts";
import type { StoreBench } from "./storage/bench.ts";

/** One store for the whole file, as one database serves the others. */
const store = new MemoryStore(() => Date.now());
const processOf = (name: string) => {
  const process = store.processes.get(name);
  if (process === undefined) throw new Error(`no process ${name}`);
  return process;
};

const bench: StoreBench = {
  committer: store, areas: store, outbox: store, soft: store,
  lease: (process): Promise<Ownership> => {
    if (!store.processes.has(process)) store.beat(process);
    return Promise.resolve(store.ownership(process));
  },
  fence: (process) => Promise.resolve(store.fence(process)),
  letLapse: (process) => Promise.resolve(void (processOf(process).expiresAtMs = 0)),
  makeSteady: (process) => Promise.resolve(void (processOf(process).steadySinceMs -= LEASE_TTL_MS)),
  putItem: (item) => Promise.resolve(store.putItem(item)),
  putCharacter: (character) => Promise.resolve(store.putCharacter(character)),
  item: (id) => Promise.resolve(structuredClone(store.items.get(id as never))),
  door: (id) => {
    const door = store.doors.get(id as never);
    return Promise.resolve(door && { open: door.open, locked: door.locked });
  },
  spawn: (id) => {
    const spawn = store.spawns.get(id as never);
    return Promise.resolve(spawn && { generation: spawn.generation, dueAtMs: spawn.dueAtMs });
  },
  journalOf: (actor) => Promise.resolve([...store.journal.values()].filter(({ unit }) => unit.actor === actor).map(({ unit: { command, events } }) => ({ command, events }))),
};

describe("storage in memory", () => {
  describe("commits", () => commitSuite(() => bench));
  describe("loads", () => loadSuite(() => bench));
  describe("leases", () => leaseSuite(() => bench));
  describe("the post", () => postSuite(() => bench));
});
