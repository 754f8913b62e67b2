/** A player that walks, looks and talks, follows transfers as the real client does, and writes down when what happened. */
import type { ContentIndex } from "../../src/engine/content.ts";
import type { RoomId } from "../../src/engine/ids.ts";
import type { Rng } from "../../src/engine/context.ts";
import { pickOne } from "../../src/engine/rng.ts";
import { Wire, type RawSeat, type WireEvents } from "./wire.ts";

/** One way into another area, in ms since the epoch. */
export interface Crossing {
  /** Nobody asked for it: the area changed hands. */
  readonly moved: boolean;
  /** To another process. */
  readonly far: boolean;
  readonly sentMs: number;
  readonly toldMs: number;
  readonly openedMs: number;
  readonly joinedMs: number;
  readonly welcomedMs: number;
}

/** A command: from when the player wanted it, over whatever connection, to its answer. */
export interface Waited {
  /** It led into another area. */
  readonly over: boolean;
  /** The connection changed meanwhile so many times, and it was sent so often. */
  readonly moves: number;
  readonly sent: number;
  readonly wantedMs: number;
  readonly answeredMs: number;
  /** What came between, in order, of a wait that was long. */
  readonly course?: readonly Happened[];
}

/** What happened, and when, in ms since the epoch. */
export type Happened = readonly [what: string, atMs: number];

export interface WalkerPorts {
  readonly endpoint: string;
  readonly content: ContentIndex;
  readonly rng: Rng;
  /** Mean time between two commands. */
  readonly everyMs: () => number;
  /** How many of the commands given at a border lead over it, 0 to 1. */
  readonly crossShare: number;
}

const LONG_MS = 500;
const JOIN_AGAIN_MS = 300;
const JOIN_TRIES = 60;
/** Where the answer was that the character is elsewhere, the transfer is on its way; else it joins anew. */
const MOVED_WITHIN_MS = 5_000;
const now = (): number => performance.timeOrigin + performance.now();
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Transfer {
  readonly seat: RawSeat;
  readonly same_connection?: true;
  readonly keep?: true;
}

interface Pending {
  readonly line: string;
  readonly id: string;
  readonly seq: number;
  readonly to: RoomId | null;
  readonly wantedMs: number;
  sentMs: number;
  sent: number;
  readonly movesBefore: number;
  readonly course: Happened[];
  answered: () => void;
}

export class Walker {
  readonly crossings: Crossing[] = [];
  readonly waits: Waited[] = [];
  /** Joins beyond the first. */
  rejoined = 0;
  failed = 0;
  readonly #ports: WalkerPorts;
  #token = "";
  #wire: Wire | null = null;
  #room = "" as RoomId;
  #seq = 0;
  #pending: Pending | null = null;
  #playing = false;
  #moving = false;
  #moves = 0;
  /** A connection to the process that it came from last, and whether it may keep the one that it has. */
  #kept: Wire | null = null;
  #mayKeep = false;

  constructor(ports: WalkerPorts) {
    this.#ports = ports;
  }

  /** Where its connection leads. */
  get address(): string {
    return this.#wire?.address ?? "";
  }

  async enter(): Promise<void> {
    const answer = await fetch(`${this.#ports.endpoint}/auth/guest`, { method: "POST", headers: { "content-type": "application/json" }, body: "{}" });
    if (!answer.ok) throw new Error(`guest: ${answer.status} ${await answer.text()}`);
    this.#token = ((await answer.json()) as { token: string }).token;
    await this.#join(undefined);
  }

  async play(): Promise<void> {
    const { rng, everyMs } = this.#ports;
    this.#playing = true;
    await pause(rng.next() * everyMs());
    while (this.#playing) {
      const wantedMs = now();
      await this.#ask();
      await pause(Math.max(0, everyMs() * (0.5 + rng.next()) - (now() - wantedMs)));
    }
  }

  stop(): void {
    this.#playing = false;
  }

  leave(): void {
    const wire = this.#wire;
    this.#wire = null;
    wire?.close();
    this.#kept?.close();
  }

  #letGo(wire: Wire): void {
    if (!this.#mayKeep) return wire.close();
    wire.keep();
    this.#kept?.close();
    this.#kept = wire;
  }

  #ask(): Promise<void> {
    const { line, to } = this.#choose();
    this.#seq += 1;
    return new Promise<void>((answered) => {
      this.#pending = { line, id: `r${this.#seq}`, seq: this.#seq, to, wantedMs: now(), sentMs: 0, sent: 0, movesBefore: this.#moves, course: [], answered };
      this.#send();
    });
  }

  #send(): void {
    const pending = this.#pending;
    if (pending === null || this.#moving) return;
    pending.sentMs = now();
    pending.sent += 1;
    this.#happens("sent");
    this.#wire?.command({ type: "command", command: pending.line, id: pending.id, seq: pending.seq, answered: pending.seq - 1 });
  }

  #choose(): { line: string; to: RoomId | null } {
    const { rng, content, crossShare } = this.#ports;
    const room = content.rooms.get(this.#room);
    const exits = room?.exits.filter(({ hidden, door }) => !hidden && door === null) ?? [];
    const over = exits.filter(({ to }) => content.rooms.get(to)?.area !== room?.area);
    const dice = rng.next();
    const exit = dice < crossShare && over.length > 0 ? pickOne(rng, over) : dice < 0.7 ? pickOne(rng, exits) : undefined;
    if (exit !== undefined) return { line: `go ${exit.name}`, to: exit.to };
    return dice < 0.85 ? { line: "look", to: null } : { line: `say The weather holds, number ${this.#seq}.`, to: null };
  }

  #join(resume: object | undefined): Promise<void> {
    return this.#tryJoin(resume);
  }

  async #tryJoin(resume: object | undefined): Promise<void> {
    for (let tries = 0; tries < JOIN_TRIES; tries += 1) {
      try {
        const answer = await fetch(`${this.#ports.endpoint}/matchmake/joinOrCreate/world`, {
          method: "POST", headers: { "content-type": "application/json", "authorization": `Bearer ${this.#token}` }, body: JSON.stringify({ same_connection: true, ...(resume !== undefined && { resume }) }),
        });
        if (answer.ok && await this.#take((await answer.json()) as RawSeat, null)) return;
      } catch (error) {
        if (tries === JOIN_TRIES - 1) throw error;
      }
      await pause(JOIN_AGAIN_MS);
    }
    this.failed += 1;
  }

  /** Resolves with whether it got a welcome. `over`: by a connection that there is. */
  #take(seat: RawSeat, crossing: { moved: boolean; sentMs: number; toldMs: number } | null, over?: (events: WireEvents) => Wire): Promise<boolean> {
    return new Promise((resolve) => {
      const old = this.#wire;
      let openedMs = crossing?.toldMs ?? 0;
      let joinedMs = 0;
      let welcomed = false;
      const events: WireEvents = {
        opened: () => {
          openedMs = now();
          this.#happens(`open at ${wire.address.split(":").at(-1)}`);
        },
        joined: () => {
          joinedMs = now();
          this.#happens("let in");
        },
        closed: () => {
          if (!welcomed) resolve(false);
          else if (this.#wire === wire && !this.#moving) this.#again();
        },
        message: (type, payload) => {
          if (type === "welcome") {
            welcomed = true;
            this.#happens("welcome");
            if (crossing !== null) this.crossings.push({ ...crossing, far: old?.address !== wire.address, openedMs, joinedMs, welcomedMs: now() });
            this.#wire = wire;
            const { room_id: room, seq } = payload as { room_id: RoomId; seq: number };
            this.#room = room;
            this.#seq = Math.max(this.#seq, seq);
            this.#moving = false;
            this.#send();
            if (old !== null && old !== wire) this.#letGo(old);
            resolve(true);
          } else if (type === "transfer" && !welcomed) {
            // The area is served elsewhere by now: what becomes of this connection is no longer asked.
            wire.close();
            resolve(this.#take((payload as Transfer).seat, crossing));
          } else if (type === "transfer" && this.#wire === wire) this.#transfer(payload as Transfer, wire);
          else if (type === "response") this.#answer(payload as { id: string; status: string; code?: string }, wire);
        },
      };
      const wire = over?.(events) ?? new Wire(seat, this.#ports.endpoint.replace("http://", ""), this.#token, events);
    });
  }

  /** Which connection leads to a seat; undefined: a new one. */
  #wayTo({ seat, same_connection }: Transfer, wire: Wire): ((events: WireEvents) => Wire) | undefined {
    if (same_connection === true) return (events) => wire.goOn(events);
    const kept = this.#kept;
    if (kept?.open !== true || kept.process !== seat.processId) return undefined;
    this.#kept = null;
    return (events) => kept.take(seat, events);
  }

  #transfer(transfer: Transfer, wire: Wire): void {
    const { seat, keep } = transfer;
    this.#mayKeep = keep === true;
    const pending = this.#pending;
    const crosses = pending !== null && pending.sentMs > 0 && this.#leadsOver(pending.to);
    this.#moving = true;
    this.#moves += 1;
    this.#happens("transfer");
    void this.#take(seat, { moved: !crosses, sentMs: crosses ? pending.sentMs : now(), toldMs: now() }, this.#wayTo(transfer, wire)).then((taken) => {
      if (!taken) this.#again();
    });
  }

  #again(): void {
    if (this.#wire === null) return;
    this.#moving = true;
    this.rejoined += 1;
    void this.#join({ room_id: this.#room, line: 0, seq: this.#seq - 1 });
  }

  #answer(response: { id: string; status: string; code?: string }, wire: Wire): void {
    const pending = this.#pending;
    if (pending === null || response.id !== pending.id) return;
    this.#happens(response.code ?? response.status);
    if (response.status === "queued") return;
    if (response.code === "E_MOVED" || response.code === "E_DRAINING" || response.code === "E_BUSY") {
      setTimeout(() => {
        if (this.#pending === pending && this.#wire === wire && !this.#moving) this.#again();
      }, response.code === "E_BUSY" ? 1_000 : MOVED_WITHIN_MS);
      return;
    }
    this.#pending = null;
    const answeredMs = now();
    this.waits.push({
      over: this.#leadsOver(pending.to), moves: this.#moves - pending.movesBefore, sent: pending.sent, wantedMs: pending.wantedMs, answeredMs,
      ...(answeredMs - pending.wantedMs > LONG_MS && { course: pending.course }),
    });
    if (response.status === "ok" && pending.to !== null) this.#room = pending.to;
    pending.answered();
  }

  #happens(what: string): void {
    this.#pending?.course.push([what, now()]);
  }

  #leadsOver(to: RoomId | null): boolean {
    const { rooms } = this.#ports.content;
    return to !== null && rooms.get(to)?.area !== rooms.get(this.#room)?.area;
  }
}
