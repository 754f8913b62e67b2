/** Trading with another player: both put up what they offer, both accept, and it changes hands in one moment. */
import { MAX_TRADE_THINGS, TRADE_SETTLE_MS } from "../../limits.ts";
import type { CommandModule } from "../command.ts";
import { ANY_POSITION, AWAKE } from "../command.ts";
import type { Refused } from "../decision.ts";
import { inside } from "../ids.ts";
import { matches, parseTarget, withoutFill, type Target } from "../parse/target.ts";
import { callOff, exchange, isEmpty, looksOf, offerNouns, openTrade, stillOffered, type Hindrance, type Trade } from "../trading.ts";
import type { Turn } from "../turn.ts";
import type { Character, OfferedThing, TradeSide } from "../world.ts";
import { coinsFromPurse } from "./coins.ts";
import { chooseCarried, findWithin, isRefusal, nounsOf, parseThing, wordOf, wordsIn, type Part } from "./things.ts";

const trade: CommandModule = {
  name: "trade",
  aliases: [],
  rank: 61,
  group: "trading",
  usage: ["trade <player>", "trade"],
  help: "Proposes to trade with somebody here, or agrees to what they proposed. Then both use offer and withdraw, and when it is right, accept. trade alone shows what both offer.",
  positions: AWAKE,
  needsLight: true,

  decide(turn, args) {
    const text = withoutFill(args.text);
    if (text === "") return show(turn);
    const target = parseTarget(text);
    const found = target === null ? undefined : turn.findPerson(target);
    if (found === undefined) return turn.refuse("no_such_person", "people.not_here", { word: wordsIn(text) });
    if (found.type === "npc") return turn.refuse("not_a_player", "trade.npc", { person: turn.npcNoun(found.npc) });
    if (found.character.id === turn.actor.id) return turn.refuse("yourself", "trade.yourself");
    return propose(turn, found.character);
  },
};

const offer: CommandModule = {
  name: "offer",
  aliases: [],
  rank: 62,
  group: "trading",
  usage: ["offer <thing>", "offer 3 <things>", "offer 10 coins", "offer nothing"],
  help: "Puts something of yours into the trade. Offered again with another number, that number counts. Whatever is changed, both have to accept anew.",
  positions: AWAKE,
  needsLight: true,

  decide(turn, args) {
    const open = openTrade(turn.area, turn.actor.id);
    if (open === undefined) return refuseNotTrading(turn);
    if (/^nothing$/i.test(args.text)) return change(turn, open, [], 0);
    const target = parseThing(args.text);
    if (target === null) return turn.refuse("no_target", "trade.offer_what");
    const coins = coinsFromPurse(turn, target, "offer");
    if (coins !== null) return typeof coins === "number" ? change(turn, open, open.mine.things, coins) : coins;
    const chosen = chooseCarried(turn, target);
    return isRefusal(chosen) ? chosen : offerThings(turn, open, target, chosen);
  },
};

const withdraw: CommandModule = {
  name: "withdraw",
  aliases: [],
  rank: 71,
  group: "trading",
  usage: ["withdraw <thing>", "withdraw coins", "withdraw all"],
  help: "Takes something of yours out of the trade. Both have to accept anew.",
  positions: AWAKE,

  decide(turn, args) {
    const open = openTrade(turn.area, turn.actor.id);
    if (open === undefined) return refuseNotTrading(turn);
    const target = parseThing(args.text);
    if (target === null) return turn.refuse("no_target", "trade.withdraw_what");
    if (target.all && target.words.length === 0) return change(turn, open, [], 0);
    return withdrawNamed(turn, open, target);
  },
};

const accept: CommandModule = {
  name: "accept",
  aliases: ["confirm"],
  rank: 71,
  group: "trading",
  usage: ["accept"],
  help: "Accepts the trade as it is now. When both have accepted, everything changes hands at once.",
  positions: AWAKE,
  needsLight: true,

  decide(turn) {
    const open = openTrade(turn.area, turn.actor.id);
    if (open === undefined) return refuseNotTrading(turn);
    const person = turn.characterNoun(open.partner);
    if (isEmpty(open.mine) && isEmpty(open.theirs)) return turn.refuse("nothing_offered", "trade.nothing_offered", { person });
    if (turn.ctx.nowMs - open.theirs.changedAtMs < TRADE_SETTLE_MS) return turn.refuse("just_changed", "trade.just_changed", { person });
    if (open.theirs.accepted) return carryOut(turn, open);
    if (open.mine.accepted) return turn.refuse("already", "trade.accepted_already", { person });
    turn.event({ type: "trade-changed", character: turn.actor.id, side: { ...open.mine, accepted: true } });
    turn.toActor("trade.accept", { person });
    turn.toTarget(open.partner.id, "trade.accept_target", { actor: turn.me });
  },
};

const cancel: CommandModule = {
  name: "cancel",
  aliases: [],
  rank: 71,
  group: "trading",
  usage: ["cancel"],
  help: "Ends a trade, or takes back or turns down a proposal to trade. Nothing changes hands. So does walking away.",
  positions: ANY_POSITION,

  decide(turn) {
    const open = openTrade(turn.area, turn.actor.id);
    callOff(turn);
    if (turn.events.length === 0) return turn.refuse("not_trading", "trade.none");
    if (open === undefined) turn.toActor("trade.proposal_dropped");
    else turn.toOthers("trade.others_end", { actor: turn.me, person: turn.inSight(turn.characterNoun(open.partner)) }, "action", [open.partner.id]);
  },
};

/** The commands of a trade between players. */
export const tradeCommands: readonly CommandModule[] = [trade, offer, withdraw, accept, cancel];

function refuseNotTrading(turn: Turn): Refused {
  const mine = turn.area.trades.get(turn.actor.id);
  const asked = mine === undefined ? undefined : turn.area.characters.get(mine.with);
  if (asked !== undefined) return turn.refuse("not_trading", "trade.not_agreed", { person: turn.characterNoun(asked) });
  return turn.refuse("not_trading", "trade.none");
}

// ---- beginning

const beginning = (turn: Turn, partner: Readonly<Character>): TradeSide => ({ with: partner.id, things: [], coins: 0, accepted: false, changedAtMs: turn.ctx.nowMs - TRADE_SETTLE_MS });

function propose(turn: Turn, to: Readonly<Character>): Refused | void {
  const person = turn.characterNoun(to);
  const open = openTrade(turn.area, turn.actor.id);
  if (open?.partner.id === to.id) return show(turn);
  if (open !== undefined) return turn.refuse("trading", "trade.with_another", { person: turn.characterNoun(open.partner) });
  if (to.linkDead) return turn.refuse("target_link_dead", "trade.link_dead", { person });
  if (to.position === "sleeping") return turn.refuse("target_asleep", "trade.asleep", { person });
  const mine = turn.area.trades.get(turn.actor.id);
  if (mine?.with === to.id) return turn.refuse("already", "trade.not_agreed", { person });
  const agrees = turn.area.trades.get(to.id)?.with === turn.actor.id;
  if (!agrees && openTrade(turn.area, to.id) !== undefined) return turn.refuse("target_trading", "trade.busy", { person });

  if (mine !== undefined) turn.toTarget(mine.with, "trade.called_off", { person: turn.me }, "info");
  turn.event({ type: "trade-changed", character: turn.actor.id, side: beginning(turn, to) });
  if (agrees) {
    turn.toActor("trade.begin", { person });
    turn.toTarget(to.id, "trade.begin", { person: turn.me });
    turn.toOthers("trade.others_begin", { actor: turn.me, person }, "action", [to.id]);
    return;
  }
  turn.toActor("trade.propose", { person });
  turn.toTarget(to.id, "trade.propose_target", { actor: turn.me, name: turn.actor.name });
}

// ---- showing

function show(turn: Turn): Refused | void {
  const open = openTrade(turn.area, turn.actor.id);
  if (open === undefined) return showProposals(turn);
  const person = turn.characterNoun(open.partner);
  turn.toActor("trade.with", { person }, "info");
  const mine = offerNouns(turn, turn.actor.id, open.mine);
  const theirs = offerNouns(turn, open.partner.id, open.theirs);
  turn.toActor("trade.you_offer", { items: mine }, "info");
  showInside(turn, turn.actor, open.mine);
  turn.toActor("trade.they_offer", { person, items: theirs }, "info");
  showInside(turn, open.partner, open.theirs);
  if (open.mine.accepted) turn.toActor("trade.you_accepted", {}, "info");
  if (open.theirs.accepted) turn.toActor("trade.they_accepted", { person }, "info");
  if (!open.mine.accepted) turn.toActor("trade.what_next", {}, "info");
}

/** What is in offered containers, and what was offered and is not there as it was. */
function showInside(turn: Turn, owner: Readonly<Character>, side: TradeSide): void {
  for (const offered of side.things) {
    const part = stillOffered(turn, owner.id, offered);
    if (part === null) turn.toActor("trade.gone", { item: turn.kindNoun(offered.kind, offered.quantity) }, "info");
    else showContents(turn, part.item);
  }
}

function showContents(turn: Turn, item: Part["item"]): void {
  const held = turn.contents(inside(item.id));
  if (held.length === 0) return;
  turn.toActor("trade.inside", { container: turn.itemNoun(item), items: nounsOf(turn, held.map((inner) => ({ item: inner, quantity: inner.quantity }))) }, "info");
  for (const inner of held) showContents(turn, inner);
}

function showProposals(turn: Turn): Refused | void {
  const mine = turn.area.trades.get(turn.actor.id);
  const asked = mine === undefined ? undefined : turn.area.characters.get(mine.with);
  const askers = [...turn.area.trades].filter(([, side]) => side.with === turn.actor.id).flatMap(([id]) => turn.area.characters.get(id) ?? []);
  if (asked === undefined && askers.length === 0) return turn.refuse("not_trading", "trade.none");
  if (asked !== undefined) turn.toActor("trade.not_agreed", { person: turn.characterNoun(asked) }, "info");
  for (const asker of askers) turn.toActor("trade.propose_target", { actor: turn.characterNoun(asker), name: asker.name }, "info");
}

// ---- changing what is offered

function offerThings(turn: Turn, open: Trade, target: Target, chosen: readonly Part[]): Refused | void {
  const added: OfferedThing[] = [];
  for (const { item, quantity } of chosen) {
    const quest = findWithin(turn, item, (held) => turn.kindOf(held).quest !== null);
    if (quest !== undefined) return quest.id === item.id ? turn.refuse("quest_item", "give.quest_item", { item: turn.itemNoun(item) }) : turn.refuse("quest_item", "give.quest_inside", { item: turn.itemNoun(quest), container: turn.itemNoun(item) });
    if (turn.kindOf(item).stackable && open.theirs.things.some(({ kind }) => kind === item.kind)) return turn.refuse("both_offer", "trade.both_offer", { person: turn.characterNoun(open.partner), item: turn.itemNoun(item, quantity) });
    added.push({ item: item.id, kind: item.kind, quantity, looks: looksOf(turn, item) });
  }
  // A number says how many of the kind there shall be; without one, the thing itself counts.
  const replaced = (thing: OfferedThing): boolean => added.some(({ item, kind }) => (target.quantity === null ? item === thing.item : kind === thing.kind));
  const things = [...open.mine.things.filter((thing) => !replaced(thing)), ...added];
  if (things.length > MAX_TRADE_THINGS) return turn.refuse("too_many", "trade.too_many", { count: MAX_TRADE_THINGS });
  change(turn, open, things, open.mine.coins);
}

function withdrawNamed(turn: Turn, open: Trade, target: Target): Refused | void {
  const named = (kind: OfferedThing["kind"]): boolean => matches(turn.ctx.content.items.get(kind)?.keywords ?? [], target.words);
  if (open.mine.coins > 0 && matches(["coin", "coins"], target.words)) {
    return change(turn, open, open.mine.things, target.quantity === null ? 0 : Math.max(0, open.mine.coins - target.quantity));
  }
  let left = target.quantity ?? Number.POSITIVE_INFINITY;
  const things = open.mine.things.flatMap((thing): OfferedThing[] => {
    if (left === 0 || !named(thing.kind)) return [thing];
    const taken = Math.min(left, thing.quantity);
    left -= taken;
    return taken === thing.quantity ? [] : [{ ...thing, quantity: thing.quantity - taken }];
  });
  if (!open.mine.things.some(({ kind }) => named(kind))) return turn.refuse("not_offered", "trade.not_offered", { word: wordOf(target) });
  change(turn, open, things, open.mine.coins);
}

/** The actor's side is so now; what was accepted counts no more. */
function change(turn: Turn, { mine, theirs, partner }: Trade, things: readonly OfferedThing[], coins: number): void {
  const side: TradeSide = { ...mine, things, coins, accepted: false, changedAtMs: turn.ctx.nowMs };
  turn.event({ type: "trade-changed", character: turn.actor.id, side });
  if (theirs.accepted) turn.event({ type: "trade-changed", character: partner.id, side: { ...theirs, accepted: false } });
  const items = offerNouns(turn, turn.actor.id, side);
  turn.toActor("trade.you_offer", { items });
  turn.toTarget(partner.id, "trade.they_offer", { person: turn.me, items });
  if (!mine.accepted && !theirs.accepted) return;
  turn.toActor("trade.accept_anew", {}, "info");
  turn.toTarget(partner.id, "trade.accept_anew", {}, "info");
}

// ---- carrying it out

function carryOut(turn: Turn, open: Trade): void {
  const { mine, theirs, partner } = open;
  const person = turn.characterNoun(partner);
  const [given, got] = [offerNouns(turn, turn.actor.id, mine), offerNouns(turn, partner.id, theirs)];
  const hindrance = exchange(turn, open);
  if (hindrance !== null) return fallThrough(turn, open, hindrance);
  turn.toActor("trade.done", { person, given, got });
  turn.toTarget(partner.id, "trade.done", { person: turn.me, given: got, got: given });
  turn.toOthers("trade.others_done", { actor: turn.me, person }, "action", [partner.id]);
}

/** It cannot be done as it stands: both are told, and nothing is accepted any more. What is gone is not offered any more. */
function fallThrough(turn: Turn, { mine, theirs, partner }: Trade, { why, who }: Hindrance): void {
  const afresh = (owner: Readonly<Character>, side: TradeSide): TradeSide => ({
    ...side, accepted: false, changedAtMs: turn.ctx.nowMs,
    things: side.things.filter((thing) => stillOffered(turn, owner.id, thing) !== null), coins: Math.min(side.coins, owner.coins),
  });
  turn.event({ type: "trade-changed", character: turn.actor.id, side: afresh(turn.actor, mine) });
  turn.event({ type: "trade-changed", character: partner.id, side: afresh(partner, theirs) });
  const own = who.id === turn.actor.id;
  const [yours, others] = FALLS_THROUGH[why];
  turn.toActor(own ? yours : others, { person: turn.characterNoun(partner) }, "info");
  turn.toTarget(partner.id, own ? others : yours, { person: turn.me }, "info");
}

/** For whoever it is about, and for the other. */
const FALLS_THROUGH: Readonly<Record<Hindrance["why"], readonly [string, string]>> = {
  gone: ["trade.fails_gone", "trade.fails_gone_theirs"],
  full: ["trade.fails_full", "trade.fails_full_theirs"],
  heavy: ["trade.fails_heavy", "trade.fails_heavy_theirs"],
  coins: ["trade.fails_coins", "trade.fails_coins_theirs"],
};
