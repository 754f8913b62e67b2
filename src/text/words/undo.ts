/** Something of the past is taken back. */
export const undoWords = {
  "undo.lost": "An operator takes back something that happened earlier: you lose {lost}.",
  "undo.back": "An operator takes back something that happened earlier: you get back {back}.",
  "undo.both": "An operator takes back something that happened earlier: you lose {lost} and get back {back}.",
} as const;
