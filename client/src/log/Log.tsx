import type { Game } from "../state/game.ts";
import { useStore } from "../state/store.ts";
import { LogEntry } from "./LogEntry.tsx";
import { useLogWindow } from "./use-log-window.ts";

interface LogProps {
  game: Game;
  onCommand: (command: string) => void;
  /** The reading further up is over; where the focus goes then. */
  onReturn: () => void;
}

/** What happens, line by line. Follows the newest until somebody scrolls up, and again after a command. */
export function Log({ game, onCommand, onReturn }: LogProps) {
  const shown = useLogWindow(useStore(game.extent), useStore(game.asked));
  const entries = game.log.slice(shown.from, shown.end);
  return (
    <div className="log-frame">
      <div
        className="log" ref={shown.ref} role="log" aria-label="What happens" tabIndex={0}
        aria-live={shown.settling ? "off" : "polite"} aria-relevant="additions" onScroll={shown.onScroll}
      >
        <div className="log-page">
          {shown.earlier > 0 && (
            <button type="button" className="quiet earlier" onClick={shown.showEarlier}>Earlier ({shown.earlier.toLocaleString()} more)</button>
          )}
          {entries.map((entry) => <LogEntry key={entry.key} entry={entry} onCommand={onCommand} />)}
        </div>
      </div>
      {!shown.following && (
        <button type="button" className="to-end" onClick={() => { shown.follow(); onReturn(); }}>
          {shown.unread === 0 ? "Back to now" : `${shown.unread} new ${shown.unread === 1 ? "line" : "lines"}`} <span aria-hidden="true">{"\u2193"}</span>
        </button>
      )}
    </div>
  );
}
