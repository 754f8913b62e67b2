import type { CommandMessage } from "../../src/protocol/client-messages.ts";
import type { Response } from "../../src/protocol/server-messages.ts";
import { MAX_MOVED_PER_COMMAND, MAX_SENDS_PER_COMMAND, MAX_UNANSWERED } from "./bounds.ts";
import { WaystoneError } from "./errors.ts";

interface Entry {
  message: CommandMessage & { seq: number };
  resolve: (response: Response) => void;
  reject: (error: WaystoneError) => void;
  onQueued: ((response: Response) => void) | undefined;
  /** Connections it was sent on. */
  sends: number;
  /** Times it was told that its character is elsewhere. */
  moved: number;
}

/** What a response means for its command. */
export type Outcome =
  /** Nobody waits for it: it was answered before. */
  | { kind: "unknown" }
  /** A final answer is still to come. */
  | { kind: "provisional"; command: CommandMessage }
  /** It was not carried out where it arrived and is to be sent again where the character is now. */
  | { kind: "elsewhere"; command: CommandMessage }
  | { kind: "final"; command: CommandMessage };

/** The character is elsewhere, or will be in a moment: the command itself was not looked at. */
const ELSEWHERE: ReadonlySet<string | undefined> = new Set(["E_MOVED", "E_DRAINING"]);

/** The commands that have no final answer yet, in the order of their numbers. */
export class Unanswered {
  readonly #entries = new Map<string, Entry>();
  readonly #prefix: string;
  #nextSeq = 1;
  #highestAnswered = 0;

  /** `prefix` begins the ids; no other session of the character may have the same. */
  constructor(prefix = "req") {
    this.#prefix = prefix;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The highest number that has had its final answer. */
  get highestAnswered(): number {
    return this.#highestAnswered;
  }

  /** All numbers up to this one have had their final answer, so that the server need not keep those. */
  get #allAnswered(): number {
    const [oldest] = this.#entries.values();
    return (oldest?.message.seq ?? this.#nextSeq) - 1;
  }

  /** The server knows numbers up to `seq`; ours go on from there. */
  continueAfter(seq: number): void {
    if (this.#nextSeq === 1 && this.#entries.size === 0) this.#highestAnswered = seq;
    this.#nextSeq = Math.max(this.#nextSeq, seq + 1);
  }

  /** Numbers a command and keeps it; `send` is what to put on the wire, if there is one. */
  add(command: string, onQueued?: (response: Response) => void): { send: () => CommandMessage; promise: Promise<Response> } {
    if (this.#entries.size >= MAX_UNANSWERED) {
      throw new WaystoneError("E_BUSY", "Too many of your commands are still waiting for their answer.");
    }
    const seq = this.#nextSeq++;
    const message = { type: "command", command, id: `${this.#prefix}_${seq}`, seq } as const;
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    const entry: Entry = { message, resolve, reject, onQueued, sends: 0, moved: 0 };
    this.#entries.set(message.id, entry);
    return { send: () => (entry.sends++, { ...message, answered: this.#allAnswered }), promise };
  }

  /** All of them, to be sent again on a new connection. One that has outlived too many is failed instead. */
  messagesToSend(): CommandMessage[] {
    for (const [id, entry] of this.#entries) {
      if (++entry.sends <= MAX_SENDS_PER_COMMAND) continue;
      this.#entries.delete(id);
      entry.reject(new WaystoneError("E_NETWORK", "The line was cut each time this was sent; whether it was done is not known."));
    }
    return [...this.#entries.values()].map((entry) => entry.message);
  }

  /** Takes a response in: what it means, and on a final one the promise is kept. */
  take(response: Response): Outcome {
    const entry = this.#entries.get(response.id);
    if (entry === undefined) return { kind: "unknown" };
    const command = entry.message;
    if (response.status === "queued") {
      entry.onQueued?.(response);
      return { kind: "provisional", command };
    }
    if (response.status === "error" && ELSEWHERE.has(response.code) && ++entry.moved < MAX_MOVED_PER_COMMAND) {
      // A connection that brought an answer was not broken by it.
      entry.sends = 0;
      return { kind: "elsewhere", command };
    }
    this.#entries.delete(response.id);
    this.#highestAnswered = Math.max(this.#highestAnswered, command.seq);
    entry.resolve(response);
    return { kind: "final", command };
  }

  /** The session is over: none of them will be answered. */
  fail(error: WaystoneError): void {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    for (const entry of entries) entry.reject(error);
  }
}
