/** Not hearing somebody. */
export const ignoreWords = {
  "ignore.none": "You ignore nobody. Type ignore and a name, and you hear no words of theirs any more.",
  "ignore.list": "You ignore {people}. Type unignore and a name to hear somebody again.",
  "ignore.self": "You cannot ignore yourself.",
  "ignore.nobody": "There is no player called {name}.",
  "ignore.staff": "{person} looks after the world and is heard by everybody.",
  "ignore.already": "You ignore {person} already.",
  "ignore.too_many": "You ignore {limit} people already. Type unignore and a name first.",
  "ignore.actor": "You ignore {person} from now on: you hear no words of theirs. They are not told.",
  "ignore.no_answer": "You ignore {person}, so you would not hear an answer.",
  "ignore.note_left_out": "You ignore {person}: what they wrote is left out.",

  "unignore.whom": "Whom would you like to hear again? Type for example: unignore Ada.",
  "unignore.not_ignored": "You do not ignore anybody called {name}. Type ignore to see whom you ignore.",
  "unignore.actor": "You hear {person} again.",
} as const;
