/** NPC kinds. */
import type { NpcKind } from "../../engine/content.ts";
import type { KindId, NpcKindId, QuestId, RoomId } from "../../engine/ids.ts";
import { asId } from "../../engine/ids.ts";
import { capitalised, keywordsOf } from "../names.ts";
import type { Entry } from "../raw-world.ts";
import type { RawNpc } from "../schema/npc.ts";
import { buildLines, optionalId } from "./parts.ts";

/** An NPC kind as the engine reads it. */
export function buildNpc({ id, value }: Entry<RawNpc>): NpcKind {
  const { wander, patrol, greet, chatter } = value;
  return {
    id: asId<NpcKindId>(id),
    name: value.name,
    keywords: value.keywords ?? keywordsOf(value.name),
    description: value.description,
    roomText: value.room_text ?? `${capitalised(value.name)} is here.`,
    wander: wander === undefined ? null : { everyS: wander.every_s, rooms: wander.rooms === "area" ? "area" : wander.rooms.map((room) => asId<RoomId>(room)) },
    patrol: patrol === undefined ? null : { everyS: patrol.every_s, route: patrol.route.map((room) => asId<RoomId>(room)) },
    greet: greet === undefined ? null : { lines: greet.lines, cooldownS: greet.cooldown_s },
    chatter: chatter === undefined ? null : { everyS: chatter.every_s, lines: buildLines(chatter.lines) },
    dialogue: value.dialogue.map(({ words, reply, when, gives }) => ({
      words,
      reply,
      when: when === undefined ? null : { quest: asId<QuestId>(when.quest), state: when.state },
      gives: optionalId<QuestId>(gives),
    })),
    puzzled: value.puzzled,
    shop: buildShop(value.shop),
    guard: buildGuard(value.guard),
    respawnS: value.respawn_s,
  };
}

function buildShop(shop: RawNpc["shop"]): NpcKind["shop"] {
  if (shop === undefined) return null;
  return {
    sells: shop.sells.map(({ kind, price }) => ({ kind: asId<KindId>(kind), price })),
    buys: shop.buys === "any" ? "any" : shop.buys.map((kind) => asId<KindId>(kind)),
    buysAtPercent: shop.buys_at_percent,
    opens: shop.opens,
  };
}

function buildGuard(guard: RawNpc["guard"]): NpcKind["guard"] {
  if (guard === undefined) return null;
  return {
    exit: guard.exit,
    passItem: optionalId<KindId>(guard.pass_item),
    passQuest: guard.pass_quest === undefined ? null : { quest: asId<QuestId>(guard.pass_quest.quest), state: guard.pass_quest.state },
    refusal: guard.refusal,
  };
}
