/** All words of the game, by message key. One file per group of commands. */
import { barterWords } from "./words/barter.ts";
import { decideWords } from "./words/decide.ts";
import { ignoreWords } from "./words/ignore.ts";
import { lifeWords } from "./words/life.ts";
import { moveWords } from "./words/move.ts";
import { lookWords } from "./words/look.ts";
import { handleWords } from "./words/handle.ts";
import { postWords } from "./words/post.ts";
import { selfWords } from "./words/self.ts";
import { staffWords } from "./words/staff.ts";
import { thingWords } from "./words/things.ts";
import { tradeWords } from "./words/trade.ts";
import { undoWords } from "./words/undo.ts";
import { wearWords } from "./words/wear.ts";
import { talkWords } from "./words/talk.ts";

export const catalog: Readonly<Record<string, string>> = {
  /** A text of the world, shown as it is. */
  prose: "{text}",
  ...decideWords, ...moveWords, ...lookWords, ...thingWords, ...handleWords, ...tradeWords, ...barterWords, ...postWords, ...wearWords, ...talkWords, ...selfWords, ...lifeWords, ...staffWords, ...undoWords, ...ignoreWords,
};
