import { useEffect, useRef, useState } from "react";
import type { Game } from "../state/game.ts";
import { searchLog } from "../state/log-search.ts";

interface LogSearchProps {
  game: Game;
  onFound: (key: number | undefined) => void;
  onClose: () => void;
}

/** Looks for words in the whole scrollback; Enter leads to the one before, Shift and Enter to the one after. */
export function LogSearch({ game, onFound, onClose }: LogSearchProps) {
  const input = useRef<HTMLInputElement>(null);
  const [words, setWords] = useState("");
  const [found, setFound] = useState<readonly number[]>([]);
  const [at, setAt] = useState(0);

  useEffect(() => input.current?.focus(), []);

  const search = (wanted: string): void => {
    setWords(wanted);
    const keys = searchLog(game.log.all(), wanted);
    setFound(keys);
    show(keys, keys.length - 1);
  };
  const show = (keys: readonly number[], index: number): void => {
    const next = keys.length === 0 ? 0 : (index + keys.length) % keys.length;
    setAt(next);
    onFound(keys[next]);
  };

  return (
    <form
      className="log-search" role="search" aria-label="Search the log"
      onSubmit={(event) => {
        event.preventDefault();
        show(found, at - 1);
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") {
          event.preventDefault();
          onClose();
        } else if (event.key === "Enter" && event.shiftKey) {
          event.preventDefault();
          show(found, at + 1);
        }
      }}
    >
      <label htmlFor="log-search">Search</label>
      <input id="log-search" ref={input} type="text" value={words} autoComplete="off" spellCheck={false} onChange={(event) => search(event.target.value)} />
      <span role="status" className="log-search-count">{words.trim() === "" ? "" : found.length === 0 ? "Nothing found" : `${at + 1} of ${found.length}`}</span>
      <button type="submit" aria-label="The one before" disabled={found.length === 0}>{"\u2191"}</button>
      <button type="button" aria-label="The one after" disabled={found.length === 0} onClick={() => show(found, at + 1)}>{"\u2193"}</button>
      <button type="button" className="quiet" onClick={onClose}>Close</button>
    </form>
  );
}
