import { useLayoutEffect, useRef } from "react";
import type { Game } from "../state/game.ts";
import { LogEntry } from "./LogEntry.tsx";

/** Lines in the small pane. */
const SHOWN = 24;

interface LivePaneProps {
  game: Game;
  end: number;
  unread: number;
  onReturn: () => void;
}

/**
 * The split view: while somebody reads further up, what happens now goes on below. It shows again what the log has
 * (and has announced), so it is for the eyes only.
 */
export function LivePane({ game, end, unread, onReturn }: LivePaneProps) {
  const pane = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (pane.current !== null) pane.current.scrollTop = pane.current.scrollHeight;
  }, [end]);
  return (
    <div className="live-pane">
      <button type="button" className="to-end" onClick={onReturn}>
        {unread === 0 ? "Back to now" : `${unread.toLocaleString("en")} new ${unread === 1 ? "line" : "lines"}`} <span aria-hidden="true">{"\u2193"}</span>
      </button>
      <div className="live-lines" ref={pane} aria-hidden="true">
        {game.log.slice(end - SHOWN, end).map((entry) => <LogEntry key={entry.key} entry={entry} clickable={false} />)}
      </div>
    </div>
  );
}
