/**
 * How much one player may walk and say in a while, and what may not be said: counted by step, so that a line of many counts
 * for as many, and by player, over all connections and areas of this process. Staff say and walk what they like.
 */
import type { Accepted } from "../engine/decision.ts";
import type { CharacterId } from "../engine/ids.ts";
import { isAtLeast } from "../engine/staff.ts";
import type { Character } from "../engine/world.ts";
import { CAPITALS_FROM_LETTERS, MAX_PLAYERS_COUNTED, MOVE_BURST, MOVES_PER_SECOND, REPEATS_WITHIN_MS, SAYINGS_REMEMBERED } from "../limits.ts";
import { AppError } from "../protocol/codes.ts";
import type { BlockedWords } from "./blocked-words.ts";
import { Bucket, Remembered } from "./bucket.ts";
import type { Clock } from "./ports.ts";

export interface SpeechRules {
  /** Things said in ten seconds, at most. */
  readonly perTenSeconds: number;
  /** How often the same may be said within half a minute; 0: as often as one likes. */
  readonly repeats: number;
  /** How many in a hundred letters of a longer line may be capitals; 0: all. */
  readonly capitals: number;
  readonly blocked: BlockedWords | null;
}

interface Saying {
  times: number;
  atMs: number;
}

interface Counted {
  readonly moves: Bucket;
  readonly speech: Bucket;
  /** Oldest first. */
  readonly sayings: Map<string, Saying>;
}

const TEN_SECONDS = 10;

export class StepGuard {
  readonly #clock: Pick<Clock, "nowMs">;
  readonly #rules: SpeechRules;
  readonly #players: Remembered<CharacterId, Counted>;

  constructor(clock: Pick<Clock, "nowMs">, rules: SpeechRules) {
    this.#clock = clock;
    this.#rules = rules;
    this.#players = new Remembered(MAX_PLAYERS_COUNTED, (nowMs) => ({
      moves: new Bucket(MOVE_BURST, MOVES_PER_SECOND, nowMs), speech: new Bucket(rules.perTenSeconds, rules.perTenSeconds / TEN_SECONDS, nowMs), sayings: new Map(),
    }));
  }

  /** Counts a step that is about to be done. What it answers is what its player reads instead: E_RATE, or E_SPEECH. */
  mayDo({ id, role }: Pick<Character, "id" | "role">, { said, events, handoff }: Pick<Accepted, "said" | "events" | "handoff">): AppError | undefined {
    if (isAtLeast(role, "moderator")) return undefined;
    const walks = handoff !== null || events.some((event) => event.type === "character-moved" && event.character === id);
    if (!walks && said === undefined) return undefined;
    const nowMs = this.#clock.nowMs();
    const counted = this.#players.of(id, nowMs);
    if (walks) return tooFast("You are out of breath.", counted.moves.take(nowMs));
    return tooFast("You are speaking too fast.", counted.speech.take(nowMs)) ?? this.#maySay(said ?? "", counted, nowMs);
  }

  #maySay(words: string, { sayings }: Counted, nowMs: number): AppError | undefined {
    const { repeats, capitals, blocked } = this.#rules;
    if (blocked?.isIn(words) === true) return new AppError("E_SPEECH", "There is a word in it that is not said here.");
    if (capitals > 0 && isLoud(words, capitals)) return new AppError("E_SPEECH", "Please do not write everything in capitals.");
    if (repeats === 0) return undefined;
    const key = plain(words) || words;
    const before = sayings.get(key);
    const saying = before === undefined || nowMs - before.atMs > REPEATS_WITHIN_MS ? { times: 1, atMs: nowMs } : { times: before.times + 1, atMs: before.atMs };
    sayings.delete(key);
    sayings.set(key, saying);
    if (sayings.size > SAYINGS_REMEMBERED) sayings.delete(sayings.keys().next().value!);
    return saying.times > repeats ? new AppError("E_SPEECH", "You have said that often enough just now.", { retryAfterMs: Math.max(1, saying.atMs + REPEATS_WITHIN_MS - nowMs) }) : undefined;
  }
}

const ASCII = /^[\x20-\x7e]*$/;

/** Letters and digits, and single spaces where there was anything else. */
function plain(words: string): string {
  const small = words.toLowerCase();
  // What is nearly always said costs a third so.
  return (ASCII.test(small) ? small.replace(/[^a-z0-9]+/g, " ") : small.replace(/[^\p{L}\p{N}]+/gu, " ")).trim();
}

/** More than so many in a hundred of its letters are capitals, unless it is short. */
function isLoud(words: string, capitals: number): boolean {
  if (words.length < CAPITALS_FROM_LETTERS || words === words.toLowerCase()) return false;
  const letters = words.match(/\p{L}/gu)?.length ?? 0;
  const loud = words.match(/\p{Lu}/gu)?.length ?? 0;
  return letters >= CAPITALS_FROM_LETTERS && loud * 100 > letters * capitals;
}

function tooFast(what: string, waitMs: number): AppError | undefined {
  return waitMs === 0 ? undefined : new AppError("E_RATE", `${what} Please wait a moment.`, { retryAfterMs: waitMs });
}
