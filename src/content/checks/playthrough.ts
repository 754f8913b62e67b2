/**
 * Playing the world through, with all the time there is: from the start, take what can be taken, open what
 * can be opened, do every quest that can be done.
 */
import { COIN_KIND } from "../../engine/content.ts";
import type { PlacedExit, PlacedSpawn } from "../placed.ts";
import type { Entry } from "../raw-world.ts";
import type { RawNpc } from "../schema/npc.ts";
import type { RawQuest, RawStep } from "../schema/quest.ts";
import type { RawDoor } from "../schema/room.ts";
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

  /** Whether one can see there: in the dark nothing is found, opened, bought or handed over. */
  sees(room: string): boolean {
    return this.#survey.raw.rooms.entries.get(room)?.value.dark !== true || this.hasLight();
  }

  /** Whether anything that gives light is at hand. */
  hasLight(): boolean {
    return [...this.kinds].some((kind) => this.#survey.raw.items.entries.get(kind)?.value.light === true);
  }

  /** Whether a key is at hand for this exit's door, if it needs one. */
  unlocks(exit: PlacedExit): boolean {
    const door = this.#doorOf(exit);
    return door === undefined || door.initially !== "locked" || (door.key !== undefined && this.kinds.has(door.key));
  }

  #doorOf(exit: PlacedExit): RawDoor | undefined {
    return exit.door === null ? undefined : this.#survey.placed.doors.get(exit.door)?.value;
  }

  #opens(exit: PlacedExit): boolean {
    return (this.#doorOf(exit)?.initially ?? "open") === "open" || (this.unlocks(exit) && this.sees(exit.room.id));
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
  unlocksBox(spawn: PlacedSpawn): boolean {
    const container = this.#survey.raw.items.entries.get(spawn.kind)?.value.container;
    return container === undefined || container.initially !== "locked" || (container.key !== undefined && this.kinds.has(container.key));
  }

  /** Whether somebody of this kind is ever in a room that was reached. */
  meets(kind: string): boolean {
    return this.#meetingPlaces(kind).some((room) => this.rooms.has(room));
  }

  #trades(kind: string): boolean {
    return this.#meetingPlaces(kind).some((room) => this.rooms.has(room) && this.sees(room));
  }

  #meetingPlaces(kind: string): readonly string[] {
    const npc = this.#survey.raw.npcs.entries.get(kind)?.value;
    return (this.#survey.npcSpawns.get(kind) ?? []).flatMap(({ room }) => {
      const walks = npc?.wander?.rooms ?? npc?.patrol?.route ?? [];
      return [room.id, ...(walks === "area" ? [...this.rooms].filter((reached) => areaOf(this.#survey, reached) === room.area) : walks)];
    });
  }

  #progress(): number {
    return this.rooms.size + this.kinds.size + this.steps.size + [...this.steps.values()].reduce((sum, count) => sum + count, 0);
  }

  #round(): void {
    for (const room of this.rooms) {
      for (const exit of exitsOf(this.#survey, room)) {
        if (this.#opens(exit) && this.guardAt(exit) === undefined) this.rooms.add(exit.value.to);
      }
    }
    for (const spawn of this.#survey.placed.spawns.values()) {
      if (spawn.type === "item" && !isFixed(this.#survey, spawn.kind) && this.touches(spawn)) this.kinds.add(spawn.kind);
    }
    for (const [kind, npc] of this.#survey.raw.npcs.entries) {
      if (npc.value.shop !== undefined && this.#trades(kind)) for (const sold of npc.value.shop.sells) this.kinds.add(sold.kind);
    }
    for (const quest of this.#survey.raw.quests.entries.values()) this.#advance(quest);
  }

  /** Whether a thing can be found, and all it is in opens. */
  touches(spawn: PlacedSpawn): boolean {
    if (!this.rooms.has(spawn.room.id) || !this.sees(spawn.room.id)) return false;
    for (let holder = spawn.in; holder !== null; holder = holder.in) if (!this.unlocksBox(holder)) return false;
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
      && lines.some((line) => line.gives === quest.id && (line.when === undefined || this.#questIs(line.when.quest, line.when.state)));
  }

  #does(step: RawStep): boolean {
    if (step.visit !== undefined) return this.rooms.has(step.visit);
    if (step.fetch !== undefined) return this.kinds.has(step.fetch.kind);
    if (step.deliver !== undefined) return (step.deliver.kind === COIN_KIND || this.kinds.has(step.deliver.kind)) && this.#trades(step.deliver.npc);
    if (step.talk !== undefined) return this.meets(step.talk.npc);
    return step.use !== undefined && this.#uses(step.use);
  }

  #uses({ kind, room }: NonNullable<RawStep["use"]>): boolean {
    const where = room ?? this.#survey.raw.items.entries.get(kind)?.value.use?.room;
    if (where !== undefined && !this.rooms.has(where)) return false;
    if (this.kinds.has(kind)) return true;
    return [...this.#survey.placed.spawns.values()].some((spawn) => spawn.kind === kind && spawn.type === "item" && this.touches(spawn) && (where === undefined || spawn.room.id === where));
  }

  /** Whether the quest can ever be so: what is new can be left alone, what is active was begun. */
  #questIs(id: string, state: "new" | "active" | "done"): boolean {
    const quest = this.#survey.raw.quests.entries.get(id);
    if (quest === undefined) return false;
    if (state === "new") return quest.value.requires.every((required) => this.#questIs(required, "done"));
    return state === "active" ? this.steps.has(id) : this.isDone(quest);
  }
}
