/** What a decision says, worded and handed to whom it is for: the outlet of the area, or the lines that go far. */
import type { Audience, Message } from "../engine/decision.ts";
import type { CharacterId } from "../engine/ids.ts";
import type { AreaState } from "../engine/world.ts";
import { render } from "../text/render.ts";
import type { FarLines, Outlet, OutLine } from "./outlet.ts";
import type { Task } from "./task.ts";

export interface TellingDeps {
  readonly area: AreaState;
  readonly epoch: number;
  /** The outlet of the area, which changes when its Colyseus Room does. */
  readonly outlet: () => Outlet;
  readonly far: FarLines;
  readonly bug: (error: unknown, context: Record<string, unknown>) => void;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

export class Telling {
  readonly #deps: TellingDeps;
  #farLines = 0;

  constructor(deps: TellingDeps) {
    this.#deps = deps;
  }

  /** All that a decision says to others; a line is named by its place among them where the task has a name for it. */
  tellAll(task: Task, messages: readonly Message[]): void {
    const id = task.lineId?.() ?? null;
    for (let index = 0; index < messages.length; index += 1) {
      const message = messages[index]!;
      // What is for whoever acts is part of the reply.
      if (message.audience.to !== "actor") this.tell(task, message, id === null ? undefined : `${id}.${index}`);
    }
  }

  /** What is committed stays so: a line that cannot be worded is a bug and is left out. `id` is the line's own where the task has one. */
  tell(task: Task, message: Message, id: string | undefined): void {
    try {
      this.#tell(task, message, id);
    } catch (error) {
      this.#deps.bug(error, { area: this.#deps.area.id, message: message.key });
    }
  }

  #tell(task: Task, message: Message, id: string | undefined): void {
    const { audience } = message;
    if (audience.to === "actor") return; // part of the reply
    // What goes far may come to somebody by two ways.
    const isFar = audience.to === "player" || audience.to === "channel" || audience.to === "areas";
    const lineId = id ?? (isFar ? `${this.#deps.area.id}:${this.#deps.epoch}:far:${++this.#farLines}` : undefined);
    const { text, type, refs } = render(message);
    const line: Writable<OutLine> = lineId === undefined ? { text, type, refs } : { id: lineId, text, type, refs };
    if (message.sender !== undefined) line.sender = message.sender;
    if (message.by !== undefined) line.by = message.by;
    if (audience.to === "channel") line.channel = audience.channel;
    const inReply = audience.to === "room" && task.actor !== undefined && task.hears?.(message) === true;
    this.#deliver(inReply ? { ...audience, except: [...audience.except, task.actor] } : audience, line, task.actor);
  }

  #deliver(audience: Exclude<Audience, { to: "actor" }>, line: OutLine, from: CharacterId | undefined): void {
    const outlet = this.#deps.outlet();
    switch (audience.to) {
      case "character": outlet.personal(audience.id, line); return;
      case "room": outlet.room(audience.room, line, audience.except); return;
      case "area": for (const room of this.#deps.area.rooms.keys()) outlet.room(room, line, audience.except); return;
      case "player": this.#deps.far.toPlayer(audience.id, line, from); return;
      case "channel": this.#deps.far.toChannel(audience.channel, line, audience.except); return;
      case "areas": this.#deps.far.toAreas(audience.areas, line, audience.except); return;
    }
  }
}
