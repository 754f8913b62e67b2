/** Buying and selling. */
export const tradeWords = {
  "shop.nobody": "There is nobody here who buys or sells.",
  "shop.no_trader": "{the:npc} does not buy or sell anything.",
  "shop.closed": "{the:npc} is not trading now. Trading hours: {hours}.",

  "list.nothing_for_sale": "{the:npc} has nothing for sale at the moment.",
  "list.for_sale": "{the:npc} sells:",
  "list.offer": "{number}. {item}, {price}",
  "list.offer_used": "{number}. {item}, {price}, second-hand, only one",
  "list.offer_used_many": "{number}. {item}, {price} each, second-hand, {count} of them",

  "buy.what": "Buy what? Type list to see what is for sale.",
  "buy.how_many": "How many? Type for example: buy 3 bread.",
  "buy.not_for_sale": "There is no {word} for sale here. Type list to see what is.",
  "buy.not_so_many": "Only {item} can be had here.",
  "buy.too_poor": "For {item} you need {price}, and you have {coins}.",
  "buy.actor": "You buy {item} from {the:npc} for {price}.",
  "buy.others": "{actor} buys {item} from {the:npc}.",

  "sell.what": "Sell what?",
  "sell.quest_item": "You need {the:item} for your quest.",
  "sell.worthless": "Nobody would pay anything for {the:item}.",
  "sell.not_wanted": "{the:npc} does not buy such things as {item}.",
  "sell.nobody_wants": "Nobody here buys such things as {item}.",
  "sell.half_empty": "Nobody buys {item} that somebody has drunk from.",
  "sell.actor": "You sell {items} to {the:npc} for {coins}.",
  "sell.others": "{actor} sells {items} to {the:npc}.",

  "value.what": "What would you like to have valued?",
  "value.actor": "{the:npc} would give you {coins} for {the:item}.",
} as const;
