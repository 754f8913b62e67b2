import { useCallback, useRef } from "react";
import { complete, visibleWords } from "../state/completion.ts";
import type { Game } from "../state/game.ts";

/** A walk through the candidates for what was typed. */
interface Walk {
  lines: readonly string[];
  at: number;
}

/**
 * Completes the last word: the first time with the first candidate, then with each of the others, and after the last
 * one not at all, so that the key that does it can go its way.
 */
export function useCompletion(game: Game, text: string, setText: (text: string) => void): { next: () => boolean; rest: () => void } {
  const walk = useRef<Walk | undefined>(undefined);

  const next = useCallback((): boolean => {
    const under = walk.current?.lines[walk.current.at] === text ? walk.current : undefined;
    const { lines } = under ?? complete(text, game.vocabulary.get().commands, visibleWords(game.view.get()));
    const at = under === undefined ? 0 : under.at + 1;
    const line = lines[at];
    if (line === undefined) {
      walk.current = undefined;
      return false;
    }
    walk.current = { lines, at };
    setText(line);
    game.say(lines.length === 1 ? line : `${line}, ${at + 1} of ${lines.length}`);
    return true;
  }, [game, text, setText]);

  const rest = useCallback(() => {
    walk.current = undefined;
  }, []);
  return { next, rest };
}
