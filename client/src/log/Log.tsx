import { useCallback, useImperativeHandle, useRef, useState } from "react";
import type { Ref } from "react";
import type { CommandPorts } from "../panels/actions.ts";
import type { Game } from "../state/game.ts";
import { useStore } from "../state/store.ts";
import type { EarlierHandle } from "./EarlierLines.tsx";
import { EarlierLines } from "./EarlierLines.tsx";
import { LivePane } from "./LivePane.tsx";
import { LogEntry } from "./LogEntry.tsx";
import { LogSearch } from "./LogSearch.tsx";
import { useLogActions } from "./use-log-actions.ts";
import { useLogWindow } from "./use-log-window.ts";

/** What others may do with the log. */
export interface LogHandle {
  page: (direction: 1 | -1) => void;
  search: () => void;
  toEnd: () => void;
}

interface LogProps {
  game: Game;
  ports: CommandPorts;
  /** The reading further up is over; where the focus goes then. */
  onReturn: () => void;
  ref: Ref<LogHandle>;
}

/** What happens, line by line. Follows the newest until somebody scrolls up, and again after a command. */
export function Log({ game, ports, onReturn, ref }: LogProps) {
  const extent = useStore(game.extent);
  const { timestamps, speech } = useStore(game.settings);
  const shown = useLogWindow(extent, game.newsFrom, useStore(game.asked));
  const actions = useLogActions(ports);
  const earlier = useRef<EarlierHandle>(null);
  const [searching, setSearching] = useState(false);
  const [found, setFound] = useState<number | undefined>(undefined);
  const { scroller, live, liveFrom, read, follow, onInput } = shown;
  const from = Math.max(liveFrom, extent.first);

  useImperativeHandle(ref, () => ({
    page: (direction) => {
      onInput();
      scroller.current?.scrollBy({ top: direction * scroller.current.clientHeight * 0.9 });
    },
    search: () => setSearching(true),
    toEnd: follow,
  }), [scroller, follow, onInput]);

  const onFound = useCallback((key: number | undefined) => {
    setFound(key);
    if (key === undefined) return;
    read();
    if (key < from) earlier.current?.goTo(key);
    else live.current?.querySelector(`[data-key="${key}"]`)?.scrollIntoView({ block: "center" });
  }, [from, live, read]);

  return (
    <div className="log-frame" data-timestamps={timestamps}>
      {searching && <LogSearch game={game} onFound={onFound} onClose={() => { setSearching(false); setFound(undefined); follow(); onReturn(); }} />}
      <div
        className="log" ref={scroller} tabIndex={0} role="group" aria-label="The log"
        aria-description="Up and down scroll, left and right go through what can be clicked." onScroll={shown.onScroll}
        onWheel={onInput} onTouchMove={onInput} onPointerDown={onInput} onKeyDownCapture={onInput} {...actions}
      >
        <div className="log-page" ref={shown.page}>
          <EarlierLines ref={earlier} game={game} from={extent.first} end={from} scroller={scroller} heights={shown.heights} found={found} following={shown.following} />
          <div className="log-live" role="log" aria-label="What happens" aria-live="polite" aria-relevant="additions" ref={live}>
            {game.log.slice(from, extent.end).map((entry) => <LogEntry key={entry.key} entry={entry} found={found === entry.key} brief={speech === "short"} />)}
          </div>
        </div>
      </div>
      {!shown.following && <LivePane game={game} end={extent.end} unread={shown.unread} onReturn={() => { follow(); onReturn(); }} />}
    </div>
  );
}
