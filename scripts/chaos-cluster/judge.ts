/**
 * The verdict on lines, answers and sessions. Nobody is asked whether they have missed something: what one player was
 * shown, every other who stood there must have been shown too, and what was said with an answer must have arrived.
 */
import { ABRUPT, BUS_AWAY, PARTED, type Asked, type Charge, type Counted, type FaultKind, type FaultRecord, type Heard, type Line, type Player, type Span, type Testimony } from "./evidence.ts";
import { historiesOf, type RoomHistory } from "./room-history.ts";
import { staysOf, type Stay } from "./stays.ts";

export interface Verdict {
  readonly charges: readonly Charge[];
  /** Words that were answered and that nobody had received when a process died: allowed, and counted. */
  readonly diedUnheard: number;
  /** Words at a distance that did not arrive everywhere while the bus or the listener's process was away: allowed, and counted. */
  readonly farUnheard: number;
  /** Tells that did not arrive, and whose speakers were told so: allowed, and counted. */
  readonly returned: number;
  /** Lines of a room that a parted process and its successor served at once, whose hearer was told that lines are missing; words that only the other half could have heard: allowed, and counted. */
  readonly parted: number;
  /** Pairs of a line and a player who had to hear it, and did. */
  readonly heardAsDue: number;
  readonly stays: number;
}

/** Codes that leave a player with nothing: the fault was not theirs, and trying again was not theirs to do. */
const NO_ANSWERS: ReadonlySet<string> = new Set(["E_MOVED", "E_DRAINING", "E_INTERNAL", "E_NETWORK", "E_TIMEOUT"]);
/** What is done to a process is felt this long before and after, in ms: answers and lines are on their way. */
const AROUND_MS = 1_500;

export function judge({ players, faults, busAway = [] }: Testimony): Verdict {
  const judging = new Judging(players, faults, busAway);
  return judging.verdict();
}

class Judging {
  readonly #players: readonly Player[];
  readonly #faults: readonly FaultRecord[];
  readonly #busAway: readonly Span[];
  readonly #histories: ReadonlyMap<string, RoomHistory>;
  readonly #stays: ReadonlyMap<Player, readonly Stay[]>;
  /** By token, who was shown it, and how often. */
  readonly #heardBy = new Map<string, Map<string, Heard[]>>();
  readonly #charges: Charge[] = [];
  #diedUnheard = 0;
  #farUnheard = 0;
  #returned = 0;
  #parted = 0;
  #heardAsDue = 0;

  constructor(players: readonly Player[], faults: readonly FaultRecord[], busAway: readonly Span[]) {
    this.#players = players;
    this.#faults = faults;
    this.#busAway = busAway;
    this.#histories = historiesOf(players);
    this.#stays = new Map(players.map((player) => [player, staysOf(player, this.#histories)]));
    for (const player of players) for (const heard of player.heard) this.#note(player, heard);
  }

  verdict(): Verdict {
    for (const player of this.#players) {
      this.#judgeStays(player);
      this.#judgeRepeats(player);
      this.#judgeOrder(player);
      this.#judgeAnswers(player);
      for (const asked of player.asked) this.#judgeTalk(player, asked);
    }
    this.#judgeNumbers();
    return {
      charges: this.#charges, diedUnheard: this.#diedUnheard, farUnheard: this.#farUnheard, returned: this.#returned, parted: this.#parted, heardAsDue: this.#heardAsDue,
      stays: [...this.#stays.values()].reduce((sum, stays) => sum + stays.length, 0),
    };
  }

  #note(player: Player, heard: Heard): void {
    const token = tokenIn(heard.line.text);
    if (token === null) return;
    let listeners = this.#heardBy.get(token);
    if (listeners === undefined) this.#heardBy.set(token, listeners = new Map<string, Heard[]>());
    const times = listeners.get(player.name);
    if (times === undefined) listeners.set(player.name, [heard]);
    else times.push(heard);
  }

  /** Whoever stood in a room from one line to another has been shown every line in between that anybody was shown. */
  #judgeStays(player: Player): void {
    const shown = new Set(player.heard.map(({ line }) => line.id));
    const replies = new Set(player.asked.flatMap(({ replies: texts }) => texts));
    for (const stay of this.#stays.get(player) ?? []) {
      const history = this.#histories.get(stay.room);
      for (const line of history?.between(stay.first, stay.last) ?? []) {
        if (shown.has(line.id)) this.#heardAsDue += 1;
        else if (!isExcepted(player, line, replies)) {
          const atMs = history!.firstHeardMs(line.number!);
          if (this.#wasParted(player, stay, atMs)) {
            this.#parted += 1;
            continue;
          }
          const lost = ABRUPT.has(this.#latestFault(atMs)?.kind ?? "players-cut");
          this.#charge(lost ? "talk lost" : "missed", "lines of a room", "lost", atMs, `${player.name} stood in ${stay.room} from line ${stay.first} to ${stay.last} and was not shown ${line.number} (${line.id}): ${line.text}`);
        }
      }
    }
  }

  /** No words are shown to anybody twice, nor to whoever said them. */
  #judgeRepeats(player: Player): void {
    const own = new Set(player.asked.flatMap(({ talk }) => talk?.token ?? []));
    const seen = new Map<string, Line>();
    for (const { line, atMs } of player.heard) {
      const token = tokenIn(line.text);
      if (token === null) continue;
      const before = seen.get(token);
      if (before !== undefined) this.#charge("doubled", "each line once", "doubled", atMs, `${player.name} was shown ${line.text} as ${before.id} and as ${line.id}`);
      if (own.has(token)) this.#charge("doubled", "own words in the answer only", "doubled", atMs, `${player.name} was shown its own words: ${line.text} (${line.id})`);
      seen.set(token, line);
    }
  }

  /** In one stay the lines of the room come in the order of their numbers. */
  #judgeOrder(player: Player): void {
    for (const stay of this.#stays.get(player) ?? []) {
      let last = -Infinity;
      for (const { line, atMs } of player.heard) {
        if (line.room !== stay.room || line.number === null || atMs < stay.fromMs || atMs > stay.toMs) continue;
        if (line.number < last) this.#charge("wrong", "order of lines", "wrong", atMs, `${player.name} was shown line ${line.number} of ${stay.room} after line ${last}: ${line.text}`);
        last = Math.max(last, line.number);
      }
    }
  }

  #judgeAnswers(player: Player): void {
    for (const { answeredMs, sentMs, line, status, code } of player.asked) {
      if (status === "error" && NO_ANSWERS.has(code ?? "")) this.#charge("answers lost", "answers answer", "lost", sentMs, `${player.name} was answered ${code} to ${JSON.stringify(line)}`);
      if (answeredMs === null) this.#charge("answers lost", "everybody is answered", "lost", sentMs, `${player.name} has no answer to ${JSON.stringify(line)}`);
    }
    if (player.loginsAgain > 0) this.#charge("logins", "sessions last", "lost", this.#faults.at(-1)?.strikes[0]?.atMs ?? 0, `${player.name} had to log in again ${player.loginsAgain} times`);
  }

  #judgeTalk(speaker: Player, asked: Asked): void {
    if (asked.talk === null || asked.status !== "ok" || asked.answeredMs === null) return;
    switch (asked.talk.kind) {
      case "say": return this.#judgeSay(speaker, asked);
      case "tell": return this.#judgeFar(speaker, asked, this.#players.filter(({ name }) => name === asked.talk?.to));
      case "channel": return this.#judgeFar(speaker, asked, this.#players.filter((player) => player !== speaker));
    }
  }

  /** What was said and answered has been heard by somebody, if anybody else was there all the time. (By whom else is judged by the stays.) */
  #judgeSay(speaker: Player, { talk, sentMs, answeredMs }: Asked): void {
    if (this.#heardBy.has(talk!.token)) return;
    const room = this.#stays.get(speaker)!.find((stay) => stay.fromMs <= sentMs && stay.toMs >= answeredMs!)?.room;
    if (room === undefined) return;
    const witness = this.#players.find((player) => player !== speaker && this.#stays.get(player)!.some((stay) => stay.room === room && Math.max(stay.fromMs, stay.seenMs) <= sentMs - AROUND_MS && stay.toMs >= answeredMs! + AROUND_MS));
    if (witness === undefined) return;
    if (this.#feels(ABRUPT, sentMs, answeredMs!)) this.#diedUnheard += 1;
    else if (this.#feels(PARTED, sentMs, answeredMs!)) this.#parted += 1;
    else this.#charge("missed", "words are heard", "lost", sentMs, `${speaker.name} said ${talk!.token} in ${room}, was answered, and nobody heard it; ${witness.name} was there`);
  }

  /** A tell, or a line on a channel. */
  #judgeFar(speaker: Player, { talk, sentMs, answeredMs, line }: Asked, listeners: readonly Player[]): void {
    for (const listener of listeners) {
      if (this.#heardBy.get(talk!.token)?.has(listener.name) === true) this.#heardAsDue += 1;
      else if (talk!.kind === "tell" && isToldSo(speaker, listener.name, sentMs)) this.#returned += 1;
      else if (this.#feels(BUS_AWAY, sentMs, answeredMs!) || this.#noBus(sentMs, answeredMs!) || this.#feels(ABRUPT, sentMs, answeredMs!)) this.#farUnheard += 1;
      else this.#charge("missed", `${talk!.kind}s arrive`, "lost", sentMs, `${listener.name} was not shown what was answered with ok: ${line}`);
    }
  }

  /** One number, one line. */
  #judgeNumbers(): void {
    for (const [room, { clashes }] of this.#histories) {
      for (const { one, other, atMs } of clashes) this.#charge("wrong", "numbers of lines", "doubled", atMs, `line ${one.number} of ${room} is ${one.id} (${one.text}) and ${other.id} (${other.text})`);
    }
  }

  /** It was on one side of a room that two processes served: it was told on coming over that lines are missing, or had only walked in on that side meanwhile. */
  #wasParted({ entered }: Player, { room, fromMs }: Stay, atMs: number): boolean {
    if (!this.#feels(PARTED, atMs, atMs)) return false;
    return this.#feels(PARTED, fromMs, fromMs) || entered.some((welcome) => welcome.room === room && !welcome.complete && welcome.atMs >= atMs - AROUND_MS && this.#feels(PARTED, welcome.atMs, welcome.atMs));
  }

  #noBus(fromMs: number, toMs: number): boolean {
    return this.#busAway.some((span) => span.fromMs <= toMs + AROUND_MS && span.toMs + AROUND_MS >= fromMs);
  }

  /** Whether a fault of these kinds was felt at any time between the two. */
  #feels(kinds: ReadonlySet<FaultKind>, fromMs: number, toMs: number): boolean {
    return this.#faults.some(({ kind, strikes, healedMs }) => kinds.has(kind) && strikes[0]!.atMs <= toMs + AROUND_MS && healedMs + AROUND_MS >= fromMs);
  }

  #latestFault(atMs: number): FaultRecord | undefined {
    return this.#faults.findLast(({ strikes }) => strikes[0]!.atMs - AROUND_MS <= atMs);
  }

  #charge(count: Counted, check: string, harm: Charge["harm"], atMs: number, detail: string): void {
    this.#charges.push({ count, check, harm, atMs, detail });
  }
}

/** A speaker who has spoken into the void reads so within this time. */
const TOLD_SO_MS = 5_000;

const isToldSo = ({ heard }: Player, listener: string, sentMs: number): boolean =>
  heard.some(({ atMs, line: { text } }) => atMs >= sentMs && atMs <= sentMs + TOLD_SO_MS && text === `Your words did not reach ${listener}.`);

/** Tokens look like `~3f~`; nothing else in the world does. */
const TOKEN = /~[0-9a-z]+~/;
export const tokenOf = (number: number): string => `~${number.toString(36)}~`;
export const tokenIn = (text: string): string | null => TOKEN.exec(text)?.[0] ?? null;

/** Lines that a player has in another form: of what it did, of what was done to it, or in an answer. */
function isExcepted({ name, asked }: Player, line: Line, replies: ReadonlySet<string>): boolean {
  const token = tokenIn(line.text);
  if (token !== null) return asked.some(({ talk }) => talk?.token === token);
  return line.sender === name || new RegExp(`\\b${name}\\b`).test(line.text) || replies.has(line.text);
}
