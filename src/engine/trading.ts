/**
 * Two characters in one room change things and coins for others. What they offer is ephemeral; the exchange is one
 * decision, made from what is there at that moment.
 */
import { MAX_COINS, MAX_ITEMS_CARRIED, MAX_WEIGHT_CARRIED_G } from "../limits.ts";
import { conflict, type Noun } from "./decision.ts";
import { carriedBy, inside, type CharacterId } from "./ids.ts";
import { Turn } from "./turn.ts";
import { coinsNoun } from "./verbs/coins.ts";
import { claim, findWithin, nounsOf, type Part, type Space } from "./verbs/things.ts";
import type { Character, Item, OfferedThing, ReadonlyArea, TradeSide } from "./world.ts";

/** An open trade, from the actor's side. */
export interface Trade {
  readonly mine: TradeSide;
  readonly theirs: TradeSide;
  readonly partner: Readonly<Character>;
}

/** The open trade of a character; undefined while there is none, or only a proposal. */
export function openTrade(area: ReadonlyArea, of: CharacterId): Trade | undefined {
  const mine = area.trades.get(of);
  const theirs = mine === undefined ? undefined : area.trades.get(mine.with);
  const partner = mine === undefined ? undefined : area.characters.get(mine.with);
  return mine === undefined || theirs === undefined || theirs.with !== of || partner === undefined ? undefined : { mine, theirs, partner };
}

export const isEmpty = (side: TradeSide): boolean => side.things.length === 0 && side.coins === 0;

/**
 * Ends what the actor trades or has proposed, and what was proposed to it; the others are told. They are not while
 * nothing is open or proposed. For whoever cancels, goes away, falls asleep or loses the connection.
 */
export function callOff(turn: Turn): void {
  const { id } = turn.actor;
  const open = openTrade(turn.area, id);
  const others = new Set([...turn.area.trades].filter(([, side]) => side.with === id).map(([other]) => other));
  const mine = turn.area.trades.get(id);
  if (mine !== undefined) turn.event({ type: "trade-changed", character: id, side: null });
  for (const other of others) turn.event({ type: "trade-changed", character: other, side: null });
  for (const other of mine === undefined ? others : others.add(mine.with)) turn.toTarget(other, "trade.called_off", { person: turn.me }, "info");
  if (open !== undefined) turn.toActor("trade.called_off_by_you", { person: turn.characterNoun(open.partner) }, "info");
}

/** How a thing looks with all that is in it; it all counts as read. */
export function looksOf(turn: Turn, item: Readonly<Item>): string {
  turn.reads(conflict.item(item.id));
  const own = [item.kind, item.charges ?? "", item.lit ? "lit" : "", item.locked ? "locked" : ""].join(" ");
  if (turn.kindOf(item).container === null) return own;
  return `${own}(${turn.readsContents(inside(item.id)).map((held) => `${held.id} ${held.quantity} ${looksOf(turn, held)}`).join()})`;
}

/** The thing offered, if its owner still carries it, not worn, as it was and as many. */
export function stillOffered(turn: Turn, owner: CharacterId, offered: OfferedThing): Part | null {
  turn.reads(conflict.item(offered.item));
  const item = turn.area.items.get(offered.item);
  if (item === undefined || item.at !== carriedBy(owner) || item.slot !== null || item.quantity < offered.quantity) return null;
  return looksOf(turn, item) === offered.looks ? { item, quantity: offered.quantity } : null;
}

/** What one side offers, as nouns; what is not there any more is left out. */
export function offerNouns(turn: Turn, owner: CharacterId, side: TradeSide): Noun[] {
  const parts = side.things.flatMap((offered) => stillOffered(turn, owner, offered) ?? []);
  return [...nounsOf(turn, parts), ...(side.coins > 0 ? [coinsNoun(turn, side.coins)] : [])];
}

/** Why an exchange does not come about; `who` cannot take it, or has not got it any more. */
export interface Hindrance {
  readonly why: "gone" | "full" | "heavy" | "coins";
  readonly who: Readonly<Character>;
}

/** Both sides change hands, or nothing is written on the turn and the answer says why not. */
export function exchange(turn: Turn, trade: Trade): Hindrance | null {
  // On a slate of its own first: what does not fit shows only while the rest is being moved.
  const hindrance = carryOver(new Turn(turn.area, turn.actor, turn.ctx), trade);
  if (hindrance !== null) return hindrance;
  carryOver(turn, trade);
  return null;
}

function carryOver(turn: Turn, { mine, theirs, partner }: Trade): Hindrance | null {
  const me = turn.actor;
  for (const { id } of [me, partner]) for (const key of [conflict.character(id), conflict.trade(id), conflict.purse(id)]) turn.reads(key);
  const [given, got] = [partsOf(turn, me, mine), partsOf(turn, partner, theirs)];
  if (given === null) return { why: "gone", who: me };
  if (got === null) return { why: "gone", who: partner };
  if (me.coins - mine.coins + theirs.coins > MAX_COINS) return { why: "coins", who: me };
  if (partner.coins - theirs.coins + mine.coins > MAX_COINS) return { why: "coins", who: partner };
  const [theirSpace, mySpace] = [spaceWithout(turn, partner.id, got), spaceWithout(turn, me.id, given)];
  const no = hand(turn, given, theirSpace, partner) ?? hand(turn, got, mySpace, me);
  if (no !== null) return no;
  for (const [from, to, coins] of [[me.id, partner.id, mine.coins], [partner.id, me.id, theirs.coins]] as const) {
    if (coins === 0) continue;
    turn.pay(-coins, "trade", from);
    turn.pay(coins, "trade", to);
  }
  for (const { item } of got) turn.signal({ type: "obtained", kind: item.kind });
  for (const { id } of [me, partner]) turn.event({ type: "trade-changed", character: id, side: null });
  return null;
}

/** Everything one side offers; null when some of it is not there, or is needed for a quest. */
function partsOf(turn: Turn, owner: Readonly<Character>, side: TradeSide): Part[] | null {
  const parts: Part[] = [];
  for (const offered of side.things) {
    const part = stillOffered(turn, owner.id, offered);
    if (part === null || findWithin(turn, part.item, (held) => turn.kindOf(held).quest !== null) !== undefined) return null;
    parts.push(part);
  }
  return owner.coins < side.coins ? null : parts;
}

/** What somebody can carry once these parts have left their hands. */
function spaceWithout(turn: Turn, who: CharacterId, leaving: readonly Part[]): Space {
  const at = carriedBy(who);
  const whole = leaving.filter(({ item, quantity }) => quantity === item.quantity).length;
  const weightG = leaving.reduce((sum, { item, quantity }) => sum + turn.weightOfG(item, quantity), 0);
  return { at, count: turn.readsContents(at).length - whole, weightG: turn.weightCarriedG(who) - weightG, maxCount: MAX_ITEMS_CARRIED, maxWeightG: MAX_WEIGHT_CARRIED_G };
}

/** One kind that stacks is never on both sides, so what leaves a stack and what joins one do not meet. */
function hand(turn: Turn, parts: readonly Part[], space: Space, who: Readonly<Character>): Hindrance | null {
  for (const part of parts) {
    const fits = claim(turn, space, part, turn.weightOfG(part.item, part.quantity));
    if (fits !== "fits") return { why: fits, who };
    turn.move(part.item, space.at, part.quantity);
  }
  return null;
}
