/** Coins in commands: in a purse they are a number, lying about they are a pile. */
import { COIN_KIND } from "../content.ts";
import type { Noun, Refused } from "../decision.ts";
import type { Holder } from "../ids.ts";
import type { Target } from "../parse/target.ts";
import type { Turn } from "../turn.ts";
import { namesOne } from "./things.ts";

export const coinsNoun = (turn: Turn, count: number): Noun => ({ ...turn.kindNoun(COIN_KIND, count), id: "" });

/**
 * How many coins of the actor's purse a target names: `10 coins`, `a coin`, `all coins`. Null when it does not
 * speak of coins; a refusal when it does not say how many, or there are not so many.
 */
export function coinsFromPurse(turn: Turn, target: Target, verb: string): number | Refused | null {
  const kind = turn.ctx.content.items.get(COIN_KIND);
  const word = target.words[0];
  if (kind === undefined || word === undefined || target.words.length > 1 || !kind.keywords.includes(word)) return null;
  const purse = turn.coins();
  if (purse === 0) return turn.refuse("not_enough_coins", "coins.none");
  if (target.all) return purse;
  const count = target.quantity ?? (namesOne(kind, target) ? 1 : null);
  if (count === null) return turn.refuse("no_amount", "coins.how_many", { verb });
  if (count === 0) return turn.refuse("no_target", "things.none_asked");
  if (count > purse) return turn.refuse("not_enough_coins", "coins.not_enough", { coins: coinsNoun(turn, purse) });
  return count;
}

/** Whether a pile of coins put there would take a place of its own. */
export function pileIsNew(turn: Turn, at: Holder): boolean {
  return !turn.contents(at).some((item) => item.kind === COIN_KIND);
}

/** Out of the purse, onto a pile. The caller has checked both. */
export function pileCoins(turn: Turn, count: number, at: Holder): void {
  turn.pay(-count, "drop");
  turn.make(COIN_KIND, count, at, "coins-dropped");
}
