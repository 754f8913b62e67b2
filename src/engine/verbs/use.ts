import type { CommandModule } from "../command.ts";
import { AWAKE } from "../command.ts";
import type { ItemKind } from "../content.ts";
import type { Refused } from "../decision.ts";
import type { Turn } from "../turn.ts";
import type { Item, Npc } from "../world.ts";
import { notInHand } from "./eat.ts";
import { switchLight } from "./light.ts";
import { findAmong, wordsIn } from "./things.ts";

type Use = NonNullable<ItemKind["use"]>;

export const use: CommandModule = {
  name: "use",
  aliases: [],
  rank: 34,
  group: "things",
  usage: ["use <thing>"],
  help: "Uses something you carry, or something fixed here such as a lever. A lantern is lit or put out.",
  positions: AWAKE,

  decide(turn, args) {
    if (args.text === "") return turn.refuse("no_target", "use.what");
    const item = findAmong(turn, args.text, usable(turn));
    if (item === undefined) return turn.isLit() ? notInHand(turn, args.text) : turn.refuse("not_carried", "things.not_carried", { word: wordsIn(args.text) });
    const kind = turn.kindOf(item);
    if (kind.use !== null) return apply(turn, item, kind.use);
    if (kind.light) return switchLight(turn, item, !item.lit);
    return turn.refuse("not_usable", hintFor(kind), { item: turn.itemNoun(item, 1) });
  },
};

/** What is carried, worn, or fixed here (in the dark only what one has on oneself). */
function usable(turn: Turn): Readonly<Item>[] {
  const own = [...turn.carried(), ...turn.worn()];
  return turn.isLit() ? [...own, ...turn.onGround().filter((item) => turn.kindOf(item).fixed)] : own;
}

function apply(turn: Turn, item: Readonly<Item>, rule: Use): Refused | void {
  const noun = turn.itemNoun(item, 1);
  if (rule.room !== null && rule.room !== turn.actor.room) return turn.refuse("wrong_place", "use.wrong_place", { item: noun });
  const npc = rule.dismisses === null ? undefined : turn.npcs().find((candidate) => candidate.kind === rule.dismisses);
  if (rule.consumes) {
    // What would be used up for nothing is kept.
    if (rule.dismisses !== null && npc === undefined) return turn.refuse("no_effect", "use.no_effect", { item: noun });
    if (turn.kindOf(item).container !== null && turn.readsContents(`item:${item.id}`).length > 0) return turn.refuse("not_empty", "things.not_empty", { item: noun });
    turn.destroy(item, "use", 1);
  }
  turn.toActor("prose", { text: rule.text });
  if (rule.othersText !== null) turn.toOthers("prose.actor", { text: rule.othersText, actor: turn.me });
  if (npc !== undefined) dismiss(turn, npc);
  turn.signal({ type: "used", kind: item.kind, room: turn.actor.room });
}

function dismiss(turn: Turn, npc: Readonly<Npc>): void {
  turn.event({ type: "npc-gone", npc: npc.id, untilMs: turn.ctx.nowMs + turn.npcKind(npc).respawnS * 1000 });
  turn.toRoom(turn.actor.room, "use.dismissed", { npc: turn.npcNoun(npc) }, "npc");
}

/** What to do with it instead. */
function hintFor(kind: ItemKind): string {
  if (kind.food !== null) return "use.eat_it";
  if (kind.drink !== null) return "use.drink_it";
  if (kind.readText !== null) return "use.read_it";
  if (kind.slot === "wielded") return "use.wield_it";
  if (kind.slot !== null) return "use.wear_it";
  return "use.no_use";
}
