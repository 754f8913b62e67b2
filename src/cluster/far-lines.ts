/** Tells, channels and shouts to everybody in the cluster: to those in this process at once, to the others over the bus. */
import type { AreaId, CharacterId } from "../engine/ids.ts";
import { MAX_BUS_AREAS, MAX_BUS_NAMES, RECORD_WAIT_MS } from "../limits.ts";
import type { BusEvent } from "../protocol/bus-events.ts";
import type { PersonalRecorder } from "../runtime/line-recorder.ts";
import type { LocalLines } from "../runtime/local-lines.ts";
import type { Online } from "../runtime/online.ts";
import type { FarLines, OutLine } from "../runtime/outlet.ts";
import type { Clock } from "../runtime/ports.ts";
import type { Bus } from "./bus.ts";

export interface FarLinesDeps {
  readonly bus: Bus;
  readonly local: LocalLines;
  readonly online: Pick<Online, "get" | "isHere">;
  readonly clock: Clock;
  readonly recorder: Pick<PersonalRecorder, "addPersonal" | "write">;
}

export class BusFarLines implements FarLines {
  readonly #deps: FarLinesDeps;
  /** What was said on channels before, so that lines keep their order. */
  #spoken: Promise<unknown> = Promise.resolve();

  constructor(deps: FarLinesDeps) {
    this.#deps = deps;
  }

  toPlayer(id: CharacterId, said: OutLine, from?: CharacterId): void {
    const { bus, local, online } = this.#deps;
    const person = online.get(id);
    const line = this.#recorded(id, said, person?.name ?? local.nameOf(id));
    const reached = local.toPlayer(id, line);
    // Who is on the way here may never come, and have gone on elsewhere: said there, too, it is read once.
    if (reached && (person === undefined || online.isHere(id))) return;
    if (person === undefined) {
      if (from !== undefined) local.unreached(from, { id, name: "them" });
      return;
    }
    void bus.publish({ to: "user", name: person.name }, { type: "player_message", ...fieldsOf(line) }).then((sent) => {
      // The list of players lags by moments, and so may Redis: whoever spoke into the void is told so.
      if (from !== undefined && !reached && (sent === null || sent.receivers === 0)) local.unreached(from, person);
    });
  }

  /** Before it goes anywhere, and before whoever said it has their answer: whichever process dies now, it can be told again. */
  #recorded(to: CharacterId, line: OutLine, username: string | undefined): OutLine {
    const { id } = line;
    if (id === undefined || username === undefined || !this.#deps.recorder.addPersonal(to, username, { ...line, id })) return line;
    void this.#deps.recorder.write();
    return { ...line, recorded: true };
  }

  /**
   * The others first: should this process die in the moment after, nobody has heard what the others never will. What a
   * reader would notice is not waited for.
   */
  toChannel(channel: string, line: OutLine, except: readonly CharacterId[]): void {
    const { bus, clock, local } = this.#deps;
    const published = bus.publish({ to: "global" }, { type: "player_message", ...fieldsOf(line), channel, except: except.slice(0, MAX_BUS_NAMES) });
    if (!bus.up) return local.toChannel(channel, line, except);
    const waited = new Promise<void>((resolve) => {
      const cancel = clock.after(RECORD_WAIT_MS, resolve);
      void published.finally(() => {
        cancel();
        resolve();
      });
    });
    this.#spoken = Promise.all([this.#spoken, waited]).then(() => local.toChannel(channel, line, except));
  }

  toAreas(areas: readonly AreaId[], line: OutLine, except: readonly CharacterId[]): void {
    const { bus, local } = this.#deps;
    local.toAreas(areas, line, except);
    const elsewhere = areas.filter((area) => !local.serves(area)).slice(0, MAX_BUS_AREAS);
    if (elsewhere.length === 0) return;
    void bus.publish({ to: "global" }, { type: "player_message", ...fieldsOf(line), areas: elsewhere, except: except.slice(0, MAX_BUS_NAMES) });
  }
}

function fieldsOf(line: OutLine): Omit<Extract<BusEvent, { type: "player_message" }>, "type"> {
  return {
    message: line.text, message_type: line.type,
    ...(line.id === undefined ? {} : { line_id: line.id }),
    ...(line.sender === undefined ? {} : { sender: line.sender }),
    ...(line.by === undefined ? {} : { by: line.by }),
    ...(line.refs.length === 0 ? {} : { refs: line.refs.slice(0, MAX_BUS_NAMES).map((ref) => ({ ...ref })) }),
  };
}
