/** Things and coins that a quest puts into the actor's hands: never lost, even when the hands are full. */
import { MAX_COINS, MAX_ITEMS_CARRIED, MAX_ITEMS_PER_ROOM, MAX_WEIGHT_CARRIED_G } from "../../limits.ts";
import { COIN_KIND, type ItemKind } from "../content.ts";
import { heldAfter } from "../held-after.ts";
import { carriedBy, inRoom, type Holder, type KindId, type RoomId } from "../ids.ts";
import type { Turn } from "../turn.ts";

/** Gives each of these; what the actor cannot carry lies on the ground of the room where it stands after the turn. */
export function giveThings(turn: Turn, things: readonly { readonly kind: KindId; readonly quantity: number }[]): void {
  for (const { kind, quantity } of things) {
    const def = turn.ctx.content.items.get(kind);
    if (def === undefined || quantity < 1) continue;
    if (kind === COIN_KIND) giveCoins(turn, quantity);
    else giveItems(turn, def, quantity);
  }
}

/** Coins into the purse, as many as it holds. */
export function giveCoins(turn: Turn, coins: number): void {
  let purse = turn.coins();
  for (const event of turn.events) if (event.type === "coins-changed" && event.character === turn.actor.id) purse += event.delta;
  const fits = Math.min(coins, MAX_COINS - purse);
  if (fits > 0) {
    turn.pay(fits, "quest");
    turn.toActor("quest.receive", { item: turn.kindNoun(COIN_KIND, fits) }, "quest");
  }
  if (fits < coins) turn.toActor("quest.purse_full", {}, "quest");
}

/** Where the actor stands once the turn has happened. */
export function roomAfter(turn: Turn): RoomId {
  const moved = turn.events.findLast((event) => event.type === "character-moved" && event.character === turn.actor.id);
  return moved?.type === "character-moved" ? moved.to : turn.actor.room;
}

function giveItems(turn: Turn, kind: ItemKind, quantity: number): void {
  const size = kind.stackable ? quantity : 1;
  let carried = 0;
  let dropped = 0;
  for (let given = 0; given < quantity; given += size) {
    const at = placeFor(turn, kind, size);
    turn.make(kind.id, size, at, "quest");
    if (at === carriedBy(turn.actor.id)) carried += size;
    else dropped += size;
  }
  if (carried > 0) turn.toActor("quest.receive", { item: turn.kindNoun(kind.id, carried) }, "quest");
  if (dropped > 0) turn.toActor("quest.receive_ground", { item: turn.kindNoun(kind.id, dropped) }, "quest");
}

/** The actor's hands; when they are full the ground; when that is full too the hands all the same. */
function placeFor(turn: Turn, kind: ItemKind, quantity: number): Holder {
  const mine = carriedBy(turn.actor.id);
  turn.weightCarriedG(); // counts all that is carried as read
  const held = heldAfter(turn, turn.actor.id);
  let weightG = kind.weightG * quantity;
  for (const item of held) weightG += (turn.ctx.content.items.get(item.kind)?.weightG ?? 0) * item.quantity;
  const joins = kind.stackable && held.some((item) => item.kind === kind.id && item.at === mine);
  const places = held.filter((item) => item.at === mine).length + (joins ? 0 : 1);
  if (places <= MAX_ITEMS_CARRIED && weightG <= MAX_WEIGHT_CARRIED_G) return mine;

  const ground = inRoom(roomAfter(turn));
  let lying = turn.readsContents(ground).length;
  for (const event of turn.events) if (event.type === "item-created" && event.item.at === ground) lying += 1;
  return lying < MAX_ITEMS_PER_ROOM ? ground : mine;
}
