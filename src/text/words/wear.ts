/** Wearing, wielding, holding; and what lies where on the body. */
const PLACES = {
  head: "on your head", neck: "round your neck", body: "on your body", back: "on your back", arms: "on your arms", hands: "on your hands",
  waist: "round your waist", legs: "on your legs", feet: "on your feet", finger: "on your finger", wielded: "wielded in your hand", held: "held in your other hand",
} as const;

const places: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(PLACES).flatMap(([slot, place]) => [[`worn.${slot}`, `{item}, ${place}`], [`worn.${slot}_lit`, `{item}, ${place}, burning`]]),
);

export const wearWords = {
  ...places,
  "wear.what": "Wear what?",
  "wear.what_wielded": "Wield what?",
  "wear.what_held": "Hold what?",
  "wear.nothing": "You carry nothing that you could put on.",
  "wear.not_wearable": "You cannot wear {the:item}.",
  "wear.not_wielded": "You cannot wield {the:item}.",
  "wear.not_held": "There is no point in holding {the:item} in your hand; you carry it as it is.",
  "wear.slot_taken": "You would have to remove {the:other} first.",
  "wear.hand_taken": "That hand is not free: you would have to remove {the:other} first.",
  "wear.already": "You are wearing or holding {the:item} already.",
  "wear.actor_worn": "You put on {the:item}.",
  "wear.others_worn": "{actor} puts on {item}.",
  "wear.actor_wielded": "You wield {the:item}.",
  "wear.others_wielded": "{actor} wields {item}.",
  "wear.actor_held": "You hold {the:item} in your hand.",
  "wear.others_held": "{actor} takes {item} in hand.",
  "remove.what": "Remove what?",
  "remove.nothing": "You wear nothing that you could take off.",
  "remove.not_worn": "You are not wearing any {word}.",
  "remove.only_carried": "You are not wearing {the:item}, only carrying it.",
  "remove.actor": "You remove {items}.",
  "remove.others": "{actor} removes {items}.",
};
