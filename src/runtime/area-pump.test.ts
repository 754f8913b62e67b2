import { beforeEach, expect, test } from "vitest";
import { aKind, anExit, aRoom, aWorld, type TestWorld } from "../../test/support/transcript.ts";
import { decide } from "../engine/decide.ts";
import type { CharacterId } from "../engine/ids.ts";
import type { Decision } from "../engine/decision.ts";
import { MAX_BLOCKED_MS } from "../limits.ts";
import { AppError } from "../protocol/codes.ts";
import { AreaPump } from "./area-pump.ts";
import type { CommitOutcome, CommitUnit } from "./ports.ts";
import type { Outlet } from "./outlet.ts";
import { ParkingSpace } from "./parking.ts";
import type { Task } from "./task.ts";

/** A store whose answers the test gives, one by one. */
class HeldCommits {
  readonly waiting: { unit: CommitUnit; settle: (outcome: CommitOutcome) => void }[] = [];
  commit(unit: CommitUnit): Promise<CommitOutcome> {
    return new Promise((settle) => this.waiting.push({ unit, settle }));
  }
  flush(): Promise<void> { return Promise.resolve(); }
  async answer(outcome: CommitOutcome = { kind: "committed", entry: "1" }): Promise<void> {
    const next = this.waiting.shift();
    if (next === undefined) throw new Error("nothing waits");
    next.settle(outcome);
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  }
}

let world: TestWorld;
let commits: HeldCommits;
let pump: AreaPump;
let heard: string[];
let answers: string[];
let broken: string[];
let down = false;
let downSinceMs = 0;

function goesDown(): void {
  if (down) return;
  down = true;
  downSinceMs = world.nowMs;
  pump.storageLost();
}

function comesBack(): void {
  down = false;
  pump.storageBack();
}

const silent: Outlet = {
  applied: () => undefined, room: (_, line) => { heard.push(line.text); }, personal: () => undefined, recent: () => [], brought: () => undefined, transfer: (_, seat) => { heard.push(`transfer ${String(seat["sessionId"])}`); },
  dismiss: () => undefined, closed: () => undefined,
};

beforeEach(() => {
  world = aWorld({
    rooms: [aRoom("yard", { exits: [anExit("north", "field"), anExit("south", "far")] }), aRoom("field"), aRoom("far", { area: "elsewhere" })],
    kinds: [aKind("sword"), aKind("lamp")],
  });
  commits = new HeldCommits();
  heard = [];
  answers = [];
  broken = [];
  down = false;
  pump = new AreaPump(world.area, 1, silent, {
    committer: commits, parkingSpace: new ParkingSpace(), nowMs: () => world.nowMs,
    storage: { get down() { return down; }, downForMs: () => (down ? world.nowMs - downSinceMs : 0), failed: () => { goesDown(); } },
    gate: { reserve: (area) => (area === ("elsewhere" as never) ? Promise.resolve({ sessionId: "seat1" }) : Promise.reject(new AppError("E_BUSY"))) },
    far: { toPlayer: () => undefined, toChannel: () => undefined, toAreas: () => undefined },
    observer: { applied: () => undefined },
    followUp: () => undefined,
    broken: (reason) => { broken.push(reason); },
    bug: (error) => { throw error instanceof Error ? error : new Error("not an error"); },
  });
  for (const name of ["Ada", "Ben", "Cy"]) world.person(name);
});

function types(name: string, line: string): void {
  const actor = name.toLowerCase() as CharacterId;
  const task: Task = {
    lane: actor, actor,
    decide: (): Decision => decide(world.area, actor, line, world.ctx),
    unit: () => ({ actor, room: null, request: null, command: line, reply: null }),
    applied: () => { answers.push(`${name}: ok`); return "over"; },
    queued: () => { answers.push(`${name}: queued`); },
    refused: (decision) => { answers.push(`${name}: ${decision.code}`); },
    failed: (error) => { answers.push(`${name}: ${error.code}`); },
  };
  pump.post(task);
}

test("nobody sees the sword move before it is written, and talk does not wait for it", async () => {
  world.item("sword", "yard");
  types("Ada", "get sword");
  types("Ben", "say nice sword");
  expect(answers).toEqual(["Ben: ok"]);
  expect(world.carries("Ada")).toEqual([]);
  await commits.answer();
  expect(answers).toEqual(["Ben: ok", "Ada: ok"]);
  expect(heard).toEqual(['Ben says, "nice sword"', "Ada gets a sword."]);
  expect(world.carries("Ada")).toEqual(["sword"]);
});

test("two hands, one sword: the second waits for the first to be written, then there is none", async () => {
  world.item("sword", "yard");
  types("Ada", "get sword");
  types("Ben", "get sword");
  expect(commits.waiting).toHaveLength(1);
  await commits.answer();
  expect(answers).toEqual(["Ada: ok", "Ben: no_such_item"]);
});

test("the database goes away in the middle: what was sent waits, talk goes on, and all is done in order when it is back", async () => {
  world.item("sword", "yard");
  types("Ada", "get sword");
  types("Ben", "get sword");
  await commits.answer({ kind: "unavailable", cause: "gone" });
  types("Ada", "say is anybody there?");
  types("Ada", "drop sword");
  expect([...new Set(answers)]).toEqual(["Ada: queued", "Ben: queued", "Ada: ok"]);
  expect(heard).toEqual(['Ada says, "is anybody there?"']);
  expect(commits.waiting).toHaveLength(0);
  answers = [];
  comesBack();
  await commits.answer();
  await commits.answer();
  expect(answers).toEqual(["Ada: ok", "Ben: no_such_item", "Ada: ok"]);
  expect(heard.at(-1)).toBe("Ada drops a sword.");
});

test("eight of one player wait, the ninth is refused; what waits half a minute is given up, and later ones are refused at once", () => {
  for (let index = 0; index < 10; index += 1) world.item("lamp", "yard", { id: `lamp${index}` as never });
  goesDown();
  for (let index = 0; index < 9; index += 1) types("Ada", "get lamp");
  expect(answers).toEqual([...Array.from({ length: 8 }, () => "Ada: queued"), "Ada: E_READONLY"]);
  answers = [];
  world.nowMs += 30_001;
  pump.giveUpExpired();
  expect(answers).toEqual(Array.from({ length: 8 }, () => "Ada: E_READONLY"));
  types("Ben", "get lamp");
  expect(answers.at(-1)).toBe("Ben: E_READONLY");
});

test("different things are written at the same time", () => {
  world.item("sword", "yard");
  world.item("lamp", "yard");
  types("Ada", "get sword");
  types("Ben", "get lamp");
  expect(commits.waiting).toHaveLength(2);
});

test("what waits is not overtaken by what it conflicts with", async () => {
  world.item("sword", "yard");
  world.item("lamp", "yard");
  types("Ada", "get sword");
  types("Ben", "get all"); // waits for the sword, and wants the lamp too
  types("Cy", "get lamp"); // must not snatch it meanwhile
  expect(commits.waiting).toHaveLength(1);
  await commits.answer();
  expect(commits.waiting.map(({ unit }) => unit.command)).toEqual(["get all"]);
  await commits.answer();
  expect(answers).toEqual(["Ada: ok", "Ben: ok", "Cy: no_such_item"]);
});

test("whoever has waited for their turn for too long is told so, unless it is the database that everybody waits for", async () => {
  const second = async (): Promise<void> => {
    pump.giveUpExpired();
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  };
  world.item("sword", "yard");
  world.item("lamp", "yard");
  types("Ada", "get sword");
  types("Cy", "get lamp");
  types("Ben", "get all");
  types("Ben", "say I can wait.");
  world.nowMs += MAX_BLOCKED_MS - 1;
  await commits.answer();
  await second();
  expect(answers).toEqual(["Ada: ok"]);
  world.nowMs += 1;
  down = true;
  await second();
  expect(answers).toEqual(["Ada: ok"]);
  down = false;
  await second();
  expect(answers).toEqual(["Ada: ok", "Ben: E_BUSY", "Ben: ok"]);
  // Asked again, it waits anew.
  types("Ben", "get all");
  await second();
  await commits.answer();
  expect(answers.slice(3)).toEqual(["Cy: ok", "Ben: nothing_here"]);
});

test("one character's commands run in order, talk included", async () => {
  world.item("sword", "yard");
  types("Ada", "get sword");
  types("Ada", "say got it");
  expect(answers).toEqual([]);
  await commits.answer();
  expect(heard).toEqual(["Ada gets a sword.", 'Ada says, "got it"']);
});

test("a walk into another area: the seat first, then the commit, then the transfer", async () => {
  types("Ada", "south");
  await Promise.resolve();
  await Promise.resolve();
  expect(commits.waiting).toHaveLength(1);
  expect(world.area.characters.has("ada" as never)).toBe(true);
  await commits.answer();
  expect(heard).toEqual(["Ada leaves south.", "transfer seat1"]);
  expect(world.area.characters.has("ada" as never)).toBe(false);
});

test("another owner: the area stops at once", async () => {
  world.item("sword", "yard");
  types("Ada", "get sword");
  await commits.answer({ kind: "fenced" });
  expect(answers).toEqual(["Ada: E_MOVED"]);
  expect(broken).toEqual(["another process owns the area"]);
});

test("a closed area turns everybody away, lets what is in flight end, and is drained then", async () => {
  world.item("sword", "yard");
  types("Ada", "get sword");
  types("Ada", "say hello");
  pump.close();
  expect(answers).toEqual(["Ada: E_MOVED"]);
  expect(() => types("Ben", "say hi")).toThrow("somewhere else");
  let drained = false;
  void pump.drained().then(() => { drained = true; });
  await commits.answer();
  expect(answers).toEqual(["Ada: E_MOVED", "Ada: ok"]);
  expect(drained).toBe(true);
});
