export const decideWords = {
  "decide.nothing": "Yes?",
  "decide.unknown": "There is no command {verb}. Type help to see what you can do.",
  "decide.did_you_mean": "There is no command {verb}. Did you mean {guesses}?",
  "decide.standing": "You are on your feet already.",
  "decide.sitting": "You would have to stand up first.",
  "decide.resting": "You would have to stand up first.",
  "decide.sleeping": "You are asleep. Type stand to get up.",
  "decide.too_dark": "It is too dark to see what you are doing.",
} as const;
