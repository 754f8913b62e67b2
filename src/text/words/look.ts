export const lookWords = {
  "look.title": "{title}",
  "look.dark": "It is pitch dark. You can make out nothing but the ways out.",
  "look.no_exits": "There is no obvious way out.",
  "look.exits": "Exits: {exits}.",
  "look.lies_here": "{item} lie here.",
  "look.thing": "{item}",
  "look.npc": "{npc}",
  "look.person": "{person} is here.",
  "look.person_position": "{person} is here, {position}.",
  "look.away": "{person} is here, but far away in thought.",
  "look.link_dead": "{person} is here, staring into nothing.",
} as const;
