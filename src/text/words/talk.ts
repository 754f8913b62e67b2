export const talkWords = {
  "say.what": "Say what?",
  "say.actor": 'You say, "{text}"',
  "say.others": '{actor} says, "{text}"',
  "npc.line": '{npc}: {text}',
  "people.not_here": "You see no {word} here.",
} as const;
