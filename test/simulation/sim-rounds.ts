/** What a process asks the database for now and then: the outbox, and what operators want done. */
import type { CharacterId } from "../../src/engine/ids.ts";
import { Intents } from "../../src/runtime/intents.ts";
import type { ActiveArea } from "../../src/runtime/active-area.ts";
import { AppError } from "../../src/protocol/codes.ts";
import type { AreaStore, Outbox } from "../../src/runtime/ports.ts";
import { goPostRound } from "../../src/runtime/post-round.ts";
import type { SimProcess, World } from "./sim-process.ts";
import { CONTENT } from "./tiny-world.ts";

export interface RoundsDeps {
  readonly world: World;
  readonly store: AreaStore;
  readonly areaOf: (id: CharacterId) => ActiveArea | undefined;
  readonly bug: (error: unknown) => void;
}

export class SimRounds {
  readonly #process: SimProcess;
  readonly #deps: RoundsDeps;
  readonly #outbox: Outbox;
  readonly #intents: Intents;
  #posting = false;

  constructor(process: SimProcess, deps: RoundsDeps) {
    const { db, nudges, intents, around } = deps.world;
    this.#process = process;
    this.#deps = deps;
    const outbox: Outbox = {
      waiting: () => db.ask(process, "outbox: reading", () => nudges.waiting()),
      done: (rows) => (rows.length === 0 ? Promise.resolve() : db.ask(process, "outbox: clearing", () => db.store.outboxDone(rows))),
    };
    this.#outbox = around.outbox?.(outbox, process) ?? outbox;
    this.#intents = new Intents({
      areas: () => process.host.areas, content: CONTENT, characters: deps.store,
      intents: {
        waiting: (areas) => db.ask(process, "intents: reading", () => intents.waiting(areas)),
        finish: (id, outcome) => db.ask(process, "intents: finishing", () => intents.finish(id, outcome)),
      },
    });
  }

  /** As the server does once a second, unless the database is away. */
  post(): void {
    if (this.#posting || this.#process.storage.down) return;
    this.#posting = true;
    goPostRound({ outbox: this.#outbox, areaOf: this.#deps.areaOf }).catch(this.#deps.bug).finally(() => { this.#posting = false; });
  }

  /** As the server does every other second, unless the database is away. */
  intents(): void {
    if (this.#process.storage.down) return;
    this.#intents.poll().catch((error: unknown) => {
      // A row that was not as memory says is reported as such, unless somebody's hand was in it.
      const isMismatch = error instanceof AppError && error.code === "E_INTERNAL" && error.cause === undefined;
      if (!isMismatch) this.#deps.bug(error);
    });
  }
}
