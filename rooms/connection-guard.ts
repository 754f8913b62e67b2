/**
 * What may be sent: commands are counted by player, so that a new connection is no new allowance; frames, and messages that
 * make no sense, by connection.
 */
import type { Client } from "@colyseus/core";
import { BAD_MESSAGES_PER_SECOND, COMMANDS_PER_SECOND, COMMAND_BURST, FRAME_BURST, FRAMES_PER_SECOND, MAX_BAD_MESSAGES, MAX_PLAYERS_COUNTED } from "../src/limits.ts";
import type { CharacterId } from "../src/engine/ids.ts";
import { Bucket, Remembered } from "../src/runtime/bucket.ts";
import type { Clock } from "../src/runtime/ports.ts";

/** The players of this process, however often they come back, and whichever of its areas they are in. */
export class PlayerBuckets {
  readonly #commands = new Remembered<CharacterId, Bucket>(MAX_PLAYERS_COUNTED, (nowMs) => new Bucket(COMMAND_BURST, COMMANDS_PER_SECOND, nowMs));

  commandsOf(id: CharacterId, nowMs: number): Bucket {
    return this.#commands.of(id, nowMs);
  }
}

/** One for each connection, in whatever area of the process it is just now. */
export class ConnectionGuards {
  readonly #of = new WeakMap<Client["ref"], ConnectionGuard>();

  /** Undefined: it has never been let in anywhere. */
  of(client: Client): ConnectionGuard | undefined {
    return this.#of.get(client.ref);
  }

  /** It comes in; `make`: for the first time. */
  comes(client: Client, make: () => ConnectionGuard): void {
    if (!this.#of.has(client.ref)) this.#of.set(client.ref, make());
  }
}

export class ConnectionGuard {
  readonly #clock: Clock;
  readonly #commands: Bucket;
  readonly #bad: Bucket;
  readonly #frames: Bucket;

  /** `commands`: the player's, whatever it is connected by. */
  constructor(clock: Clock, commands: Bucket) {
    this.#clock = clock;
    this.#commands = commands;
    this.#frames = new Bucket(FRAME_BURST, FRAMES_PER_SECOND, clock.nowMs());
    this.#bad = new Bucket(MAX_BAD_MESSAGES, BAD_MESSAGES_PER_SECOND, clock.nowMs());
  }

  /** 0: the command may pass; else the milliseconds to wait. */
  command(): number {
    return this.#commands.take(this.#clock.nowMs());
  }

  /** Counts a frame of whatever kind. False when there have been too many. */
  frame(): boolean {
    return this.#frames.take(this.#clock.nowMs()) === 0;
  }

  /** Counts a message that makes no sense. False when there have been too many. */
  bad(): boolean {
    return this.#bad.take(this.#clock.nowMs()) === 0;
  }
}
