/** Item kinds. */
import type { ItemKind } from "../../engine/content.ts";
import type { KindId, NpcKindId, QuestId, RoomId } from "../../engine/ids.ts";
import { asId } from "../../engine/ids.ts";
import { capitalised, keywordsOf, pluralOf } from "../names.ts";
import type { Entry } from "../raw-world.ts";
import type { RawItem } from "../schema/item.ts";
import { optionalId } from "./parts.ts";

/** An item kind as the engine reads it. */
export function buildItem({ id, value }: Entry<RawItem>): ItemKind {
  const { container, food, drink, use } = value;
  return {
    id: asId<KindId>(id),
    name: value.name,
    plural: value.plural ?? pluralOf(value.name),
    keywords: value.keywords ?? keywordsOf(value.name),
    description: value.description,
    roomText: value.room_text ?? `${capitalised(value.name)} lies here.`,
    fixed: value.fixed,
    weightG: value.weight_g,
    value: value.value,
    stackable: value.stackable,
    slot: value.slot ?? null,
    container: container === undefined ? null : {
      capacity: container.capacity,
      closable: container.closable,
      key: optionalId<KindId>(container.key),
      initially: container.initially,
    },
    light: value.light,
    food: food === undefined ? null : { vigour: food.vigour, health: food.health, text: food.text ?? null },
    drink: drink === undefined ? null : { vigour: drink.vigour, health: drink.health, charges: drink.charges, text: drink.text ?? null },
    readText: value.read ?? null,
    use: use === undefined ? null : {
      text: use.text,
      othersText: use.others_text ?? null,
      room: optionalId<RoomId>(use.room),
      consumes: use.consumes,
      dismisses: optionalId<NpcKindId>(use.dismisses),
    },
    quest: optionalId<QuestId>(value.quest),
  };
}
