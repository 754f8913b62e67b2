/**
 * What an area does to people because somebody who looks after the world wants it so. The decisions are those of the
 * area's owner, by the same rules and limits as everybody's; who ordered it is in the record already.
 */
import { MAX_CHARACTERS_PER_ROOM, MAX_COINS, MAX_ITEMS_CARRIED } from "../limits.ts";
import { apply } from "./apply.ts";
import { conflict, type Accepted, type Refused } from "./decision.ts";
import type { EngineContext } from "./context.ts";
import { carriedBy, inside, type CharacterId, type Holder, type ItemId, type KindId, type RoomId } from "./ids.ts";
import { inLetter, type WaitingLetter } from "./post.ts";
import { callOff } from "./trading.ts";
import { Turn } from "./turn.ts";
import { describeRoom } from "./verbs/room-text.ts";
import type { AreaState, Character, Item, ReadonlyArea } from "./world.ts";

/** Takes the actor to a room of whatever area, as if there were nothing in between. */
export function whisk(turn: Turn, room: RoomId): Refused | undefined {
  const { id, room: from } = turn.actor;
  const there = turn.area.rooms.get(room);
  if (there !== undefined && there.characters.size >= MAX_CHARACTERS_PER_ROOM) return turn.refuse("room_full", "go.room_full");
  const toArea = turn.roomDef(room).area;
  turn.reads(conflict.character(id));
  callOff(turn);
  turn.toOthers("whisk.leaves", { actor: turn.me }, "move");
  turn.event({ type: "character-moved", character: id, from, to: room, toArea });
  turn.toActor("whisk.actor", {}, "move");
  if (toArea !== turn.area.id) {
    turn.handoff(toArea, room, "");
    return undefined;
  }
  turn.signal({ type: "visited", room });
  turn.say({ to: "room", room, except: [id] }, "move", "whisk.arrives", { actor: turn.characterNoun(turn.actor) }, turn.actor.name);
  describeRoom(turn, room, { brief: false });
  return undefined;
}

/** Somebody of this area, for a decision about them that is not their own. */
export function turnOf(area: ReadonlyArea, id: CharacterId, ctx: EngineContext): Turn | undefined {
  const character = area.characters.get(id);
  return character === undefined ? undefined : new Turn(area, character, ctx);
}

export type Gift = { readonly kind: KindId; readonly quantity: number } | { readonly coins: number };

/** Makes something out of nothing in somebody's hands. */
export function decideGift(turn: Turn, gift: Gift): Accepted | Refused {
  const { id } = turn.actor;
  if ("coins" in gift) {
    if (turn.coins() + gift.coins > MAX_COINS) return turn.refuse("purse_full", "gift.purse_full");
    turn.pay(gift.coins, "admin");
    turn.toActor("gift.coins", { count: gift.coins }, "system");
    return turn.accept();
  }
  const def = turn.ctx.content.items.get(gift.kind);
  if (def === undefined) return turn.refuse("no_such_thing", "gift.no_such_kind", { name: gift.kind });
  const hands = carriedBy(id);
  turn.readsContents(hands);
  if (turn.contents(hands).length + turn.placesFor(def, gift.quantity, hands) > MAX_ITEMS_CARRIED) return turn.refuse("hands_full", "gift.hands_full");
  turn.make(gift.kind, gift.quantity, hands, "admin");
  turn.toActor("gift.thing", { thing: def.name, count: gift.quantity }, "system");
  return turn.accept();
}

export type Taking = { readonly item: ItemId; readonly quantity: number | null } | { readonly coins: number };

/** Ends something that somebody has, with all that is in it. */
export function decideTaking(turn: Turn, taking: Taking): Accepted | Refused {
  if ("coins" in taking) {
    if (turn.coins() < taking.coins) return turn.refuse("not_enough_coins", "taking.not_so_many");
    turn.pay(-taking.coins, "admin");
    turn.toActor("taking.coins", { count: taking.coins }, "system");
    return turn.accept();
  }
  const item = turn.area.items.get(taking.item);
  if (item === undefined || holderOf(turn, item) !== turn.actor.id) return turn.refuse("no_such_item", "taking.not_theirs");
  const quantity = taking.quantity ?? item.quantity;
  if (quantity > item.quantity) return turn.refuse("not_enough", "taking.not_so_many");
  turn.toActor("taking.thing", { thing: turn.kindOf(item).name }, "system");
  turn.readsContents(item.at);
  if (quantity === item.quantity) destroyWithin(turn, inside(item.id));
  turn.destroy(item, "admin", quantity);
  return turn.accept();
}

/** Ends all that somebody has, and what waits for them in the post: their account has been deleted. */
export function decideErasure(turn: Turn, letters: readonly WaitingLetter[]): Accepted {
  callOff(turn);
  for (const letter of letters) endLetter(turn, letter);
  destroyWithin(turn, carriedBy(turn.actor.id));
  const coins = turn.coins();
  if (coins > 0) turn.pay(-coins, "admin");
  turn.toOthers("depart.quit", { actor: turn.me }, "move");
  turn.event({ type: "character-withdrew", character: turn.actor.id });
  return turn.accept();
}

/** Its things pass through the hands of whoever it was for, since what is in a letter is in no area; then they end. */
function endLetter(turn: Turn, { id, items }: WaitingLetter): void {
  turn.reads(conflict.letter(id));
  turn.event({ type: "letter-taken", letter: id, by: turn.actor.id });
  const hands = carriedBy(turn.actor.id);
  for (const item of items) if (item.at === inLetter(id)) turn.event({ type: "item-received", item, contents: heldIn(item, items), to: hands });
  // The inner before the outer.
  for (const { id: item, kind, quantity, at } of [...items].reverse()) {
    turn.reads(conflict.item(item));
    turn.event({ type: "item-destroyed", item, kind, quantity, from: at === inLetter(id) ? hands : at, cause: "admin" });
  }
}

function heldIn(outer: Item, items: readonly Item[]): Item[] {
  const holders = new Set<Holder>([inside(outer.id)]);
  return items.filter((item) => {
    if (!holders.has(item.at)) return false;
    holders.add(inside(item.id));
    return true;
  });
}

function destroyWithin(turn: Turn, holder: Holder): void {
  turn.readsContents(holder);
  for (const item of turn.contents(holder)) {
    destroyWithin(turn, inside(item.id));
    turn.reads(conflict.item(item.id));
    turn.destroy(item, "admin");
  }
}

/** Who has an item in their hands, in whatever it lies there. */
function holderOf(turn: Turn, item: Readonly<Item>): CharacterId | undefined {
  for (let at = item.at; ;) {
    if (at.startsWith("char:")) return at.slice("char:".length) as CharacterId;
    const outer = at.startsWith("item:") ? turn.area.items.get(at.slice("item:".length) as ItemId) : undefined;
    if (outer === undefined) return undefined;
    turn.reads(conflict.item(outer.id));
    at = outer.at;
  }
}

/** The area as it would be with somebody in it who is not there now; the area itself stays as it is. */
export function withGuest(area: AreaState, character: Character, items: readonly Item[]): AreaState {
  const room = area.rooms.get(character.room);
  const rooms = new Map(area.rooms);
  if (room !== undefined) rooms.set(room.id, { ...room, characters: new Set(room.characters) });
  const guested: AreaState = { ...area, rooms, characters: new Map(area.characters), items: new Map(area.items), contents: new Map(area.contents) };
  apply(guested, { type: "character-entered", character, items });
  return guested;
}
