/**
 * Who is in the world, over all processes (DESIGN §8): each process says on `global` who came, changed or left, numbered
 * by its changes. Whoever misses one (a gap in the numbers, an outage) asks for the whole list. Those of processes that
 * have died are forgotten when the lease table says so.
 */
import type { AreaId, CharacterId } from "../engine/ids.ts";
import { LEASE_BEAT_MS, MAX_ONLINE_PER_PROCESS, ONLINE_ASK_MS, ONLINE_BEAT_MS, ONLINE_LEFT_MS, ONLINE_LIST_PART } from "../limits.ts";
import type { BusEvent, OnlinePlayer } from "../protocol/bus-events.ts";
import type { Clock } from "../runtime/ports.ts";
import type { Online, OnlineChange, OnlineEntry } from "../runtime/online.ts";
import type { Bus } from "./bus.ts";

type Heard<Type extends BusEvent["type"]> = Extract<BusEvent, { type: Type }>;
export type OnlineEvent = Heard<"online_came" | "online_left" | "online_list" | "online_beat" | "online_ask">;

/** What is known of another process's list. */
interface Other {
  readonly heardFirstMs: number;
  /** How many changes of its list we know; null: not all of them. */
  change: number | null;
  /** The parts of its list that have come in so far, of which change. */
  coming: { readonly change: number; readonly parts: number; readonly players: OnlinePlayer[]; next: number } | null;
  askedMs: number;
}

export interface OnlineExchangeDeps {
  readonly bus: Bus;
  readonly online: Online;
  readonly processId: string;
  readonly clock: Clock;
  /** These were in a process that died, and are nowhere now. */
  readonly onGone?: (entries: readonly OnlineEntry[]) => void;
}

const GLOBAL = { to: "global" } as const;

export class OnlineExchange {
  readonly #deps: OnlineExchangeDeps;
  readonly #others = new Map<string, Other>();
  readonly #stops: (() => void)[] = [];
  #change = 0;
  #listedMs = -Infinity;
  #cancelList: (() => void) | null = null;
  #cancelBeat: () => void = () => undefined;
  /** They have left an area of ours: most are in the next one in a moment, and then that is all there is to say. */
  readonly #leaving = new Set<CharacterId>();
  #cancelLeaving: (() => void) | null = null;

  constructor(deps: OnlineExchangeDeps) {
    this.#deps = deps;
    this.#stops.push(deps.online.watch((change) => this.#changed(change)), deps.bus.onChange((up) => up && this.#connected()));
    if (deps.bus.up) this.#connected();
    this.#arm();
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#cancelBeat();
    this.#cancelList?.();
    this.#cancelLeaving?.();
  }

  /** Takes in what another process says. */
  take(event: OnlineEvent): void {
    if (event.type === "online_ask") {
      if (event.process === undefined || event.process === this.#deps.processId) this.#listSoon();
      return;
    }
    const other = this.#otherOf(event.from);
    switch (event.type) {
      case "online_came":
        this.#deps.online.heardOf(event.from, entryOf(event.player));
        this.#count(event.from, other, event.change);
        break;
      case "online_left":
        this.#deps.online.heardGone(event.from, event.player_id as CharacterId);
        this.#count(event.from, other, event.change);
        break;
      case "online_beat":
        if (other.change !== event.change) this.#ask(event.from, other);
        break;
      case "online_list": this.#takeList(event, other); break;
    }
  }

  /** What the hot cache remembers of a process that has not spoken for itself yet. */
  rememberFrom(process: string, entry: OnlineEntry): void {
    if (process === this.#deps.processId || this.#others.get(process)?.change != null) return;
    this.#otherOf(process);
    this.#deps.online.heardOf(process, entry);
  }

  /** These processes are alive; what is known of others is forgotten, unless they are so new that the table may not have them. */
  alive(ids: ReadonlySet<string>): void {
    const nowMs = this.#deps.clock.nowMs();
    for (const id of new Set([...this.#others.keys(), ...this.#deps.online.processes()])) {
      const other = this.#others.get(id);
      if (ids.has(id) || (other !== undefined && nowMs - other.heardFirstMs < 2 * LEASE_BEAT_MS)) continue;
      this.#others.delete(id);
      const gone = this.#deps.online.forget(id);
      if (gone.length > 0) this.#deps.onGone?.(gone);
    }
  }

  #otherOf(process: string): Other {
    let other = this.#others.get(process);
    if (other === undefined) {
      other = { heardFirstMs: this.#deps.clock.nowMs(), change: null, coming: null, askedMs: -Infinity };
      this.#others.set(process, other);
    }
    return other;
  }

  /** A change came in: fine when it is the next one, otherwise some were missed. */
  #count(process: string, other: Other, change: number): void {
    if (other.change !== null && change === other.change + 1) other.change = change;
    // Older than the list we have: a repeat from before it.
    else if (other.change === null || change > other.change) {
      other.change = null;
      this.#ask(process, other);
    }
  }

  #takeList({ from, change, part, parts, players }: Heard<"online_list">, other: Other): void {
    if (part === 0) other.coming = { change, parts, players: [], next: 0 };
    const { coming } = other;
    if (coming === null || coming.change !== change || coming.next !== part || coming.players.length > MAX_ONLINE_PER_PROCESS) {
      other.coming = null;
      return;
    }
    coming.players.push(...players);
    coming.next += 1;
    if (coming.next < coming.parts) return;
    other.coming = null;
    other.change = change;
    this.#deps.online.heardAll(from, coming.players.map(entryOf));
  }

  #ask(process: string, other: Other): void {
    const nowMs = this.#deps.clock.nowMs();
    if (nowMs - other.askedMs < ONLINE_ASK_MS) return;
    other.askedMs = nowMs;
    void this.#deps.bus.publish(GLOBAL, { type: "online_ask", process });
  }

  // ---- our own

  #connected(): void {
    for (const other of this.#others.values()) other.change = null;
    void this.#deps.bus.publish(GLOBAL, { type: "online_ask" });
    this.#list();
  }

  #changed({ kind, entry }: OnlineChange): void {
    if (kind === "left") {
      this.#leaving.add(entry.id);
      this.#cancelLeaving ??= this.#deps.clock.after(ONLINE_LEFT_MS, () => this.#left());
      return;
    }
    this.#leaving.delete(entry.id);
    this.#change += 1;
    this.#send({ type: "online_came", from: this.#deps.processId, change: this.#change, player: playerOf(entry) });
  }

  #left(): void {
    this.#cancelLeaving = null;
    for (const id of this.#leaving) {
      // Until the next process has spoken of them they are known by our word alone.
      if (this.#deps.online.isOnTheWay(id)) continue;
      this.#leaving.delete(id);
      this.#change += 1;
      this.#send({ type: "online_left", from: this.#deps.processId, change: this.#change, player_id: id });
    }
    if (this.#leaving.size > 0) this.#cancelLeaving = this.#deps.clock.after(ONLINE_LEFT_MS, () => this.#left());
  }

  /** What does not arrive shows by its number in the next that does, a beat at the latest; after an outage all is sent anyway. */
  #send(event: BusEvent): void {
    if (this.#deps.bus.up) void this.#deps.bus.publish(GLOBAL, event);
  }

  /** All who are here, now; soon when that was done a moment ago. */
  #listSoon(): void {
    const waitMs = this.#listedMs + ONLINE_ASK_MS - this.#deps.clock.nowMs();
    if (waitMs <= 0) this.#list();
    else this.#cancelList ??= this.#deps.clock.after(waitMs, () => this.#list());
  }

  #list(): void {
    this.#cancelList?.();
    this.#cancelList = null;
    if (!this.#deps.bus.up) return;
    this.#listedMs = this.#deps.clock.nowMs();
    const players = [...this.#deps.online.here(), ...this.#deps.online.onTheWay()].map(playerOf);
    const parts = Math.max(1, Math.ceil(players.length / ONLINE_LIST_PART));
    for (let part = 0; part < parts; part += 1) {
      this.#send({ type: "online_list", from: this.#deps.processId, change: this.#change, part, parts, players: players.slice(part * ONLINE_LIST_PART, (part + 1) * ONLINE_LIST_PART) });
    }
  }

  #arm(): void {
    this.#cancelBeat = this.#deps.clock.after(ONLINE_BEAT_MS, () => {
      this.#send({ type: "online_beat", from: this.#deps.processId, change: this.#change });
      this.#arm();
    });
  }
}

const playerOf = ({ id, name, role, guest, afk, area, areaName }: OnlineEntry): OnlinePlayer => ({ id, name, role, guest, afk, area, area_name: areaName });

const entryOf = ({ id, name, role, guest, afk, area, area_name }: OnlinePlayer): OnlineEntry => ({
  id: id as CharacterId, name, role, guest, afk, area: area as AreaId, areaName: area_name,
});
