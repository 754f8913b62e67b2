/**
 * What an operator wants done to rows that areas of this process own (DESIGN §4): read from the database now and then, and
 * carried out by the area's own pump, so that it takes its place among the commands of players.
 */
import type { ContentIndex, ItemKind } from "../engine/content.ts";
import { conflict, writesOf, type Accepted, type ConflictKey, type Message } from "../engine/decision.ts";
import type { DomainEvent, DurableEvent } from "../engine/events.ts";
import { splitHolder, type AreaId, type CharacterId, type Holder, type ItemId, type NpcId, type RoomId } from "../engine/ids.ts";
import { partiesOf, planUndo, type UndoPlan, type UndoView } from "../engine/undo.ts";
import { undoMessages } from "../engine/undo-told.ts";
import type { AreaState, Character, Item } from "../engine/world.ts";
import { AppError } from "../protocol/codes.ts";
import type { AreaStore, LoadedCharacter } from "./ports.ts";
import type { Task } from "./task.ts";

/** Take back what an entry of the journal did. */
export interface Intent {
  readonly id: string;
  readonly area: AreaId;
  /** Number of the entry. */
  readonly entry: string;
  readonly events: readonly DurableEvent[];
  /** Do what can be done, though not all can. */
  readonly force: boolean;
  /** It is taken back already: by this one, when nobody could be told, or by another. */
  readonly doneBefore: boolean;
}

export interface IntentStore {
  /** The oldest that wait for one of these areas. */
  waiting(areas: readonly AreaId[]): Promise<Intent[]>;
  finish(id: string, outcome: IntentOutcome): Promise<void>;
}

export interface IntentOutcome {
  readonly kind: "done" | "refused" | "done-before";
  readonly said: readonly string[];
}

/** An area as intents see it. */
export interface IntentArea {
  readonly id: AreaId;
  readonly area: AreaState;
  post(task: Task): void;
}

export const undoKey = (entry: string): string => `undo:${entry}`;

/** State of a new thing of a kind. */
export function asMade(content: ContentIndex): UndoView["asMade"] {
  return (id) => {
    const kind: ItemKind | undefined = content.items.get(id);
    if (kind === undefined) return undefined;
    return {
      kind: kind.id, charges: kind.drink === null || kind.fixed ? null : kind.drink.charges,
      open: kind.container === null || kind.container.initially === "open", locked: kind.container?.initially === "locked", lit: false,
    };
  };
}

export interface IntentsDeps {
  readonly areas: () => Iterable<IntentArea>;
  readonly content: ContentIndex;
  readonly characters: Pick<AreaStore, "loadCharacter">;
  readonly intents: IntentStore;
}

export class Intents {
  readonly #deps: IntentsDeps;
  #running = false;

  constructor(deps: IntentsDeps) {
    this.#deps = deps;
  }

  /** Carries out what waits for the areas served here; one at a time. Rejects when the database cannot be reached. */
  async poll(): Promise<void> {
    if (this.#running) return;
    const areas = new Map([...this.#deps.areas()].map((area) => [area.id, area]));
    if (areas.size === 0) return;
    this.#running = true;
    try {
      for (const intent of await this.#deps.intents.waiting([...areas.keys()])) {
        const area = areas.get(intent.area);
        if (area === undefined) continue;
        const outcome = intent.doneBefore ? doneBefore(intent.entry) : await this.#tryOn(area, intent);
        if (outcome !== "later") await this.#deps.intents.finish(intent.id, outcome);
      }
    } finally {
      this.#running = false;
    }
  }

  async #tryOn(area: IntentArea, intent: Intent): Promise<IntentOutcome | "later"> {
    try {
      return await this.#carryOut(area, intent);
    } catch (error) {
      // The area closes, or too much waits in it: whoever serves it next finds what is wanted.
      if (error instanceof AppError && (error.code === "E_MOVED" || error.code === "E_BUSY")) return "later";
      throw error;
    }
  }

  async #carryOut(area: IntentArea, intent: Intent): Promise<IntentOutcome | "later"> {
    const [here, away] = [true, false].map((isHere) => partiesOf(intent.events).filter((id) => area.area.characters.has(id) === isHere)) as [CharacterId[], CharacterId[]];
    const release = Promise.withResolvers<void>();
    try {
      // Whoever is not here does not come in either while their rows are being written.
      await Promise.all(away.map((id) => hold(area, id, release.promise)));
      const loaded = await Promise.all(away.map((id) => this.#deps.characters.loadCharacter(id, null)));
      const strangers = loaded.flatMap((one) => (one === undefined || area.area.rooms.has(one.character.room) ? [] : [one.character]));
      if (strangers.length > 0) return { kind: "refused", said: [elsewhere(strangers, area.area.def.name)] };
      return await this.#undo(area, intent, { here, away: loaded.filter((one) => one !== undefined) });
    } finally {
      release.resolve();
    }
  }

  #undo(area: IntentArea, intent: Intent, parties: { here: readonly CharacterId[]; away: readonly LoadedCharacter[] }): Promise<IntentOutcome | "later"> {
    const { promise, resolve, reject } = Promise.withResolvers<IntentOutcome | "later">();
    let plan: UndoPlan | undefined;
    area.post({
      lane: undoKey(intent.entry),
      decide: () => {
        // Whoever has walked on since has things of which another area knows: it is looked into anew.
        const guests = parties.away.filter(({ character }) => !area.area.characters.has(character.id));
        if (!parties.here.every((id) => area.area.characters.has(id))) {
          resolve("later");
          return "done";
        }
        const view = viewOf(area.area, guests, this.#deps.content);
        plan = planUndo(intent.entry, intent.events, view);
        const far = placesElsewhere(area.area, guests, plan.events);
        if (far.length > 0) {
          resolve({ kind: "refused", said: far.map((holder) => `{${holder}} is in another area, or gone; what went there cannot be taken back from here.`) });
          return "done";
        }
        if (plan.events.length > 0 && (plan.problems.length === 0 || intent.force)) {
          return decisionOf(plan.events, guests, intent, undoMessages(plan.events, view, this.#deps.content).filter(isFor(parties.here)));
        }
        resolve({ kind: "refused", said: plan.problems.length > 0 ? plan.problems : ["There is nothing to take back."] });
        return "done";
      },
      unit: () => ({ actor: null, room: null, command: `(undo ${intent.entry})`, request: { deterministicId: undoKey(intent.entry) }, reply: null }),
      applied: () => {
        resolve({ kind: "done", said: [...(plan?.done ?? []), ...(plan?.problems ?? [])] });
        return "over";
      },
      duplicate: () => {
        resolve(doneBefore(intent.entry));
        return "over";
      },
      refused: ({ code }) => reject(new AppError("E_INTERNAL", code)),
      failed: reject,
    });
    return promise;
  }
}

const doneBefore = (entry: string): IntentOutcome => ({ kind: "done-before", said: [`Entry ${entry} was undone before.`] });

function elsewhere(strangers: readonly Pick<Character, "id" | "room">[], area: string): string {
  const where = strangers.map(({ id, room }) => `{char:${id}} is in {room:${room}}`).join(", ");
  return `${where}: not in ${area}, where this would be undone, and while a server runs an undo reaches one area only. Let all who took part come into one area, or undo it while the server is stopped.`;
}

/** Resolves when the character's lane stands still; it does so until `until` is settled. */
function hold(area: IntentArea, lane: CharacterId, until: Promise<void>): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  area.post({
    lane,
    prepare: () => {
      resolve();
      return until;
    },
    decide: () => "done",
    unit: () => ({ actor: null, room: null, command: "", request: null, reply: null }),
    applied: () => "over",
    refused: () => undefined,
    failed: reject,
  });
  return promise;
}

function viewOf(area: AreaState, guests: readonly LoadedCharacter[], content: ContentIndex): UndoView {
  const items = new Map<ItemId, Item>(guests.flatMap((guest) => guest.items.map((item) => [item.id, item])));
  const coins = new Map(guests.map(({ character }) => [character.id, character.coins]));
  return {
    item: (id) => area.items.get(id) ?? items.get(id),
    coins: (id) => area.characters.get(id)?.coins ?? coins.get(id),
    asMade: asMade(content),
  };
}

/** Holders that the events touch and that this area does not know: another one's memory has what is there. */
function placesElsewhere(area: AreaState, guests: readonly LoadedCharacter[], events: readonly DurableEvent[]): Holder[] {
  const holders = events.flatMap((event): Holder[] => {
    switch (event.type) {
      case "item-created": return [event.item.at];
      case "item-moved": return [event.from, event.to];
      case "item-destroyed": return [event.from];
      case "item-quantity-changed": return [event.at];
      default: return [];
    }
  });
  const isHere = (holder: Holder): boolean => {
    const { kind, id } = splitHolder(holder);
    switch (kind) {
      case "room": return area.rooms.has(id as RoomId);
      case "npc": return area.npcs.has(id as NpcId);
      case "char": return area.characters.has(id as CharacterId) || guests.some(({ character }) => character.id === id);
      case "item": return area.items.has(id as ItemId) || guests.some(({ items }) => items.some((item) => item.id === id));
      case "escrow": return false;
    }
  };
  return [...new Set(holders)].filter((holder) => !isHere(holder));
}

const isFor = (people: readonly CharacterId[]) => ({ audience }: Message): boolean => audience.to === "character" && people.includes(audience.id);

/** Those who are not here come in and go again within the decision: memory has them while it is applied. */
function decisionOf(events: readonly DurableEvent[], guests: readonly LoadedCharacter[], intent: Intent, messages: readonly Message[]): Accepted {
  const all: DomainEvent[] = [
    ...guests.map(({ character, items }): DomainEvent => ({ type: "character-entered", character, items })),
    ...events,
    ...guests.map(({ character }): DomainEvent => ({ type: "character-withdrew", character: character.id })),
  ];
  const writes = new Set<ConflictKey>(all.flatMap((event) => writesOf(event)));
  // The amounts were read as well: nobody else's may come between, in whatever order they could be done. And nobody leaves meanwhile.
  const reads = new Set<ConflictKey>([...events.flatMap((event) => writesOf(event)), ...partiesOf(intent.events).map((id) => conflict.character(id))]);
  return { kind: "accepted", events: all, messages, reads, writes, handoff: null, followUps: [], quits: false, deterministicId: undoKey(intent.entry) };
}
