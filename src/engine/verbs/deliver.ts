/** What NPCs take: only what a quest of the giver asks them to; it is gone then. Everything else they decline. */
import { COIN_KIND } from "../content.ts";
import { conflict, type Noun, type Refused } from "../decision.ts";
import type { KindId } from "../ids.ts";
import type { Turn } from "../turn.ts";
import type { Npc } from "../world.ts";
import { coinsNoun } from "./coins.ts";
import { nounsOf, tellWhyNot, type Part } from "./things.ts";

/** How many of a kind the actor's quests want brought to this NPC now. */
export function wantedBy(turn: Turn, npc: Readonly<Npc>, kind: KindId): number {
  turn.reads(conflict.quests(turn.actor.id));
  let most = 0;
  for (const [id, progress] of turn.actor.quests) {
    if (progress.state !== "active") continue;
    const trigger = turn.ctx.content.quests.get(id)?.steps[progress.step]?.trigger;
    if (trigger?.type === "deliver" && trigger.npc === npc.kind && trigger.kind === kind) most = Math.max(most, trigger.count - progress.count);
  }
  return most;
}

export function giveToNpc(turn: Turn, chosen: readonly Part[], npc: Readonly<Npc>): Refused | void {
  const delivered: Part[] = [];
  const counts = new Map<KindId, number>();
  let stayed: Refused | null = null;
  for (const { item, quantity } of chosen) {
    const had = counts.get(item.kind) ?? 0;
    const taken = Math.min(quantity, wantedBy(turn, npc, item.kind) - had);
    if (taken <= 0) {
      if (had === 0) stayed ??= decline(turn, npc, item.kind);
      continue;
    }
    if (turn.kindOf(item).container !== null && turn.readsContents(`item:${item.id}`).length > 0) {
      stayed ??= turn.refuse("not_empty", "things.not_empty", { item: turn.itemNoun(item) });
      continue;
    }
    turn.destroy(item, "deliver", taken);
    counts.set(item.kind, had + taken);
    delivered.push({ item, quantity: taken });
  }
  if (delivered.length === 0) return stayed ?? turn.refuse("declined", "give.declined", { npc: turn.npcNoun(npc) });
  for (const [kind, count] of counts) turn.signal({ type: "delivered", kind, npc: npc.kind, count });
  tell(turn, nounsOf(turn, delivered), npc);
  // Of `give all` only what was wanted is worth a word.
  if (stayed?.code === "not_empty") tellWhyNot(turn, stayed);
}

/** A quest may want coins brought; they leave the world as in a shop. */
export function giveCoinsToNpc(turn: Turn, coins: number, npc: Readonly<Npc>): Refused | void {
  const count = Math.min(coins, wantedBy(turn, npc, COIN_KIND));
  if (count <= 0) return turn.refuse("declined", "give.coins_declined", { npc: turn.npcNoun(npc) });
  turn.pay(-count, "buy");
  turn.signal({ type: "delivered", kind: COIN_KIND, npc: npc.kind, count });
  tell(turn, [coinsNoun(turn, count)], npc);
}

function decline(turn: Turn, npc: Readonly<Npc>, kind: KindId): Refused {
  const shop = turn.npcKind(npc).shop;
  const def = turn.ctx.content.items.get(kind);
  const buys = shop !== null && def !== undefined && def.quest === null && def.value > 0 && (shop.buys === "any" || shop.buys.includes(kind));
  return turn.refuse("declined", buys ? "give.sell_instead" : "give.declined", { npc: turn.npcNoun(npc) });
}

function tell(turn: Turn, items: Noun[], npc: Readonly<Npc>): void {
  const person = turn.npcNoun(npc);
  turn.toActor("give.actor", { items, person });
  turn.toOthers("give.others", { actor: turn.me, items, person });
}
