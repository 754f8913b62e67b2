/** How orders find the area that has to carry them out; what they do there, on real servers, is in test/e2e/admin.test.ts. */
import { beforeEach, expect, test } from "vitest";
import { aKind, anExit, aRoom, aWorld, type TestWorld } from "../../test/support/transcript.ts";
import type { DomainEvent } from "../engine/events.ts";
import { apply } from "../engine/apply.ts";
import { asId, type AreaId, type CharacterId, type RoomId } from "../engine/ids.ts";
import type { Character } from "../engine/world.ts";
import { KICK_WAITS_MS, ORDER_GIVEN_UP_MS } from "../limits.ts";
import { AppError } from "../protocol/codes.ts";
import { render } from "../text/render.ts";
import type { DeedOutcome, OrderedArea } from "./staff-deeds.ts";
import { StaffOrders, type StaffIntent, type Standing } from "./staff-orders.ts";
import type { Task } from "./task.ts";

/** An area whose pump does everything at once; lines by whom they were for. */
class Yard implements OrderedArea {
  readonly world: TestWorld;
  readonly lines: string[] = [];
  readonly dismissed: [string, number, string | undefined][] = [];
  readonly committed: DomainEvent[] = [];
  readonly journal: unknown[] = [];
  broken: AppError | undefined;

  constructor(world: TestWorld) {
    this.world = world;
  }
  get id(): AreaId { return this.world.area.id; }
  get area(): TestWorld["area"] { return this.world.area; }
  readonly outlet = {
    applied: () => undefined, transfer: () => undefined, closed: () => undefined, recent: () => [], brought: () => undefined,
    room: (room: RoomId, { text }: { text: string }) => void this.lines.push(`${room}: ${text}`),
    personal: (id: CharacterId, { text }: { text: string }) => void this.lines.push(`${id}: ${text}`),
    dismiss: (id: CharacterId, code: number, reason?: string) => void this.dismissed.push([id, code, reason]),
  } as unknown as OrderedArea["outlet"];

  post(task: Task): void {
    void this.#run(task).catch((error: unknown) => task.failed(error instanceof AppError ? error : new AppError("E_INTERNAL", undefined, { cause: error })));
  }
  async #run(task: Task): Promise<void> {
    if (this.broken !== undefined) throw this.broken;
    await task.prepare?.();
    const decision = task.decide();
    if (decision === "done" || decision === "prepare") return;
    if (decision.kind === "refused") return task.refused(decision);
    this.journal.push(task.unit(decision));
    for (const event of decision.events) {
      apply(this.area, event);
      this.committed.push(event);
    }
    for (const message of decision.messages) if (message.audience.to === "character") this.outlet.personal(message.audience.id, render(message));
    task.applied(decision);
  }
  async withdraw(id: CharacterId): Promise<void> {
    apply(this.area, { type: "character-withdrew", character: id });
  }
  linkLost(id: CharacterId): void { this.lines.push(`${id} waits`); }
}

let yard: Yard;
let waiting: StaffIntent[];
let outcomes: Map<string, DeedOutcome>;
let served: AreaId[];
let opened: AreaId[];
let openFails: AppError | undefined;
let standing: Standing;
let away: Map<string, Character>;
let bugs: unknown[];

beforeEach(() => {
  yard = new Yard(aWorld({ kinds: [aKind("apple", { name: "an apple", stackable: true })], rooms: [aRoom("yard", { exits: [anExit("north", "shed")] }), aRoom("shed")] }));
  [waiting, outcomes, served, opened, openFails, away, bugs] = [[], new Map(), [], [], undefined, new Map(), []];
  standing = { role: "player", muted: undefined };
  yard.world.person("Ada");
});

function orders(areas: () => Yard[] = () => [yard]): StaffOrders {
  return new StaffOrders({
    areas, areaOfRoom: (room) => (room === asId<RoomId>("far_room") ? asId<AreaId>("far") : yard.area.rooms.has(room) ? yard.id : undefined), context: () => yard.world.ctx,
    open: async (area) => {
      opened.push(area);
      if (openFails !== undefined) throw openFails;
      served.push(area);
    },
    characters: { letters: async () => [], loadCharacter: async (id) => (away.has(id) ? { character: structuredClone(away.get(id)!), items: [], replies: [], seq: 0 } : undefined) },
    bug: (error) => void bugs.push(error),
    orders: {
      orders: async () => waiting.filter(({ id, everywhere }) => everywhere || !outcomes.has(id)), served: async (wanted) => wanted.filter((area) => served.includes(area)),
      finish: async (id, outcome) => void outcomes.set(id, outcome), standing: async () => standing,
    },
  });
}
type More = Partial<Omit<StaffIntent, "character" | "room" | "area">> & { readonly character?: string | null; readonly room?: string | null; readonly area?: string | null };
function order(kind: string, more: More = {}): StaffIntent {
  const made: StaffIntent = { id: `o${waiting.length + 1}`, kind, area: null, character: asId<CharacterId>("ada"), room: asId<RoomId>("yard"), payload: { reason: "a test", staff: "olga" }, wakes: true, everywhere: false, ageMs: 0, ...(more as Partial<StaffIntent>) };
  waiting.push(made);
  return made;
}
const guest = (name: string, room: string): void => {
  yard.world.person(name);
  away.set(name.toLowerCase(), { ...yard.area.characters.get(asId(name.toLowerCase()))!, room: asId<RoomId>(room) });
  apply(yard.area, { type: "character-withdrew", character: asId(name.toLowerCase()) });
};

test("an order is carried out where the row says that somebody stands, and journaled as who gave it", async () => {
  order("give", { payload: { kind: "apple", quantity: 2, staff: "olga" } });
  await orders().poll();
  expect(outcomes.get("o1")).toEqual({ kind: "done", said: [] });
  expect(yard.journal).toMatchObject([{ actor: "olga", room: "yard", command: "(give 2 apple)", request: { deterministicId: "order:o1" } }]);
  expect(yard.lines).toEqual(["ada: Those who look after the world have given you an apple (2)."]);
});

test("who is not in the world gets things all the same, unseen, and is as away as before", async () => {
  guest("Gus", "shed");
  order("give", { character: "gus", room: "shed", payload: { coins: 5 } });
  await orders().poll();
  expect(yard.committed.map(({ type }) => type)).toEqual(["character-entered", "coins-changed", "character-withdrew"]);
  expect([yard.area.characters.has(asId("gus")), yard.lines]).toEqual([false, []]);
  // Loaded, and found to have gone elsewhere since: the next round asks again where they are.
  guest("Eve", "elsewhere");
  order("give", { character: "eve", room: "shed", payload: { coins: 5 } });
  await orders().poll();
  expect(outcomes.has("o2")).toBe(false);
});

test("where nobody serves, what needs an owner has the area opened; who is to hear something is not there to hear it", async () => {
  order("give", { room: "far_room" });
  order("undo", { area: "far", character: null, room: null });
  order("reread", { room: "far_room", wakes: false });
  await orders().poll();
  expect([opened, outcomes.has("o1"), outcomes.get("o3")]).toEqual([["far"], false, { kind: "done", said: ["They are not in the world."] }]);
  // Somebody else has it now: it is theirs.
  opened = [];
  await orders().poll();
  expect(opened).toEqual([]);
  served = [];
  openFails = new AppError("E_BUSY");
  await orders().poll();
  expect([opened, bugs]).toEqual([["far"], []]);
});

test("a kick waits for somebody between two areas, and not for ever", async () => {
  const away_ = { character: "nobody_here", wakes: false };
  order("kick", { ...away_, ageMs: KICK_WAITS_MS - 1 });
  order("kick", { ...away_, ageMs: KICK_WAITS_MS + 1 });
  order("kick");
  await orders().poll();
  expect([outcomes.has("o1"), outcomes.get("o2")?.said, yard.dismissed]).toEqual([false, ["They are not in the world."], [["ada", 4403, "E_FORBIDDEN"]]]);
  expect(yard.lines).toEqual(["ada: You have been taken out of the world: a test"]);
});

test("what somebody may is shown to them when it changes", async () => {
  standing = { role: "moderator", muted: { reason: "too loud", untilMs: null } };
  order("reread");
  await orders().poll();
  expect(yard.lines).toEqual(["ada: You have been muted: too loud", "ada: You are now: moderator."]);
  expect(yard.area.characters.get(asId("ada"))).toMatchObject(standing);
  standing = { role: "moderator", muted: undefined };
  order("reread");
  await orders().poll();
  expect(yard.lines.at(-1)).toBe("ada: You may speak again.");
});

test("an announcement is told once by each process, and not by one that starts after it", async () => {
  const [one, two] = [orders(), orders()];
  await one.poll();
  order("announce", { everywhere: true, character: null, room: null, payload: { text: "Hear, hear." } });
  await one.poll();
  await one.poll();
  expect(yard.lines).toEqual(["yard: Announcement: Hear, hear."]);
  await two.poll();
  expect(yard.lines).toHaveLength(1);
});

test("what cannot be done now is tried again, what fails for a fault is given up, and the others are not held up", async () => {
  yard.broken = new AppError("E_STORAGE");
  order("give", { payload: { coins: 1 } });
  order("give", { payload: { coins: 1 }, ageMs: ORDER_GIVEN_UP_MS + 1 });
  const all = orders();
  await all.poll();
  expect([outcomes.has("o1"), outcomes.get("o2")?.kind]).toEqual([false, "refused"]);
  yard.broken = undefined;
  order("give", { payload: { coins: -1 } });
  order("dance");
  order("kick", { character: null });
  order("give", { room: "nowhere", character: "lost" });
  await all.poll();
  expect(outcomes.get("o1")?.kind).toBe("done");
  expect(["o3", "o4", "o5", "o6"].map((id) => outcomes.get(id)?.kind)).toEqual(["refused", "refused", "refused", "refused"]);
  expect(bugs).toHaveLength(1);
});

test("asked again while it is at it, another round follows", async () => {
  const all = orders();
  const first = all.poll();
  order("give", { payload: { coins: 1 } });
  await Promise.all([first, all.poll()]);
  expect(outcomes.get("o1")?.kind).toBe("done");
});
