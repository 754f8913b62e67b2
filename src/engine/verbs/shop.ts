/** Shopkeepers: what they sell without end, what they took second-hand, what they buy and when they trade. */
import { COIN_KIND, type NpcKind, type ShopDef } from "../content.ts";
import type { Refused } from "../decision.ts";
import { keptBy, type KindId } from "../ids.ts";
import { matches, parseTarget, withoutFill, type Target } from "../parse/target.ts";
import type { Turn } from "../turn.ts";
import type { Item, Npc } from "../world.ts";
import { isRefusal, wordOf } from "./things.ts";

export interface Keeper {
  readonly npc: Readonly<Npc>;
  readonly kind: NpcKind;
  readonly shop: ShopDef;
}

/** One line of a shop's list. */
export interface Offer {
  readonly keeper: Keeper;
  readonly kind: KindId;
  /** Coins for one. */
  readonly price: number;
  /** Second-hand goods of this kind; null: there is no end of it. */
  readonly goods: readonly Readonly<Item>[] | null;
}

/** The shopkeepers here, or only the one named; a refusal when there is none, or none that trades at this hour. */
export function keepersHere(turn: Turn, name: string): readonly Keeper[] | Refused {
  const all: Keeper[] = [];
  for (const npc of turn.npcs()) {
    const kind = turn.npcKind(npc);
    if (kind.shop !== null) all.push({ npc, kind, shop: kind.shop });
  }
  if (all.length === 0) return turn.refuse("no_shop", "shop.nobody");
  const named = name === "" ? all : keepersNamed(turn, all, name);
  if (isRefusal(named)) return named;
  const open = named.filter(({ shop }) => trades(turn, shop));
  return open.length > 0 ? open : refuseClosed(turn, named[0]!);
}

function keepersNamed(turn: Turn, all: readonly Keeper[], name: string): Keeper[] | Refused {
  const target = parseTarget(withoutFill(name));
  const found = target === null ? [] : all.filter(({ kind }) => matches(kind.keywords, target.words)).slice(target.nth - 1, target.nth);
  if (found.length > 0) return found;
  const other = target === null ? undefined : turn.findPerson(target);
  return other?.type === "npc" ? turn.refuse("no_shop", "shop.no_trader", { npc: turn.npcNoun(other.npc) }) : turn.refuse("no_such_person", "people.not_here", { word: target === null ? name : wordOf(target) });
}

const trades = (turn: Turn, shop: ShopDef): boolean => shop.opens.length === 0 || shop.opens.includes(turn.ctx.time.phase);

function refuseClosed(turn: Turn, { npc, shop }: Keeper): Refused {
  const hours = shop.opens.map((phase) => ({ text: phase, type: "detail" as const, id: "" }));
  return turn.refuse("shop_closed", "shop.closed", { npc: turn.npcNoun(npc), hours });
}

/** Everything on offer, in the order of the list: keeper by keeper, endless goods first. */
export function offersOf(turn: Turn, keepers: readonly Keeper[]): Offer[] {
  const offers: Offer[] = [];
  for (const keeper of keepers) {
    for (const { kind, price } of keeper.shop.sells) offers.push({ keeper, kind, price, goods: null });
    const byKind = new Map<KindId, Readonly<Item>[]>();
    for (const item of turn.contents(keptBy(keeper.npc.id))) byKind.set(item.kind, [...byKind.get(item.kind) ?? [], item]);
    for (const [kind, goods] of byKind) offers.push({ keeper, kind, price: Math.max(1, turn.ctx.content.items.get(kind)?.value ?? 0), goods });
  }
  return offers;
}

/** The offer a target names: by number on the list (`2`, `#2`) or by words. */
export function offerNamed(turn: Turn, keepers: readonly Keeper[], target: Target): Offer | undefined {
  const word = target.words[0] ?? "";
  const number = target.words.length === 1 ? /^#?(\d{1,4})$/.exec(word) : null;
  // The numbers count all that is for sale here, whoever of the keepers is asked.
  const everybody = keepersHere(turn, "");
  if (number !== null && !isRefusal(everybody)) {
    const offer = offersOf(turn, everybody)[Number(number[1]) - 1];
    return offer !== undefined && keepers.some(({ npc }) => npc.id === offer.keeper.npc.id) ? offer : undefined;
  }
  const matching = offersOf(turn, keepers).filter(({ kind }) => matches(turn.ctx.content.items.get(kind)?.keywords ?? [], target.words));
  return matching[target.nth - 1];
}

/** Coins this keeper pays for one of a kind; 0: does not buy it. Never more than the shop itself sells it for. */
export function pays(turn: Turn, { shop }: Keeper, kindId: KindId): number {
  const kind = turn.ctx.content.items.get(kindId);
  if (kind === undefined || kind.value <= 0 || kind.quest !== null || kindId === COIN_KIND) return 0;
  if (shop.buys !== "any" && !shop.buys.includes(kindId)) return 0;
  const price = shop.sells.find((sold) => sold.kind === kindId)?.price ?? kind.value;
  return Math.max(1, Math.min(price, kind.value, Math.floor((kind.value * shop.buysAtPercent) / 100)));
}

/** The keeper who pays most for a kind, with what; undefined when nobody buys it. */
export function bestBuyer(turn: Turn, keepers: readonly Keeper[], kind: KindId): { keeper: Keeper; each: number } | undefined {
  let best: { keeper: Keeper; each: number } | undefined;
  for (const keeper of keepers) {
    const each = pays(turn, keeper, kind);
    if (each > (best?.each ?? 0)) best = { keeper, each };
  }
  return best;
}
