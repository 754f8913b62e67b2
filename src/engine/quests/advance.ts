/** Quests listen to what happens in a turn and move on. The only place that begins, advances and ends them. */
import { conflict, type Noun } from "../decision.ts";
import type { QuestDef, QuestStepDef } from "../content.ts";
import type { KindId, NpcKindId } from "../ids.ts";
import { heldAfter } from "../held-after.ts";
import { mentions } from "../npc/words.ts";
import type { Signal, Turn } from "../turn.ts";
import type { QuestProgress } from "../world.ts";
import { giveCoins, giveThings, roomAfter } from "./gives.ts";

/** One quest on its way through this turn. */
interface Course {
  readonly quest: QuestDef;
  readonly from: QuestProgress | null;
  step: number;
  count: number;
  /** Words and uses that have done a step of this quest: one of them does not do two. */
  readonly spent: Set<Signal>;
}

interface Delivery {
  readonly kind: KindId;
  readonly npc: NpcKindId;
  left: number;
}

/** Works off the turn's signals: quests begun, steps done, rewards given, words said. One event per quest. */
export function advanceQuests(turn: Turn): void {
  const signals = turn.signals.splice(0);
  // Whoever has walked out of the area is looked at where they arrive.
  if (turn.events.some((event) => event.type === "character-moved" && event.character === turn.actor.id && event.toArea !== turn.area.id)) return;
  const deliveries = signals.filter((signal) => signal.type === "delivered").map(({ kind, npc, count }): Delivery => ({ kind, npc, left: count }));
  const under = coursesUnderWay(turn);
  const begun = coursesBegun(turn, signals);
  for (const course of under) advance(turn, course, signals, deliveries);
  // The words that begin a quest do not also do its first step.
  for (const course of begun) advance(turn, course, [], []);
}

function coursesUnderWay(turn: Turn): Course[] {
  const courses: Course[] = [];
  for (const [id, progress] of turn.actor.quests) {
    const quest = turn.ctx.content.quests.get(id);
    if (quest !== undefined && progress.state === "active") courses.push({ quest, from: progress, step: progress.step, count: progress.count, spent: new Set() });
  }
  return courses;
}

function coursesBegun(turn: Turn, signals: readonly Signal[]): Course[] {
  const courses: Course[] = [];
  for (const signal of signals) {
    if (signal.type !== "quest-accepted") continue;
    const quest = turn.ctx.content.quests.get(signal.quest);
    if (quest === undefined || turn.actor.quests.has(quest.id) || courses.some((course) => course.quest === quest)) continue;
    courses.push({ quest, from: null, step: 0, count: 0, spent: new Set() });
    turn.toActor("quest.begun", { quest: questNoun(quest) }, "quest");
    giveThings(turn, quest.startGives);
  }
  return courses;
}

function advance(turn: Turn, course: Course, signals: readonly Signal[], deliveries: Delivery[]): void {
  const { quest, from } = course;
  for (let step = quest.steps[course.step]; step !== undefined && isDone(turn, course, step, signals, deliveries); step = quest.steps[course.step]) {
    if (step.doneText !== null) turn.toActor("prose", { text: step.doneText }, "quest");
    giveThings(turn, step.gives);
    course.step += 1;
    course.count = 0;
  }
  const next = quest.steps[course.step];
  if (from !== null && next !== undefined && course.step === from.step) sayProgress(turn, course, next, signals);
  if (from !== null && next !== undefined && course.step === from.step && course.count === from.count) return;

  turn.reads(conflict.quests(turn.actor.id));
  if (next === undefined) {
    turn.event({ type: "quest-changed", character: turn.actor.id, quest: quest.id, from, to: { state: "done", step: quest.steps.length, count: 0 } });
    turn.toActor("prose", { text: quest.doneText }, "quest");
    turn.toActor("quest.done", { quest: questNoun(quest) }, "quest");
    if (quest.rewards.coins > 0) giveCoins(turn, quest.rewards.coins);
    giveThings(turn, quest.rewards.items);
    return;
  }
  turn.event({ type: "quest-changed", character: turn.actor.id, quest: quest.id, from, to: { state: "active", step: course.step, count: course.count } });
  if (from === null || course.step !== from.step) turn.toActor("quest.todo", { text: next.text }, "quest");
}

/** Is the step done, by what happened in this turn or by how things stand after it? Counts what was delivered. */
function isDone(turn: Turn, course: Course, step: QuestStepDef, signals: readonly Signal[], deliveries: Delivery[]): boolean {
  const { trigger } = step;
  switch (trigger.type) {
    case "visit": return roomAfter(turn) === trigger.room || signals.some((signal) => signal.type === "visited" && signal.room === trigger.room);
    case "fetch": {
      if (carriedAfter(turn, trigger.kind) < trigger.count) return false;
      turn.weightCarriedG(); // counts all that is carried as read: none of it may go meanwhile
      return true;
    }
    case "deliver": {
      for (const delivery of deliveries) {
        if (delivery.kind !== trigger.kind || delivery.npc !== trigger.npc) continue;
        const taken = Math.min(delivery.left, trigger.count - course.count);
        delivery.left -= taken;
        course.count += taken;
      }
      return course.count >= trigger.count;
    }
    case "talk": return spend(course, signals, (signal) => signal.type === "talked" && signal.npc === trigger.npc && (trigger.words.length === 0 || mentions(signal.text, trigger.words)));
    case "use": return spend(course, signals, (signal) => signal.type === "used" && signal.kind === trigger.kind && (trigger.room === null || signal.room === trigger.room));
  }
}

function spend(course: Course, signals: readonly Signal[], fits: (signal: Signal) => boolean): boolean {
  const signal = signals.find((candidate) => !course.spent.has(candidate) && fits(candidate));
  if (signal === undefined) return false;
  course.spent.add(signal);
  return true;
}

function carriedAfter(turn: Turn, kind: KindId): number {
  let count = 0;
  for (const item of heldAfter(turn, turn.actor.id)) if (item.kind === kind) count += item.quantity;
  return count;
}

/** "2 of 3", when something was brought or picked up for a step that wants more. */
function sayProgress(turn: Turn, course: Course, step: QuestStepDef, signals: readonly Signal[]): void {
  const { trigger } = step;
  let count = 0;
  if (trigger.type === "deliver" && course.count !== course.from?.count) count = course.count;
  else if (trigger.type === "fetch" && signals.some((signal) => signal.type === "obtained" && signal.kind === trigger.kind)) count = carriedAfter(turn, trigger.kind);
  if (count > 0 && "count" in trigger) turn.toActor("quest.progress", { quest: questNoun(course.quest), count, total: trigger.count }, "quest");
}

const questNoun = (quest: QuestDef): Noun => ({ text: quest.name, type: "quest", id: quest.id, command: "quests" });
