/** Somebody comes into the area: woken by a login, on foot from another area, or back after a cut that nobody saw. */
import type { EngineContext } from "./context.ts";
import type { Accepted } from "./decision.ts";
import { carriedBy, type Holder, type RoomId } from "./ids.ts";
import { knownItems } from "./known-items.ts";
import { advanceQuests } from "./quests/advance.ts";
import type { View } from "./slate.ts";
import { Turn } from "./turn.ts";
import { describeRoom } from "./verbs/room-text.ts";
import type { Character, Item, ReadonlyArea } from "./world.ts";

export type Arrival =
  | { readonly kind: "login" }
  /** `from` words the direction: "the north", or "" where there is no word for it. */
  | { readonly kind: "walk"; readonly from: string }
  /** The character was here all along, as far as anybody can tell. */
  | { readonly kind: "resume" };

/**
 * The turn of somebody who is not in the area yet: what they bring along counts as carried, and the light in
 * their hand lights the room they come into.
 */
class ArrivalTurn extends Turn {
  readonly #brought = new Map<Holder, Item[]>();

  constructor(area: ReadonlyArea, actor: View<Character>, items: readonly Item[], ctx: EngineContext) {
    super(area, actor, ctx);
    for (const item of items) {
      const shelf = this.#brought.get(item.at);
      if (shelf === undefined) this.#brought.set(item.at, [item]);
      else shelf.push(item);
    }
  }

  override contents(holder: Holder): View<Item>[] {
    return [...super.contents(holder), ...(this.#brought.get(holder) ?? [])];
  }

  override isLit(room: RoomId = this.actor.room): boolean {
    return super.isLit(room) || (room === this.actor.room && this.contents(carriedBy(this.actor.id)).some((item) => item.lit));
  }
}

/** Lets a character in, as loaded, with all it carries (nested). Its room must be one of this area. */
export function decideArrival(area: ReadonlyArea, character: Character, items: readonly Item[], how: Arrival, ctx: EngineContext): Accepted {
  const arriver: Character = how.kind === "resume" ? character : { ...character, afk: null, linkDead: false };
  const known = knownItems(items, ctx.content, (holder) => holder === carriedBy(character.id));
  const turn = new ArrivalTurn(area, arriver, known, ctx);
  turn.event({ type: "character-entered", character: arriver, items: known });
  if (how.kind === "resume") return turn.accept();

  if (how.kind === "login") {
    if (arriver.position !== "standing") turn.event({ type: "position-changed", character: arriver.id, position: "standing" });
    // A paragraph is a line; how its source was folded does not show.
    for (const paragraph of ctx.content.world.welcome.trim().split(/\n\s*\n/)) turn.toActor("prose", { text: paragraph.replace(/\s+/g, " ") }, "system");
    turn.toOthers("arrive.wakes", { actor: turn.me }, "move");
  } else turn.toOthers(how.from === "" ? "go.arrives" : "go.arrives_from", { actor: turn.me, from: how.from }, "move");
  describeRoom(turn, arriver.room, { brief: how.kind === "walk" && arriver.settings.brief });
  turn.signal({ type: "visited", room: arriver.room });
  advanceQuests(turn);
  return turn.accept();
}
