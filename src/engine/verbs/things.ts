/** What several commands about things share: finding a container, finding what is at hand. */
import type { Refused } from "../decision.ts";
import { parseTarget } from "../parse/target.ts";
import type { Turn } from "../turn.ts";
import type { Item } from "../world.ts";

/** Finds an open container by words, first among what the actor carries or wears, then on the ground. */
export function findContainer(turn: Turn, text: string): Readonly<Item> | Refused {
  const item = findAtHand(turn, text);
  if (item === undefined) return turn.refuse("no_such_item", "things.not_here", { word: text });
  if (turn.kindOf(item).container === null) return turn.refuse("not_a_container", "things.not_a_container", { item: turn.itemNoun(item) });
  if (!item.open) return turn.refuse("container_closed", "things.container_closed", { item: turn.itemNoun(item) });
  return item;
}

export const isRefusal = (value: Readonly<Item> | Refused): value is Refused => "messages" in value;

/** One thing carried, worn or lying here, by words. It counts as read. */
export function findAtHand(turn: Turn, text: string): Readonly<Item> | undefined {
  const target = parseTarget(text);
  if (target === null || target.all) return undefined;
  return turn.pick(target, [...turn.carried(), ...turn.worn(), ...turn.onGround()])[0];
}

/** One thing carried (not worn), by words. It counts as read. */
export function findCarried(turn: Turn, text: string): Readonly<Item> | undefined {
  const target = parseTarget(text);
  if (target === null || target.all) return undefined;
  return turn.pick(target, turn.carried())[0];
}
