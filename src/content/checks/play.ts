/**
 * Playing the world through, with all the time there is: from the start, take what can be taken, open what
 * can be opened, do every quest that can be done. What is still shut at the end stays shut for ever.
 */
import type { PlacedExit, PlacedSpawn } from "../placed.ts";
import type { Entry } from "../raw-world.ts";
import type { RawNpc } from "../schema/npc.ts";
import type { RawQuest, RawStep } from "../schema/quest.ts";
import { reachable } from "./reach.ts";
import type { Survey } from "./survey.ts";
import { areaOf, exitsOf, isFixed, npcsIn } from "./survey.ts";

/** What has been reached, taken and done. It only ever grows, so that the order does not matter. */
export class Playthrough {
  readonly rooms = new Set<string>();
  readonly kinds = new Set<string>();
  /** Steps done of each quest that was begun. */
  readonly steps = new Map<string, number>();
  readonly #survey: Survey;

  constructor(survey: Survey, start: readonly string[]) {
    this.#survey = survey;
    for (const room of start) this.rooms.add(room);
    for (const { kind } of survey.raw.world?.value.start_items ?? []) this.kinds.add(kind);
    let before = -1;
    while (before !== this.#progress()) {
      before = this.#progress();
      this.#round();
    }
  }

  /** Whether a quest is done. */
  isDone(quest: Entry<RawQuest>): boolean {
    return this.steps.get(quest.id) === quest.value.steps.length;
  }

  /** Whether who walks here can go through this exit's door. */
  opens(exit: PlacedExit): boolean {
    const door = exit.door === null ? undefined : this.#survey.placed.doors.get(exit.door)?.value;
    return door === undefined || door.initially !== "locked" || (door.key !== undefined && this.kinds.has(door.key));
  }

  /** The guard that nobody gets past at this exit. */
  guardAt(exit: PlacedExit): Entry<RawNpc> | undefined {
    const { npcs, items } = this.#survey.raw;
    return npcsIn(this.#survey, exit.room).flatMap((kind) => npcs.entries.get(kind) ?? []).find((npc) => {
      const { guard } = npc.value;
      if (guard === undefined || guard.exit !== exit.name) return false;
      if (guard.pass_item !== undefined && this.kinds.has(guard.pass_item)) return false;
      if (guard.pass_quest !== undefined && this.#questIs(guard.pass_quest.quest, guard.pass_quest.state)) return false;
      return ![...items.entries.values()].some((item) => item.value.use?.dismisses === npc.id && this.kinds.has(item.id));
    });
  }

  /** Whether a container, if it is one, opens. */
  unlocks(spawn: PlacedSpawn): boolean {
    const container = this.#survey.raw.items.entries.get(spawn.kind)?.value.container;
    return container === undefined || container.initially !== "locked" || (container.key !== undefined && this.kinds.has(container.key));
  }

  /** Whether somebody of this kind is ever in a room that was reached. */
  meets(kind: string): boolean {
    const npc = this.#survey.raw.npcs.entries.get(kind)?.value;
    return (this.#survey.npcSpawns.get(kind) ?? []).some(({ room }) => {
      const walks = npc?.wander?.rooms ?? npc?.patrol?.route ?? [];
      if (walks === "area") return [...this.rooms].some((reached) => areaOf(this.#survey, reached) === room.area);
      return this.rooms.has(room.id) || walks.some((reached) => this.rooms.has(reached));
    });
  }

  #progress(): number {
    return this.rooms.size + this.kinds.size + this.steps.size + [...this.steps.values()].reduce((sum, count) => sum + count, 0);
  }

  #round(): void {
    for (const room of this.rooms) {
      for (const exit of exitsOf(this.#survey, room)) {
        if (this.opens(exit) && this.guardAt(exit) === undefined) this.rooms.add(exit.value.to);
      }
    }
    for (const spawn of this.#survey.placed.spawns.values()) {
      if (spawn.type === "item" && !isFixed(this.#survey, spawn.kind) && this.touches(spawn)) this.kinds.add(spawn.kind);
    }
    for (const [kind, npc] of this.#survey.raw.npcs.entries) {
      if (npc.value.shop !== undefined && this.meets(kind)) for (const sold of npc.value.shop.sells) this.kinds.add(sold.kind);
    }
    for (const quest of this.#survey.raw.quests.entries.values()) this.#advance(quest);
  }

  /** Whether a thing's room was reached and all it is in opens. */
  touches(spawn: PlacedSpawn): boolean {
    if (!this.rooms.has(spawn.room.id)) return false;
    for (let holder = spawn.in; holder !== null; holder = holder.in) if (!this.unlocks(holder)) return false;
    return true;
  }

  #advance(quest: Entry<RawQuest>): void {
    if (!this.steps.has(quest.id)) {
      if (!this.#begins(quest)) return;
      this.steps.set(quest.id, 0);
      for (const { kind } of quest.value.start_gives) this.kinds.add(kind);
    }
    let done = this.steps.get(quest.id) ?? 0;
    for (const step of quest.value.steps.slice(done)) {
      if (!this.#does(step)) return;
      this.steps.set(quest.id, (done += 1));
      for (const { kind } of step.gives) this.kinds.add(kind);
    }
    for (const { kind } of quest.value.rewards.items) this.kinds.add(kind);
  }

  #begins(quest: Entry<RawQuest>): boolean {
    const { giver, requires } = quest.value;
    const lines = this.#survey.raw.npcs.entries.get(giver)?.value.dialogue ?? [];
    return this.meets(giver)
      && requires.every((id) => this.#questIs(id, "done"))
      && lines.some((line) => line.gives === quest.id && (line.when === undefined || line.when.state === "new" || this.#questIs(line.when.quest, line.when.state)));
  }

  #does(step: RawStep): boolean {
    if (step.visit !== undefined) return this.rooms.has(step.visit);
    if (step.fetch !== undefined) return this.kinds.has(step.fetch.kind);
    if (step.deliver !== undefined) return this.kinds.has(step.deliver.kind) && this.meets(step.deliver.npc);
    if (step.talk !== undefined) return this.meets(step.talk.npc);
    return step.use !== undefined && this.#uses(step.use);
  }

  #uses({ kind, room }: NonNullable<RawStep["use"]>): boolean {
    const where = room ?? this.#survey.raw.items.entries.get(kind)?.value.use?.room;
    if (where !== undefined && !this.rooms.has(where)) return false;
    if (this.kinds.has(kind)) return true;
    return [...this.#survey.placed.spawns.values()].some((spawn) => spawn.kind === kind && spawn.type === "item" && this.touches(spawn) && (where === undefined || spawn.room.id === where));
  }

  #questIs(id: string, state: "active" | "done"): boolean {
    const quest = this.#survey.raw.quests.entries.get(id);
    return quest !== undefined && (state === "active" ? this.steps.has(id) : this.isDone(quest));
  }
}

/** Plays the world through and reports what stays shut, at its root. */
export function checkPlay(survey: Survey): void {
  const { raw, report } = survey;
  if (raw.world === null || report.doubts("ids", "exits", "locks", "sources", "npcs", "quests")) return;
  const start = [raw.world.value.start, raw.world.value.safe];
  const play = new Playthrough(survey, start);
  // A quest behind a shut door fails because of the door; only without shut doors is it the quest itself.
  if (reportShut(survey, play) === 0) reportStuck(survey, play);
}

function reportShut(survey: Survey, play: Playthrough): number {
  const { placed, report } = survey;
  let shut = 0;
  for (const room of play.rooms) {
    for (const exit of exitsOf(survey, room)) {
      const guard = play.guardAt(exit);
      const door = exit.door === null ? undefined : placed.doors.get(exit.door);
      if (!play.opens(exit) && door !== undefined) {
        report.mistake(door.at("key"), `the door '${door.id}' can never be opened: its key '${door.value.key}' is out of reach`, "It lies behind this door, or behind what depends on it.");
      } else if (guard !== undefined) {
        report.mistake(guard.at("guard"), `nobody can ever pass the guard '${guard.id}': what it asks for is out of reach`, "It lies behind this guard, or behind what depends on it.");
      } else {
        continue;
      }
      shut += 1;
    }
  }
  for (const spawn of placed.spawns.values()) {
    if (spawn.type !== "item" || !play.touches(spawn) || play.unlocks(spawn)) continue;
    shut += 1;
    report.mistake(spawn.place, `'${spawn.id}' can never be opened: its key is out of reach`, "It lies inside, or behind what depends on it.");
  }
  return shut;
}

function reportStuck(survey: Survey, play: Playthrough): void {
  const { raw, report } = survey;
  for (const quest of raw.quests.entries.values()) {
    if (play.isDone(quest)) continue;
    const stuck = play.steps.get(quest.id);
    const after = quest.value.requires.some((id) => {
      const required = raw.quests.entries.get(id);
      return required !== undefined && !play.isDone(required);
    });
    if (stuck !== undefined) {
      report.mistake(quest.at("steps", stuck), `the step '${quest.value.steps[stuck]?.id}' of '${quest.id}' can never be done: what it needs is out of reach`, "It depends on something that comes after it.");
    } else if (!after) {
      report.mistake(quest.at("giver"), `the quest '${quest.id}' can never begin: its giver, or what its dialogue waits for, is out of reach`, "It depends on something that comes after it.");
    }
  }
}

/** Rooms from which the start cannot be reached again. */
export function traps(survey: Survey): readonly string[] {
  const start = survey.raw.world?.value.start;
  if (start === undefined) return [];
  return [...survey.raw.rooms.entries.keys()].filter((room) => !reachable(survey, [room]).has(start));
}
