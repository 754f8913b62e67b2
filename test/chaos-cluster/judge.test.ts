/** The judge of `npm run chaos:cluster` on evidence made up for it: a sound story passes, each harm done to it is seen. */
import { describe, expect, test } from "vitest";
import type { Asked, Charge, Entered, FaultKind, FaultRecord, Heard, Line, Player } from "../../scripts/chaos-cluster/evidence.ts";
import { judge, tokenOf } from "../../scripts/chaos-cluster/judge.ts";
import { percentile, waitsOf } from "../../scripts/chaos-cluster/measure.ts";

/** Somebody of the story, while it is being told. */
class Somebody implements Player {
  readonly name: string;
  readonly character: string;
  heard: Heard[] = [];
  asked: Asked[] = [];
  entered: Entered[] = [];
  stood: { atMs: number; room: string }[] = [];
  loginsAgain = 0;
  transfers = [];

  constructor(name: string, room: string) {
    this.name = name;
    this.character = `char-${name}`;
    this.stood.push({ atMs: 0, room });
  }

  hears(atMs: number, line: Line): void {
    const later = this.heard.findIndex((heard) => heard.atMs > atMs);
    this.heard.splice(later < 0 ? this.heard.length : later, 0, { atMs, line, replayed: false });
  }

  asks(sentMs: number, line: string, more: Partial<Asked> = {}): Asked {
    const asked: Asked = { line, sentMs, moves: false, talk: null, answeredMs: sentMs + 5, status: "ok", code: null, welcomedMs: 0, replies: [], ...more };
    this.asked.push(asked);
    return asked;
  }
}

const line = (room: string, number: number, text: string, more: Partial<Line> = {}): Line => ({ id: `${room}:${number}`, room, number, text, type: "say", sender: null, ...more });
const fault = (kind: FaultKind, atMs: number, more: Partial<FaultRecord> = {}): FaultRecord => ({
  kind, strikes: [{ atMs, middle: { command: 5, transfer: 2, line: 3 } }], healedMs: atMs + 5_000, affected: new Set(["Ann"]), counts: true, ...more,
});

/**
 * Ann, Ben, Fay and Cis stand in the inn; Ann says something every second. At 10 s Cis walks to the bridge, where Dan
 * talks to Eve, and at 20 s she comes back. All is as it should be.
 */
function story() {
  const [ann, ben, cis, fay, dan, eve] = ["Ann", "Ben", "Cis", "Fay", "Dan", "Eve"].map((name) => new Somebody(name, name < "D" || name === "Fay" ? "inn" : "bridge")) as [Somebody, Somebody, Somebody, Somebody, Somebody, Somebody];
  const said: Line[] = [];
  const cisIsIn = (second: number, room: string): boolean => (room === "inn" ? second < 10 || second > 20 : second > 10 && second < 20);
  for (let second = 1; second <= 30; second += 1) {
    const atMs = second * 1_000;
    if (second === 10) {
      cis.asks(atMs, "north", { moves: true });
      for (const each of [ann, ben, fay]) each.hears(atMs + 20, line("inn", second, "Cis leaves north.", { type: "move", sender: "Cis" }));
      for (const each of [dan, eve]) each.hears(atMs + 20, line("bridge", second, "Cis arrives from the south.", { type: "move", sender: "Cis" }));
      cis.entered.push({ atMs: atMs + 30, room: "bridge", line: second, complete: true });
    } else if (second === 20) {
      cis.asks(atMs, "south", { moves: true });
      for (const each of [ann, ben, fay]) each.hears(atMs + 20, line("inn", second, "Cis arrives from the north.", { type: "move", sender: "Cis" }));
      for (const each of [dan, eve]) each.hears(atMs + 20, line("bridge", second, "Cis leaves south.", { type: "move", sender: "Cis" }));
      cis.entered.push({ atMs: atMs + 30, room: "inn", line: second, complete: true });
    } else {
      for (const [speaker, others, room] of [[ann, [ben, fay], "inn"], [dan, [eve], "bridge"]] as const) {
        const token = tokenOf(second * 10 + (room === "inn" ? 1 : 2));
        const spoken = line(room, second, `${speaker.name} says, "${token} hello"`, { sender: speaker.name });
        said.push(spoken);
        speaker.asks(atMs, `say ${token} hello`, { talk: { token, kind: "say", to: null }, replies: [`You say, "${token} hello"`] });
        for (const other of [...others, ...(cisIsIn(second, room) ? [cis] : [])]) other.hears(atMs + 20, spoken);
      }
    }
  }
  return { ann, ben, cis, fay, dan, eve, said, players: [ann, ben, cis, fay, dan, eve] };
}

const brief = (charges: readonly Charge[]): string[] => charges.map(({ count, check }) => `${count}: ${check}`);
const unhear = (who: Somebody, which: (heard: Heard) => boolean): void => void (who.heard = who.heard.filter((heard) => !which(heard)));

test("a story in which everybody is shown what is due to them passes", () => {
  const { players } = story();
  const verdict = judge({ players, faults: [fault("kill", 15_000)] });
  expect(verdict.charges).toEqual([]);
  // The 28 lines of Ben, Fay and Eve each, and Cis' 9 and 10 in the inn and 9 on the bridge, but for the first of each.
  expect(verdict.heardAsDue).toBeGreaterThan(100);
  expect(verdict.diedUnheard + verdict.farUnheard).toBe(0);
});

describe("a line that somebody was not shown", () => {
  test("in the middle of a stay", () => {
    const { players, ben } = story();
    unhear(ben, ({ line: { number } }) => number === 7);
    const { charges } = judge({ players, faults: [] });
    expect(brief(charges)).toEqual(["missed: lines of a room"]);
    expect(charges[0]!.detail).toContain("Ben stood in inn");
  });

  test("right after coming in: others saw when that was", () => {
    const { players, cis } = story();
    // Her welcome came late, and what was said between her arrival and it is gone.
    unhear(cis, ({ line: { room, number } }) => room === "bridge" && (number === 11 || number === 12));
    cis.entered[0] = { ...cis.entered[0]!, line: 12 };
    expect(brief(judge({ players, faults: [] }).charges)).toEqual(["missed: lines of a room", "missed: lines of a room"]);
  });

  test("right before going out: others saw when that was", () => {
    const { players, cis } = story();
    unhear(cis, ({ line: { room, number } }) => room === "inn" && number === 9);
    expect(brief(judge({ players, faults: [] }).charges)).toEqual(["missed: lines of a room"]);
  });

  test("is not looked for up to the departure of a later stay, when that of this one was heard by nobody", () => {
    const { players, ann, ben, cis, fay } = story();
    for (const each of [ann, ben, fay]) unhear(each, ({ line: { text } }) => text === "Cis leaves north.");
    // She is back at once, and goes again.
    cis.asks(10_400, "south", { moves: true });
    cis.asks(10_800, "north", { moves: true });
    for (const each of [ann, ben, fay]) {
      each.hears(10_200, line("inn", 10.2, "Nobody is there to see this.", { type: "ambiance" }));
      each.hears(10_810, line("inn", 10.8, "Cis leaves north.", { type: "move", sender: "Cis" }));
    }
    expect(judge({ players, faults: [] }).charges).toEqual([]);
  });

  test("is not due to whoever had been there a moment before, by the same line of steps", () => {
    const { players, ann, ben, fay, cis } = story();
    cis.asks(24_000, "north", { moves: true, answeredMs: 24_100 });
    cis.stood.push({ atMs: 24_150, room: "bridge" });
    for (const each of [ann, ben, fay]) each.hears(24_010, line("inn", 23.9, "Cis leaves north.", { type: "move", sender: "Cis" }));
    // She comes in, goes, and comes in again; what is said at 25 s falls in between.
    cis.asks(24_200, "south;north;south", { moves: true, answeredMs: 25_500 });
    for (const each of [ann, ben, fay]) {
      each.hears(24_300, line("inn", 24.2, "Cis arrives from the north.", { type: "move", sender: "Cis" }));
      each.hears(24_800, line("inn", 24.9, "Cis leaves north.", { type: "move", sender: "Cis" }));
      each.hears(25_300, line("inn", 25.5, "Cis arrives from the north.", { type: "move", sender: "Cis" }));
      each.hears(24_400, line("inn", 24.3, "The fire crackles.", { type: "ambiance" }));
    }
    cis.entered.push({ atMs: 24_310, room: "inn", line: 24, complete: true }, { atMs: 25_310, room: "inn", line: 25.4, complete: true });
    cis.hears(24_410, line("inn", 24.3, "The fire crackles.", { type: "ambiance" }));
    unhear(cis, ({ line: { room, number } }) => room === "inn" && number === 25);
    expect(judge({ players, faults: [] }).charges).toEqual([]);
  });

  test("is not due since an earlier stay in the same room, of which lines were sent again after the steps out and back had been answered", () => {
    const { ann, ben } = { ann: new Somebody("Ann", "inn"), ben: new Somebody("Ben", "inn") };
    ben.asks(1_000, "down;up", { moves: true });
    // Over the next connection: what fell before it went down (nobody was there to see it go), and the welcome to where it stands since.
    ben.heard.push({ atMs: 1_100, line: line("inn", 33, "The fire crackles."), replayed: true });
    ben.entered.push({ atMs: 1_101, room: "inn", line: 38, complete: true });
    for (const number of [37, 38]) ann.hears(1_020, line("inn", number, `Somebody arrives (${number}).`, { type: "move", sender: "Cis" }));
    for (const each of [ann, ben]) each.hears(1_200, line("inn", 40, "The fire crackles."));
    expect(judge({ players: [ann, ben], faults: [] }).charges).toEqual([]);
    // What has fallen since that welcome is due.
    ann.hears(1_150, line("inn", 39, "A log falls."));
    expect(brief(judge({ players: [ann, ben], faults: [] }).charges)).toEqual(["missed: lines of a room"]);
  });

  test("is not due from an earlier coming on that was read of late, when its own is the line after that of its welcome", () => {
    const { players, ann, ben, cis, fay } = story();
    for (const each of [ann, ben, fay]) {
      unhear(each, ({ line: { text } }) => text === "Cis leaves north.");
      each.hears(20_500, line("inn", 10, "Cis arrives from the east.", { type: "move", sender: "Cis" }));
    }
    cis.entered[1] = { atMs: 20_030, room: "inn", line: 19, complete: true };
    expect(judge({ players, faults: [] }).charges.filter(({ count }) => count !== "wrong")).toEqual([]);
  });

  test("counts as talk that was lost when a process had died just before, since another had heard it", () => {
    const { players, ben } = story();
    unhear(ben, ({ line: { number } }) => number === 15);
    expect(brief(judge({ players, faults: [fault("players-cut", 3_000), fault("kill", 15_010)] }).charges)).toEqual(["talk lost: lines of a room"]);
  });

  test("is no harm where it was not there", () => {
    const { players, cis } = story();
    expect(cis.heard.some(({ line: { room, number } }) => room === "inn" && number === 15)).toBe(false);
    expect(judge({ players, faults: [] }).charges).toEqual([]);
  });

  test("is no harm when it had the same in its answer, or did it itself", () => {
    const { players, ann, ben, cis, fay } = story();
    const given = line("inn", 5.5, "Ann gives a lamp to Cis.", { type: "action", sender: "Ann" });
    const answered = line("inn", 5.6, 'The host says, "You are welcome, all of you."', { type: "npc" });
    for (const each of [ben, fay]) each.hears(5_600, given);
    for (const each of [ben, cis, fay]) each.hears(5_700, answered);
    ann.asks(5_650, "say thank you", { replies: ['The host says, "You are welcome, all of you."'] });
    expect(judge({ players, faults: [] }).charges).toEqual([]);
  });

  test("that was heard under another number before the process died is not missed", () => {
    const { players, ben, cis, said } = story();
    // Said again by the next owner, since its answer was lost: Ben drops it by its id.
    const again = { ...said.find(({ room, number }) => room === "inn" && number === 7)!, number: 7.5 };
    cis.heard = cis.heard.map((heard) => (heard.line.id === again.id ? { ...heard, atMs: 7_500, line: again } : heard));
    expect(ben.heard.some(({ line: { id } }) => id === again.id)).toBe(true);
    expect(judge({ players, faults: [] }).charges).toEqual([]);
  });

  test("is no harm when only lines sent again are of that room: they are of one that it had left", () => {
    const { players, cis } = story();
    // Cut off on the way, she is given what she had missed on the bridge, and stands in a cellar where nothing is said.
    unhear(cis, ({ line: { room } }) => room === "bridge");
    cis.entered[0] = { ...cis.entered[0]!, room: "cellar", line: 0 };
    cis.heard.push({ atMs: 10_040, line: line("bridge", 10, "Cis arrives from the south.", { type: "move", sender: "Cis" }), replayed: true });
    cis.asks(15_000, "say anybody?", { talk: { token: tokenOf(9_999), kind: "say", to: null } });
    expect(judge({ players, faults: [] }).charges).toEqual([]);
  });

  test("a walk that was refused does not end a stay", () => {
    const { players, ben } = story();
    ben.asks(6_500, "west", { moves: true, status: "refused" });
    unhear(ben, ({ line: { number } }) => number === 6 || number === 7);
    expect(judge({ players, faults: [] }).charges).toHaveLength(2);
  });
});

describe("while a process is parted from the database", () => {
  const parted = (complete: boolean) => {
    const { players, ben } = story();
    unhear(ben, ({ line: { number } }) => number === 7);
    ben.entered.push({ atMs: 7_600, room: "inn", line: 7, complete });
    return players;
  };

  test("whoever comes over to its successor may have missed what was said there, if told so", () => {
    const verdict = judge({ players: parted(false), faults: [fault("database-partition", 6_000)] });
    expect(verdict.charges).toEqual([]);
    expect(verdict.parted).toBe(1);
  });

  test("it is missed where nobody was told, and where the fault was another", () => {
    expect(brief(judge({ players: parted(true), faults: [fault("database-partition", 6_000)] }).charges)).toEqual(["missed: lines of a room"]);
    expect(brief(judge({ players: parted(false), faults: [fault("peers-hang", 6_000)] }).charges)).toEqual(["missed: lines of a room"]);
  });
});

describe("words that nobody heard", () => {
  const silence = (players: readonly Somebody[], number: number): void => players.forEach((player) => unhear(player, ({ line: at }) => at.room === "inn" && at.number === number));

  test("are missed where somebody was there", () => {
    const { players } = story();
    silence(players, 25);
    expect(brief(judge({ players, faults: [fault("players-cut", 24_900)] }).charges)).toEqual(["missed: words are heard"]);
  });

  test("may die with a process, and are counted", () => {
    const { players } = story();
    silence(players, 25);
    const verdict = judge({ players, faults: [fault("kill", 25_010)] });
    expect(verdict.charges).toEqual([]);
    expect(verdict.diedUnheard).toBe(1);
  });

  test("are no harm where the only one who might have heard them was still on the way: a seat that does not answer is given up after seconds", () => {
    const { ann, cis, dan, eve } = story();
    unhear(cis, ({ line: { room, number } }) => room === "inn" && (number === 21 || number === 22));
    unhear(ann, ({ line: { room, number } }) => room === "inn" && number === 20);
    ann.hears(22_900, line("inn", 22.5, "Cis arrives from the north.", { type: "move", sender: "Cis" }));
    cis.entered[1] = { atMs: 22_950, room: "inn", line: 22.4, complete: true };
    expect(judge({ players: [ann, cis, dan, eve], faults: [fault("players-cut", 19_900)] }).charges).toEqual([]);
  });

  test("are no harm where nobody was there", () => {
    const { players, eve, dan } = story();
    eve.heard = [];
    eve.stood = [];
    expect(dan.asked.some(({ sentMs }) => sentMs === 25_000)).toBe(true);
    expect(judge({ players, faults: [] }).charges).toEqual([]);
  });
});

test("a line shown twice under two ids is doubled, own words too", () => {
  const { players, ben, ann } = story();
  const spoken = ben.heard[3]!.line;
  ben.hears(5_500, { ...spoken, id: "other", number: null });
  expect(brief(judge({ players, faults: [] }).charges)).toEqual(["doubled: each line once"]);
  unhear(ben, ({ line: { id } }) => id === "other");
  ann.hears(5_500, spoken);
  expect(brief(judge({ players, faults: [] }).charges)).toEqual(["doubled: own words in the answer only"]);
});

test("lines out of order, and one number for two lines, are wrong", () => {
  const { players, ben } = story();
  const [third] = ben.heard.splice(2, 1);
  ben.heard.splice(4, 0, third!);
  expect(brief(judge({ players, faults: [] }).charges)).toEqual(["wrong: order of lines"]);
  const other = story();
  other.cis.heard[2] = { ...other.cis.heard[2]!, line: { ...other.cis.heard[2]!.line, id: "another line" } };
  expect(brief(judge({ players: other.players, faults: [] }).charges)).toContain("wrong: numbers of lines");
});

describe("talk at a distance", () => {
  const tell = (kind: "tell" | "channel", heardBy: (name: string) => boolean) => {
    const told = story();
    const token = tokenOf(999);
    told.ann.asks(12_000, `${kind} ${token}`, { talk: { token, kind, to: kind === "tell" ? "Dan" : null } });
    for (const player of told.players.filter(({ name }) => heardBy(name))) player.hears(12_020, { id: `${token} ${player.name}`, room: "inn", number: null, text: `Ann: ${token}`, type: kind, sender: "Ann" });
    return told.players;
  };

  test("arrives where it should", () => {
    expect(judge({ players: tell("tell", (name) => name === "Dan"), faults: [] }).charges).toEqual([]);
    expect(judge({ players: tell("channel", (name) => name !== "Ann"), faults: [] }).charges).toEqual([]);
  });

  test("is missed by each who was not shown it", () => {
    expect(brief(judge({ players: tell("tell", () => false), faults: [fault("players-cut", 11_990)] }).charges)).toEqual(["missed: tells arrive"]);
    expect(brief(judge({ players: tell("channel", () => false), faults: [fault("rolling-reload", 11_990)] }).charges)).toEqual(Array.from({ length: 5 }, () => "missed: channels arrive"));
  });

  test("is not missed when the speaker was told that it did not arrive", () => {
    const players = tell("tell", () => false);
    players[0]!.hears(12_100, { id: "told so", room: "inn", number: null, text: "Your words did not reach Dan.", type: "info", sender: null });
    const verdict = judge({ players, faults: [] });
    expect(verdict.charges).toEqual([]);
    expect(verdict.returned).toBe(1);
  });

  test("may be local while the bus is away, and is counted", () => {
    const verdict = judge({ players: tell("channel", (name) => name === "Ben"), faults: [fault("redis-hang", 11_000)] });
    expect(verdict.charges).toEqual([]);
    expect(verdict.farUnheard).toBe(4);
    const byItself = judge({ players: tell("channel", () => false), faults: [], busAway: [{ fromMs: 11_000, toMs: 12_500 }] });
    expect([byItself.charges.length, byItself.farUnheard], "by the processes' own words").toEqual([0, 5]);
  });
});

test("a command without an answer, one that only heard of the fault, and a session that ended are lost", () => {
  const { players, ann, ben, cis } = story();
  cis.asks(29_500, "look", { status: "error", code: "E_MOVED" });
  ben.asks(29_500, "look", { status: "error", code: "E_STORAGE" });
  ann.asks(29_000, "look", { answeredMs: null, status: null });
  ben.loginsAgain = 1;
  expect(brief(judge({ players, faults: [] }).charges).sort()).toEqual(["answers lost: answers answer", "answers lost: everybody is answered", "logins: sessions last"]);
});

test("waits: from the strike to the first command done on a new connection, and the longest wait of each", () => {
  const { players, ann, ben } = story();
  ann.asked = [];
  ben.asked = [];
  ann.asks(9_990, "answered before the strike, read after it", { answeredMs: 10_001, welcomedMs: 0 });
  ann.asks(9_995, "lost with the process and done by the next", { answeredMs: 11_200, welcomedMs: 11_150 });
  ben.asks(10_500, "look", { answeredMs: 10_510 });
  const waits = waitsOf(fault("kill", 10_000, { healedMs: 12_000 }), [ann, ben]);
  expect(waits.recoveriesMs).toEqual([1_200]);
  expect(waits.pausesMs).toEqual([1_205, 10]);
  expect(players).toHaveLength(6);
  expect(percentile([5, 1, 4, 2, 3], 0.5)).toBe(3);
  expect(percentile([1, 2], 0.99)).toBe(2);
  expect(percentile([], 0.5)).toBeUndefined();
});
