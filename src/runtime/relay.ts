/**
 * Commands for an area that changes hands, typed by those whose connections still lead to the process it leaves: they wait
 * until the next owner has everybody, and are asked for over there, each character's in the order they were typed. Their
 * numbers see to it that each is carried out once, also when the player comes over meanwhile and sends it again.
 */
import type { CharacterId } from "../engine/ids.ts";
import { MAX_WAITING_PER_CHARACTER } from "../limits.ts";
import { AppError } from "../protocol/codes.ts";
import type { Response } from "../protocol/server-messages.ts";
import type { CommandRequest } from "./command-task.ts";

/** A command on its way to the next owner of its area. */
export interface RelayedCommand {
  readonly actor: CharacterId;
  readonly line: string;
  readonly id: string;
  readonly seq: number;
}

/** Whoever has the area now. Both reject when nobody can say what became of it: then the player asks again by the number, or loses the link. */
export interface NextOwner {
  command(command: RelayedCommand): Promise<Response>;
  /** A player has left the world by ending the connection that still leads here. */
  withdraw(actor: CharacterId): Promise<void>;
}

interface Waiting {
  readonly command: RelayedCommand;
  readonly deliver: (reply: Response) => void;
}

export class Relay {
  readonly #waiting = new Map<CharacterId, Waiting[]>();
  /** Being asked for; resolved when there is an answer. */
  readonly #asking = new Map<CharacterId, Promise<void>>();
  /** Those for whom nothing more is asked here: later commands must not overtake one that was turned away. */
  readonly #left = new Set<CharacterId>();
  readonly #next = Promise.withResolvers<NextOwner | null>();
  #owner: NextOwner | null = null;
  #over = false;
  /** Somebody waits for something that can only be done over there. */
  onTurnedAway: (actor: CharacterId) => void = () => undefined;

  get turnedAway(): Iterable<CharacterId> {
    return this.#left;
  }

  /** Takes a command that cannot be carried out here; false when it is to be turned away instead. */
  take({ actor, line, id, seq, asked }: CommandRequest, deliver: (reply: Response) => void): boolean {
    if (this.#over || asked === false || this.#left.has(actor)) return false;
    const waiting = this.#waiting.get(actor) ?? [];
    // Without a number nobody could tell whether it had been carried out.
    if (seq === null || waiting.length >= MAX_WAITING_PER_CHARACTER) {
      this.#turnAway(actor);
      return false;
    }
    this.#waiting.set(actor, waiting);
    waiting.push({ command: { actor, line, id, seq }, deliver });
    this.#askNext(actor);
    return true;
  }

  /** The next owner has everybody and answers for them. */
  open(owner: NextOwner): void {
    if (this.#over) return;
    this.#owner = owner;
    this.#next.resolve(owner);
    for (const actor of [...this.#waiting.keys()]) this.#askNext(actor);
  }

  /** Puts somebody away over there. Resolves also when that cannot be done: without a connection it comes to rest by itself. */
  async withdraw(actor: CharacterId): Promise<void> {
    await this.leave(actor);
    await (await this.#next.promise)?.withdraw(actor).catch(() => undefined);
  }

  /** Somebody goes over now: nothing more is asked for them. Resolves when what was asked has been answered. */
  async leave(actor: CharacterId): Promise<void> {
    this.#turnAway(actor);
    await this.#asking.get(actor);
  }

  /** Nobody is asked any more. */
  end(): void {
    this.#over = true;
    this.#next.resolve(null);
    for (const actor of [...this.#waiting.keys()]) this.#turnAway(actor);
  }

  #askNext(actor: CharacterId): void {
    const waiting = this.#waiting.get(actor);
    if (this.#owner === null || waiting === undefined || this.#asking.has(actor)) return;
    const next = waiting.shift();
    if (next === undefined) {
      this.#waiting.delete(actor);
      return;
    }
    this.#asking.set(actor, this.#pass(next, this.#owner).then((answered) => {
      this.#asking.delete(actor);
      if (answered) this.#askNext(actor);
      else this.#turnAway(actor);
    }));
  }

  /** Whether what comes after it may be asked for. */
  async #pass({ command, deliver }: Waiting, owner: NextOwner): Promise<boolean> {
    // Whatever became of it: asked again under its number, the answer is the same.
    const reply = await owner.command(command).catch(() => movedReply(command));
    deliver(reply);
    return reply.code !== "E_MOVED";
  }

  #turnAway(actor: CharacterId): void {
    this.#left.add(actor);
    const waiting = this.#waiting.get(actor) ?? [];
    this.#waiting.delete(actor);
    this.onTurnedAway(actor);
    for (const { command, deliver } of waiting) deliver(movedReply(command));
  }
}

/** "Ask over there": clients send it again, under its number, where their character is. */
function movedReply({ id, seq }: RelayedCommand): Response {
  const { message } = new AppError("E_MOVED");
  return { type: "response", id, seq, status: "error", code: "E_MOVED", messages: [{ message, message_type: "error" }] };
}
