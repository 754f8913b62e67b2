import { expect, test } from "vitest";
import { Seconds } from "../../../test/support/seconds.ts";
import { anExit, anNpcKind, aRoom, aWorld, type TestWorld } from "../../../test/support/transcript.ts";
import { apply } from "../apply.ts";
import type { SpawnDef } from "../content.ts";
import type { Accepted } from "../decision.ts";
import { asId } from "../ids.ts";
import { decideNpcCame, decideNpcTurnedBack } from "./ways.ts";

const npcSpawn = (kind: string, room: string, more: Partial<SpawnDef> = {}): SpawnDef => ({ id: asId(`${kind}_spawn`), area: asId("here"), room: asId(room), what: { type: "npc", kind: asId(kind) }, quantity: 1, in: null, respawnS: null, ...more });
const door = { id: asId<never>("gate"), name: "a gate", keywords: ["gate"], key: null, initially: "closed" as const };

/** A square with a lane to the north, a shop to the east, a gate to the west, a crack behind which it is dark, and a far road. */
const rooms = [
  aRoom("square", { exits: [anExit("north", "lane"), anExit("east", "shop"), anExit("west", "field", { door: "gate" }), anExit("crack", "cave", { hidden: true }), anExit("south", "far")] }),
  aRoom("lane", { exits: [anExit("south", "square"), anExit("up", "loft"), anExit("ladder", "loft", { leaveText: "{actor} scrambles up the ladder." })] }),
  aRoom("loft", { exits: [anExit("down", "lane")] }),
  aRoom("shop", { noWander: true, exits: [anExit("west", "square")] }),
  aRoom("field", { exits: [anExit("east", "square", { door: "gate" })] }),
  aRoom("cave", { indoors: true, dark: true, exits: [anExit("out", "square")] }),
  aRoom("far", { area: "there" }),
];
const cat = anNpcKind("cat", { name: "a stray cat", wander: { everyS: 60, rooms: "area" } });
const watchman = anNpcKind("watchman", { name: "the watchman", patrol: { everyS: 45, route: ["square", "lane", "loft", "lane"] } });
const marta = anNpcKind("marta", { name: "Marta", greet: { cooldownS: 600, lines: ['"Good day, {name}!"'] } });
const crier = anNpcKind("crier", { name: "the crier", chatter: { everyS: 60, lines: [{ text: '"Hear ye!"' }, { text: "yawns.", phases: ["night"] }] } });

function town(kinds = [cat], spawns = [npcSpawn("cat", "square")]): TestWorld {
  return aWorld({ rooms, npcs: kinds, spawns, content: { doors: new Map([[door.id, door]]) } });
}
const where = (world: TestWorld, spawn: string): string | undefined => world.area.npcs.get(asId(`${spawn}#1`))?.room;
const moves = (decisions: readonly Accepted[]): string[] => decisions.flatMap((decision) => decision.events.flatMap((event) => (event.type === "npc-moved" ? [`${event.from}>${event.to}`] : [])));

test("a cat wanders for an hour: only where it may, about once a minute, and people see it come and go", () => {
  const world = town();
  world.person("Ada");
  world.person("Ben", { room: asId("lane") });
  const seconds = new Seconds(world, 7);
  const seen = new Set<string>();
  seconds.pass(3600, () => seen.add(where(world, "cat_spawn")!));

  expect(seen).toEqual(new Set(["square", "lane", "loft"]));
  const went = moves(seconds.decided);
  expect(went.length).toBeGreaterThan(45);
  expect(went.length).toBeLessThan(75);
  const ada = world.reads("Ada").filter((line) => line.includes("cat"));
  expect(new Set(ada)).toEqual(new Set(["A stray cat wanders north.", "A stray cat arrives from the north."]));
  expect(ada.length).toBe(went.filter((move) => move.includes("square")).length);
  expect(new Set(world.reads("Ben").filter((line) => line.includes("cat")))).toEqual(new Set(["A stray cat wanders south.", "A stray cat arrives from the south.", "A stray cat wanders up.", "A stray cat scrambles up the ladder.", "A stray cat arrives from above."]));
});

test("one seed, one hour; another seed, another", () => {
  const hour = (seed: number): Accepted[] => {
    const world = town([cat, watchman, marta, crier], [npcSpawn("cat", "square"), npcSpawn("watchman", "square"), npcSpawn("marta", "shop"), npcSpawn("crier", "square")]);
    world.person("Ada");
    const seconds = new Seconds(world, seed);
    seconds.pass(3600);
    return seconds.decided;
  };
  expect(hour(3)).toEqual(hour(3));
  expect(hour(3)).not.toEqual(hour(4));
});

test("an open gate lets it through, a guard does not, and a list of rooms binds it", () => {
  const guard = anNpcKind("guard", { guard: { exit: "north", passItem: null, passQuest: null, refusal: "no." } });
  const world = town([cat, guard], [npcSpawn("cat", "square"), npcSpawn("guard", "square")]);
  world.person("Ada");
  world.area.doors.get(asId("gate"))!.open = true;
  const seconds = new Seconds(world, 1);
  seconds.pass(1200);
  expect(new Set(moves(seconds.decided))).toEqual(new Set(["square>field", "field>square"]));

  const timid = aWorld({ rooms, npcs: [anNpcKind("cat", { wander: { everyS: 60, rooms: [asId("square"), asId("lane")] } })], spawns: [npcSpawn("cat", "square")], content: { doors: new Map([[door.id, door]]) } });
  const more = new Seconds(timid, 1);
  more.pass(3000);
  expect(new Set(moves(more.decided))).toEqual(new Set(["square>lane", "lane>square"]));
});

test("a watchman walks his round in its order, and goes on where he stands after a restart", () => {
  const world = town([watchman], [npcSpawn("watchman", "square")]);
  const seconds = new Seconds(world, 2);
  seconds.pass(600);
  const round = ["square>lane", "lane>loft", "loft>lane", "lane>square"];
  const went = moves(seconds.decided);
  expect(went.length).toBeGreaterThan(8);
  expect(went).toEqual(went.map((_, index) => round[index % 4]));

  const again = town([watchman], [npcSpawn("watchman", "loft")]);
  const after = new Seconds(again, 2);
  after.pass(600);
  expect(moves(after.decided).slice(0, 3)).toEqual(["loft>lane", "lane>square", "square>lane"]);
});

test("a watchman astray finds the way back to his round; where there is none he waits", () => {
  const world = town([watchman], [npcSpawn("watchman", "field")]);
  const seconds = new Seconds(world, 2);
  seconds.pass(300);
  expect(moves(seconds.decided)).toEqual([]);
  world.area.doors.get(asId("gate"))!.open = true;
  seconds.pass(300);
  expect(moves(seconds.decided).slice(0, 3)).toEqual(["field>square", "square>lane", "lane>loft"]);
});

test("whoever comes in is greeted a moment later, once in the cooldown, by name", () => {
  const world = town([marta], [npcSpawn("marta", "square")]);
  const seconds = new Seconds(world, 5);
  seconds.pass(3);
  world.person("Ada");
  seconds.tick();
  expect(world.reads("Ada"), "not at once").toEqual([]);
  seconds.pass(4);
  expect(world.reads("Ada")).toEqual(['Marta says, "Good day, Ada!"']);
  world.as("Ada", "north");
  world.as("Ada", "south");
  world.reads("Ada");
  seconds.pass(900);
  expect(world.reads("Ada"), "not again while she stays, nor within the cooldown").toEqual([]);
  world.as("Ada", "north");
  seconds.pass(2);
  world.as("Ada", "south");
  world.reads("Ada");
  seconds.pass(5);
  expect(world.reads("Ada")).toEqual(['Marta says, "Good day, Ada!"']);
});

test("a crowd is greeted one by one, and sleepers are left in peace", () => {
  const world = town([marta], [npcSpawn("marta", "square")]);
  const seconds = new Seconds(world, 5);
  world.person("Ada");
  world.person("Ben");
  world.person("Cal", { position: "sleeping" });
  seconds.pass(12, (decisions) => expect(decisions.filter((decision) => decision.messages.length > 0).length).toBeLessThanOrEqual(1));
  expect(world.reads("Ada").toSorted()).toEqual(['Marta says, "Good day, Ada!"', 'Marta says, "Good day, Ben!"']);
  expect(world.reads("Cal")).toEqual([]);
});

test("a crier cries now and then, what fits the hour, when somebody is awake to hear it", () => {
  const world = town([crier], [npcSpawn("crier", "square")]);
  const seconds = new Seconds(world, 5);
  seconds.pass(600);
  expect(seconds.decided.flatMap((decision) => decision.messages), "nobody is there").toEqual([]);
  const ada = world.person("Ada");
  seconds.pass(420);
  const heard = world.reads("Ada");
  expect(new Set(heard)).toEqual(new Set(['The crier says, "Hear ye!"']));
  expect(heard.length).toBeGreaterThan(3);
  expect(heard.length).toBeLessThan(12);
  ada.position = "sleeping";
  seconds.pass(600);
  expect(world.reads("Ada")).toEqual([]);
});

test("after a long pause nobody bursts into speech: everything is planned anew, and spread", () => {
  const spawns = Array.from({ length: 20 }, (_, index) => npcSpawn("crier", "square", { id: asId(`crier${index}`) }));
  const world = town([crier], spawns);
  world.person("Ada");
  const seconds = new Seconds(world, 5);
  seconds.pass(120);
  world.reads("Ada");
  seconds.sleep(40_000);
  seconds.tick();
  expect(world.reads("Ada").filter((line) => line.includes("Hear"))).toEqual([]);
  const due = new Set([...world.area.npcs.values()].map((npc) => npc.chatterAtMs));
  expect(due.size).toBeGreaterThan(15);
  expect(Math.min(...due)).toBeGreaterThan(world.nowMs);
  let most = 0;
  seconds.pass(60, () => { most = Math.max(most, world.reads("Ada").filter((line) => line.includes("Hear")).length); });
  expect(most).toBeLessThan(5);
});

test("more than a tick may move wait for the next, the longest due first", () => {
  const spawns = Array.from({ length: 70 }, (_, index) => npcSpawn("cat", "square", { id: asId(`cat${index}`) }));
  const world = town([cat], spawns);
  [...world.area.npcs.values()].forEach((npc, index) => { npc.wanderAtMs = world.nowMs + 990 - index; });
  const seconds = new Seconds(world, 5);
  seconds.pass(1);
  const first = new Set(seconds.decided.flatMap((decision) => decision.events.flatMap((event) => (event.type === "npc-moved" ? [event.npc as string] : []))));
  expect(first.size).toBe(50);
  expect(first.has("cat69#1")).toBe(true);
  expect(first.has("cat0#1")).toBe(false);
  seconds.pass(1);
  expect(moves(seconds.decided).length).toBe(70);
});

test("one that was sent away comes home, and is seen to", () => {
  const world = town([cat], [npcSpawn("cat", "square")]);
  world.person("Ada");
  world.take({ kind: "accepted", events: [{ type: "npc-gone", npc: asId("cat_spawn#1"), untilMs: world.nowMs + 5000 }], messages: [], reads: new Set(), writes: new Set(), handoff: null, followUps: [], quits: false, deterministicId: null });
  const seconds = new Seconds(world, 5);
  seconds.pass(4);
  expect(world.reads("Ada")).toEqual([]);
  seconds.pass(1);
  expect(world.reads("Ada")).toEqual(["A stray cat is back."]);
  expect(world.area.rooms.get(asId("square"))?.npcs.has(asId("cat_spawn#1"))).toBe(true);
});

test("in the dark something stirs", () => {
  const world = aWorld({
    rooms: [aRoom("cave", { indoors: true, dark: true, exits: [anExit("out", "yard")] }), aRoom("yard", { exits: [anExit("in", "cave")] })],
    npcs: [cat], spawns: [npcSpawn("cat", "cave")],
  });
  world.person("Ada");
  world.person("Ben", { room: asId("yard") });
  const seconds = new Seconds(world, 5);
  seconds.pass(300);
  expect(new Set(world.reads("Ada"))).toEqual(new Set(["Something moves in the dark."]));
  expect(new Set(world.reads("Ben"))).toEqual(new Set(["A stray cat arrives.", "A stray cat wanders in."]));
});

test("a postman walks out of the area on his round: he is nobody's here any more, and those who saw him go read where to", () => {
  const postman = anNpcKind("postman", { name: "the postman", patrol: { everyS: 45, route: ["square", "far", "square", "lane"] } });
  const world = town([postman], [npcSpawn("postman", "square")]);
  world.person("Ada");
  const seconds = new Seconds(world, 7);
  seconds.pass(120);

  const left = seconds.decided.flatMap((decision) => decision.events.flatMap((event) => (event.type === "npc-left" ? [event] : [])));
  expect(left).toEqual([{ type: "npc-left", npc: { id: "postman_spawn#1", kind: "postman", spawn: "postman_spawn", patrolIndex: 1 }, from: "square", to: "far", toArea: "there", came: "the north" }]);
  expect(where(world, "postman_spawn")).toBeUndefined();
  expect(world.area.rooms.get(asId("square"))!.npcs.size).toBe(0);
});

test("he comes into the other area, is seen, and comes only once; where nobody would see him he is away for two steps", () => {
  const postman = anNpcKind("postman", { name: "the postman", patrol: { everyS: 45, route: ["square", "far", "square", "lane"] } });
  const world = town([postman], []);
  world.person("Ada");
  const walker = { id: asId<never>("postman_spawn#1"), kind: asId<never>("postman"), spawn: asId<never>("postman_spawn"), patrolIndex: 2 };
  const came = decideNpcCame(world.area, walker, asId("square"), "the south", world.ctx)!;
  for (const event of came.events) apply(world.area, event);
  expect(where(world, "postman_spawn")).toBe("square");
  expect(came.messages.map(({ key, params }) => [key, params["from"]])).toEqual([["npc.arrives_from", "the south"]]);
  expect(decideNpcCame(world.area, walker, asId("square"), "the south", world.ctx)).toBeNull();
  // His round goes on where it was: to the lane, not back to the far road.
  const seconds = new Seconds(world, 7);
  seconds.pass(60);
  expect(moves(seconds.decided)[0]).toBe("square>lane");

  const other = town([postman], []);
  for (const event of decideNpcTurnedBack(other.area, walker, asId("square"), other.ctx)!.events) apply(other.area, event);
  expect(other.area.rooms.get(asId("square"))!.npcs.size).toBe(0);
  new Seconds(other, 7).pass(89);
  expect(other.area.rooms.get(asId("square"))!.npcs.size).toBe(0);
  new Seconds(other, 8).pass(5);
  expect(other.area.npcs.get(walker.id)?.goneUntilMs).toBeNull();
});
