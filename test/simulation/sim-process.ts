/** One server process of a simulated world: the real `AreaHost` and committer, and connections of clients. */
import { worldTimeAt } from "../../src/engine/clock.ts";
import type { EngineContext } from "../../src/engine/context.ts";
import { asId, type AreaId, type CharacterId } from "../../src/engine/ids.ts";
import { GroupCommitter } from "../../src/persistence/committer.ts";
import { LEASE_TTL_MS } from "../../src/limits.ts";
import { StorageError } from "../../src/persistence/storage-error.ts";
import { AppError } from "../../src/protocol/codes.ts";
import { broughtBy, type ActiveArea, type Brought } from "../../src/runtime/active-area.ts";
import { AreaHost } from "../../src/runtime/area-host.ts";
import { Online } from "../../src/runtime/online.ts";
import { ParkingSpace } from "../../src/runtime/parking.ts";
import { StorageWatch } from "../../src/runtime/storage-watch.ts";
import type { Seat } from "../../src/runtime/outlet.ts";
import type { AreaStore, Committer, CommitUnit, Outbox, Ownership, SoftWriter } from "../../src/runtime/ports.ts";
import type { Connection } from "./connection.ts";
import type { SimDatabase } from "./database.ts";
import type { Nudges } from "./nudges.ts";
import { seeded } from "./random.ts";
import type { Owner, Scheduler } from "./scheduler.ts";
import type { SimIntents } from "./sim-intents.ts";
import { SimOutlet } from "./sim-outlet.ts";
import { SimRounds } from "./sim-rounds.ts";
import { CONTENT, START_MS } from "./tiny-world.ts";

const NOON = worldTimeAt(CONTENT.world.calendar, START_MS);
const QUIET = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
/** How long a process waits for another to grant a seat. */
const SEAT_TIMEOUT_MS = 5_000;

/** What a simulation (or a mutant of it) may put around the parts of a process. */
export interface Around {
  committer?(inner: Committer, process: SimProcess): Committer;
  ownership?(inner: Ownership, process: SimProcess): Ownership;
  store?(inner: AreaStore, process: SimProcess): AreaStore;
  outbox?(inner: Outbox, process: SimProcess): Outbox;
  deliver?(conn: Connection, reply: Parameters<Connection["reply"]>[0], process: SimProcess): void;
}

export interface World {
  readonly scheduler: Scheduler;
  readonly db: SimDatabase;
  readonly around: Around;
  readonly nudges: Nudges;
  readonly intents: SimIntents;
  readonly processes: readonly SimProcess[];
  /** A commit was answered with "a row was not as memory says". */
  mismatch(detail: string): void;
  /** Durable events have been applied to memory, and so been shown. */
  shown(events: CommitUnit["events"], area: ActiveArea): void;
  violation(what: string): void;
  /** An area has changed hands without being given up. */
  takenOver(): void;
}

export interface SimSeat { readonly process: SimProcess; readonly area: AreaId; readonly epoch: number; readonly from: string; readonly brings: Brought }

export class SimProcess implements Owner {
  readonly name: string;
  readonly slot: number;
  alive = true;
  paused = false;
  fenced = false;
  host!: AreaHost;
  committer!: GroupCommitter;
  storage!: StorageWatch;
  rounds!: SimRounds;
  readonly soft: SoftWriter;
  readonly connections = new Set<Connection>();
  /** When it last asked for its lease to be renewed. */
  beatMs = 0;
  readonly #world: World;
  readonly #online = new Online();
  readonly #chance: () => number;
  /** Seats that others wait for, to be refused when this process dies. */
  readonly #granting = new Set<() => void>();
  #made = 0;
  #renewedMs: number;

  constructor(name: string, slot: number, world: World) {
    this.name = name;
    this.slot = slot;
    this.#renewedMs = world.scheduler.nowMs;
    this.#world = world;
    this.#chance = seeded(name.length * 31 + slot);
    this.soft = this.#softWriter();
    this.#build();
  }

  #build(): void {
    const { scheduler, db, around } = this.#world;
    const clock = scheduler.clockOf(this);
    this.committer = new GroupCommitter({ db: { sql: db.sqlOf(this), commitsInFlight: 2 }, clock, log: QUIET });
    const watched: Committer = {
      commit: async (unit) => {
        const outcome = await this.committer.commit(unit);
        if (outcome.kind === "mismatch") this.#world.mismatch(outcome.detail);
        return outcome;
      },
      flush: () => this.committer.flush(),
    };
    const ownership = this.#ownership();
    const store = around.store?.(this.#store(), this) ?? this.#store();
    this.storage = new StorageWatch({
      clock, log: QUIET, ping: () => (db.down ? Promise.reject(new StorageError("not-sent", new Error("the database is away"))) : Promise.resolve()),
      onChange: (down) => this.host.storageChanged(down),
    });
    this.storage.start();
    this.host = new AreaHost({
      content: CONTENT, clock, online: this.#online, log: QUIET, storage: this.storage, parkingSpace: new ParkingSpace(),
      committer: around.committer?.(watched, this) ?? watched,
      store, soft: this.soft,
      ownership: around.ownership?.(ownership, this) ?? ownership,
      context: () => this.#context(),
      gate: { reserve: (area, character, arrival) => this.#reserve(area, broughtBy(character), arrival.from) },
      open: (active) => {
        active.outlet = new SimOutlet(active, this.#world);
        return Promise.resolve();
      },
      bug: (error) => this.#bug(error),
      answered: () => undefined,
    }, (id) => this.#online.areaOf(id));
    const areaOf = (id: CharacterId): ActiveArea | undefined => this.host.get(this.#online.areaOf(id) ?? ("" as AreaId));
    this.rounds = new SimRounds(this, { world: this.#world, store, areaOf, bug: (error) => this.#bug(error) });
  }

  #bug(error: unknown): void {
    // A database that cannot be reached is no bug, though closing an area calls it one.
    if (error instanceof AppError && error.code !== "E_INTERNAL") return;
    this.#world.violation(`a bug was caught in ${this.name}: ${error instanceof Error ? error.stack : String(error)}`);
  }

  #context(): EngineContext {
    return {
      nowMs: this.#world.scheduler.nowMs, content: CONTENT, online: this.#online, farTalk: true, time: NOON, weather: () => "clear",
      rng: { next: this.#chance }, ids: { item: () => asId(`${this.name}.${++this.#made}`) },
    };
  }

  #ownership(): Ownership {
    const { db } = this.#world;
    const isAlive = (): boolean => !this.fenced && this.#world.scheduler.nowMs - this.#renewedMs < LEASE_TTL_MS;
    return {
      get alive() {
        return isAlive();
      },
      acquire: (area) => db.ask(this, "acquiring an area", () => {
        const before = db.store.owners.get(area)?.process ?? null;
        const answer = db.store.acquire(this.name, area);
        if ("epoch" in answer && before !== null && before !== this.name) this.#world.takenOver();
        return answer;
      }),
      release: (area, epoch) => db.ask(this, "releasing an area", () => db.store.release(this.name, area, epoch)),
    };
  }

  #store(): AreaStore {
    const { db } = this.#world;
    return {
      loadArea: (area) => db.ask(this, "loading an area", () => db.store.areaRows(area)),
      loadCharacter: (id, room) => db.ask(this, "loading a character", () => db.store.characterRows(id, room)),
      loadCharacters: (ids) => db.ask(this, "loading characters", () => db.store.charactersRows(ids)),
      locate: (id) => db.ask(this, "locating a character", () => db.store.characters.get(id)?.character.room),
      addressee: (name) => db.ask(this, "looking up an addressee", () => db.store.addresseeRow(name)),
      letters: (to) => db.ask(this, "reading letters", () => db.store.lettersTo(to)),
    };
  }

  /** Remembers the newest of each and writes it when told. */
  #softWriter(): SoftWriter {
    const { db } = this.#world;
    const waiting = new Map<string, () => void>();
    return {
      character: (id, state, owner) => void waiting.set(id, () => db.store.character(id, state, owner)),
      npc: (id, state, owner) => void waiting.set(id, () => db.store.npc(id, state, owner)),
      flush: () => {
        const writes = [...waiting.values()];
        waiting.clear();
        return writes.length === 0 ? Promise.resolve() : db.ask(this, "soft flush", () => { for (const write of writes) write(); });
      },
    };
  }

  // ---- between processes

  /** A seat in an area, from whichever process serves it by the rows. */
  #reserve(area: AreaId, brings: Brought, from: string): Promise<Seat> {
    const { scheduler, db, processes } = this.#world;
    const owner = db.store.owners.get(area)?.process;
    const target = processes.find((process) => process.name === owner && process.alive) ?? this;
    return new Promise<Seat>((resolve, reject) => {
      const fail = (): void => {
        target.#granting.delete(fail);
        scheduler.add(this, "seat: cut", () => reject(new AppError("E_BUSY")));
      };
      target.#granting.add(fail);
      scheduler.add(this, "seat: too late", () => fail(), { afterMs: SEAT_TIMEOUT_MS });
      scheduler.add(target, "seat: asking", () => {
        target.host.ensure(area).then(
          ({ epoch }) => this.#answerSeat(target, fail, () => resolve({ process: target, area, epoch, from, brings } satisfies SimSeat)),
          (error: unknown) => this.#answerSeat(target, fail, () => reject(error instanceof Error ? error : new AppError("E_BUSY"))),
        );
      }, { lose: fail });
    });
  }

  #answerSeat(target: SimProcess, fail: () => void, then: () => void): void {
    target.#granting.delete(fail);
    this.#world.scheduler.add(this, "seat: answer", then, { lose: fail });
  }

  // ---- clients

  /** What the Colyseus Room does when somebody joins: by token, or with a seat. */
  async join(conn: Connection, id: CharacterId, seat: SimSeat | null): Promise<void> {

    try {
      if (this.fenced) throw new AppError("E_DRAINING");
      const active = seat === null ? await this.#placeOf(id) : this.#seated(seat);
      await active.admit(id, seat === null ? { kind: "login" } : { kind: "walk", from: seat.from }, seat?.brings);
      conn.area = active;
      (active.outlet as SimOutlet).attach(id, conn);
      conn.welcome(active.lastSeq(id));
      if (conn.gone !== null) this.dropped(conn, id, conn.gone.left);
    } catch (error) {
      if (!(error instanceof AppError)) this.#world.violation(`a join failed: ${String(error)}`);
      conn.close(error instanceof AppError ? error.code : "E_INTERNAL");
    }
  }

  async #placeOf(id: CharacterId): Promise<ActiveArea> {
    const { db } = this.#world;
    const room = await db.ask(this, "locating a character", () => db.store.characters.get(id)?.character.room);
    const area = room === undefined ? undefined : this.host.areaOfRoom(room);
    if (area === undefined) throw new AppError("E_AUTH");
    return await this.host.ensure(area);
  }

  #seated(seat: SimSeat): ActiveArea {
    const active = this.host.get(seat.area);
    if (active === undefined || active.epoch !== seat.epoch) throw new AppError("E_MOVED");
    return active;
  }

  /** A command has arrived over a connection. */
  command(conn: Connection, id: CharacterId, seq: number, line: string): void {
    const { around } = this.#world;
    conn.area?.command({ actor: id, line, id: `req_${seq}`, seq }, (reply) => {
      if (around.deliver === undefined) conn.reply(reply);
      else around.deliver(conn, reply, this);
    });
  }

  /** The process has noticed that a connection is gone. */
  dropped(conn: Connection, id: CharacterId, left: boolean): void {
    this.connections.delete(conn);
    conn.gone = { left };
    const { area } = conn;
    if (area === null || !(area.outlet instanceof SimOutlet) || !area.outlet.detach(id, conn)) return;
    if (left) area.withdraw(id, "quit").catch((error: unknown) => this.#bug(error));
    else area.linkLost(id);
  }

  // ---- its life

  /** Renews the lease, as `ProcessLease` does: closes what it has lost, and everything when it has been replaced. */
  async beat(): Promise<void> {
    const { db, scheduler } = this.#world;
    const sentMs = scheduler.nowMs;
    const served = this.host.serving();
    try {
      const owned = await db.ask(this, "lease: beat", () => (db.store.beat(this.name) ? new Map([...db.store.owners].filter(([, { process }]) => process === this.name)) : undefined));
      if (owned !== undefined) {
        for (const [area, epoch] of served) if (owned.get(area)?.epoch !== epoch) this.host.lost(area, epoch);
        this.#renewedMs = sentMs;
      } else if (!this.fenced) {
        this.fenced = true;
        await this.host.stop();
      }
    } catch (error) {
      this.#bug(error);
    }
  }

  crash(): void {
    this.alive = false;
    this.#world.scheduler.forget(this);
    for (const conn of this.connections) conn.cutByServer();
    for (const fail of [...this.#granting]) fail();
  }
}
