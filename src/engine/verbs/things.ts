/** What the commands about things share: naming them, how many, and whether there is room where they go. */
import { MAX_ITEMS_CARRIED, MAX_ITEMS_PER_ROOM, MAX_WEIGHT_CARRIED_G } from "../../limits.ts";
import type { ItemKind } from "../content.ts";
import type { Noun, Refused } from "../decision.ts";
import { carriedBy, inRoom, inside, type CharacterId, type Holder } from "../ids.ts";
import { matches, parseTarget, withoutFill, type Target } from "../parse/target.ts";
import type { Turn } from "../turn.ts";
import type { Item } from "../world.ts";

/** A thing, or some of a stack. */
export interface Part {
  readonly item: Readonly<Item>;
  readonly quantity: number;
}

/** Reads a target; "a" and "one" ask for one of a stack. */
export function parseThing(text: string): Target | null {
  const target = parseTarget(text.replace(/^one\s+(?=\S)/i, "1 "));
  if (target === null || target.quantity !== null || target.all) return target;
  return /^an?\s+\S/i.test(text.trim()) ? { ...target, quantity: 1 } : target;
}

/** The words a target consists of, for saying that there is no such thing. */
export const wordOf = (target: Target): string => target.words.join(" ");

/**
 * Which things a target names, and how many of each. `3 apples` may come out of several stacks, or be three
 * things; `apples` is a whole stack, `apple` one of it. Each counts as read.
 */
export function choose(turn: Turn, target: Target, from: readonly Readonly<Item>[]): Part[] {
  if (target.quantity === null) {
    return turn.pick(target, from).map((item) => ({ item, quantity: !target.all && namesOne(turn.kindOf(item), target) ? 1 : item.quantity }));
  }
  const parts: Part[] = [];
  let left = target.quantity;
  for (const item of turn.pick({ ...target, all: true }, from).slice(target.nth - 1)) {
    if (left === 0) break;
    const quantity = Math.min(left, item.quantity);
    parts.push({ item, quantity });
    left -= quantity;
  }
  return parts;
}

/** True when the word typed is the singular: `apple` of a stack of apples, not `app` or `apples`. */
export function namesOne(kind: ItemKind, target: Target): boolean {
  const word = target.words.at(-1) ?? "";
  return kind.name.toLowerCase().split(" ").includes(word) && !kind.plural.toLowerCase().split(" ").includes(word);
}

export const quantityOf = (parts: readonly Part[]): number => parts.reduce((sum, part) => sum + part.quantity, 0);

/** Nouns for a line, things of one kind together. */
export function nounsOf(turn: Turn, parts: readonly Part[]): Noun[] {
  const kinds = new Map<string, { item: Readonly<Item>; quantity: number }>();
  for (const { item, quantity } of parts) {
    const known = kinds.get(item.kind);
    if (known === undefined) kinds.set(item.kind, { item, quantity });
    else known.quantity += quantity;
  }
  return [...kinds.values()].map(({ item, quantity }) => turn.itemNoun(item, quantity));
}

/** Things of the actor's that a target names, not worn ones; a refusal when there are none, or fewer than asked for. */
export function chooseCarried(turn: Turn, target: Target): Part[] | Refused {
  const carried = turn.carried();
  const parts = choose(turn, target, carried);
  if (parts.length === 0) return refuseNotCarried(turn, target);
  if (target.quantity !== null && quantityOf(parts) < target.quantity) return turn.refuse("not_enough", "things.not_enough", { items: nounsOf(turn, parts) });
  return parts;
}

/** Why something named is not at hand for dropping, giving and the like. */
export function refuseNotCarried(turn: Turn, target: Target): Refused {
  if (target.quantity === 0) return turn.refuse("no_target", "things.none_asked");
  if (target.words.length === 0) return turn.refuse("nothing_carried", "things.nothing_carried");
  const worn = turn.worn().find((item) => matches(turn.keywordsOf(item), target.words));
  if (worn !== undefined) return turn.refuse("worn", "things.worn", { item: turn.itemNoun(worn) });
  return turn.refuse("not_carried", "things.not_carried", { word: wordOf(target) });
}

/** Finds an open container by words, first among what the actor carries or wears, then on the ground. */
export function findContainer(turn: Turn, text: string): Readonly<Item> | Refused {
  const item = findAtHand(turn, text);
  if (item === undefined) return turn.refuse("no_such_item", "things.not_here", { word: wordsIn(text) });
  if (turn.kindOf(item).container === null) return turn.refuse("not_a_container", "things.not_a_container", { item: turn.itemNoun(item) });
  if (!item.open) return turn.refuse("container_closed", "things.container_closed", { item: turn.itemNoun(item) });
  return item;
}

/** What a player named, without articles and fill words. */
export function wordsIn(text: string): string {
  const target = parseTarget(withoutFill(text));
  return target === null || target.words.length === 0 ? text : wordOf(target);
}

export const isRefusal = (value: object): value is Refused => "kind" in value && value.kind === "refused" && "messages" in value;

/** One thing carried, worn or lying here, by words. It counts as read. */
export function findAtHand(turn: Turn, text: string): Readonly<Item> | undefined {
  return findAmong(turn, text, [...turn.carried(), ...turn.worn(), ...turn.onGround()]);
}

/** One thing carried (not worn), by words. It counts as read. */
export function findCarried(turn: Turn, text: string): Readonly<Item> | undefined {
  return findAmong(turn, text, turn.carried());
}

/** One of a list of things, by words. It counts as read. */
export function findAmong(turn: Turn, text: string, from: readonly Readonly<Item>[]): Readonly<Item> | undefined {
  const target = parseTarget(withoutFill(text));
  if (target === null || target.all) return undefined;
  return turn.pick(target, from)[0];
}

// ---- room where things go

/** How much more a holder takes. It counts what one decision adds, which lookups do not show. */
export interface Space {
  readonly at: Holder;
  count: number;
  weightG: number;
  readonly maxCount: number;
  readonly maxWeightG: number;
}

export function spaceCarried(turn: Turn, who: CharacterId = turn.actor.id): Space {
  const at = carriedBy(who);
  return { at, count: turn.readsContents(at).length, weightG: turn.weightCarriedG(who), maxCount: MAX_ITEMS_CARRIED, maxWeightG: MAX_WEIGHT_CARRIED_G };
}

export function spaceOnGround(turn: Turn): Space {
  const at = inRoom(turn.actor.room);
  return { at, count: turn.readsContents(at).length, weightG: 0, maxCount: MAX_ITEMS_PER_ROOM, maxWeightG: Number.POSITIVE_INFINITY };
}

/** `box` is a container. */
export function spaceInside(turn: Turn, box: Readonly<Item>): Space {
  const at = inside(box.id);
  return { at, count: turn.readsContents(at).length, weightG: 0, maxCount: turn.kindOf(box).container?.capacity ?? 0, maxWeightG: Number.POSITIVE_INFINITY };
}

/** Claims room for a part; "full" and "heavy" claim nothing. The move must follow before the next claim. */
export function claim(turn: Turn, space: Space, part: Part, addedG: number): "fits" | "full" | "heavy" {
  const joins = turn.joins(part.item, space.at, part.quantity);
  if (!joins && space.count >= space.maxCount) return "full";
  if (addedG > 0 && space.weightG + addedG > space.maxWeightG) return "heavy";
  if (!joins) space.count += 1;
  space.weightG += addedG;
  return "fits";
}

/**
 * Moves what can be moved. `check` refuses a part for the command's own reasons; `no` words what does not fit.
 * Answers what moved, and the first reason why something did not.
 */
export function moveParts(turn: Turn, parts: readonly Part[], space: Space, rules: {
  readonly addedG: (part: Part) => number;
  readonly check: (part: Part) => Refused | null;
  readonly no: (why: "full" | "heavy", part: Part) => Refused;
}): { readonly moved: Part[]; readonly stayed: Refused | null } {
  const moved: Part[] = [];
  let stayed: Refused | null = null;
  for (const part of parts) {
    const own = rules.check(part);
    if (own !== null) {
      stayed ??= own;
      continue;
    }
    const claimed = claim(turn, space, part, rules.addedG(part));
    if (claimed !== "fits") {
      stayed ??= rules.no(claimed, part);
      continue;
    }
    turn.move(part.item, space.at, part.quantity);
    moved.push(part);
  }
  return { moved, stayed };
}

/** After a success: also says why the rest stayed. */
export function tellWhyNot(turn: Turn, stayed: Refused | null): void {
  for (const message of stayed?.messages ?? []) turn.toActor(message.key, message.params, "info");
}

/** Splits one off a stack into the actor's hands, as a thing of its own; null when it would be one thing too many. */
export function takeOne(turn: Turn, item: Readonly<Item>, more: Partial<Item> = {}): Readonly<Item> | null {
  if (turn.readsContents(carriedBy(turn.actor.id)).length >= MAX_ITEMS_CARRIED) return null;
  turn.event({ type: "item-quantity-changed", item: item.id, at: item.at, from: item.quantity, to: item.quantity - 1, cause: "split" });
  return turn.create(item.kind, 1, carriedBy(turn.actor.id), "split", { charges: item.charges, open: item.open, locked: item.locked, lit: item.lit, ...more });
}

/** Containers within it, itself counted; 0 for what is none. */
export function heightOf(turn: Turn, item: Readonly<Item>): number {
  if (turn.kindOf(item).container === null) return 0;
  return 1 + Math.max(0, ...turn.readsContents(inside(item.id)).map((held) => heightOf(turn, held)));
}

/** The first thing, this or inside it, that a test holds for. */
export function findWithin(turn: Turn, item: Readonly<Item>, test: (item: Readonly<Item>) => boolean): Readonly<Item> | undefined {
  if (test(item)) return item;
  if (turn.kindOf(item).container === null) return undefined;
  for (const held of turn.readsContents(inside(item.id))) {
    const found = findWithin(turn, held, test);
    if (found !== undefined) return found;
  }
  return undefined;
}
