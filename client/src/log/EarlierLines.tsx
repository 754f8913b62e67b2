import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useImperativeHandle, useLayoutEffect, useRef } from "react";
import type { Ref, RefObject } from "react";
import type { Game } from "../state/game.ts";
import { LogEntry } from "./LogEntry.tsx";

/** The height of a line that was never shown, in px. */
const LINE_PX = 34;

export interface EarlierHandle {
  /** Brings an entry into sight. */
  goTo: (key: number) => void;
}

interface EarlierLinesProps {
  game: Game;
  /** Keys of the entries: from, up to but not including, `end`. */
  from: number;
  end: number;
  scroller: RefObject<HTMLDivElement | null>;
  heights: Map<number, number>;
  found: number | undefined;
  /** The log keeps to its end by itself: nothing here may move it. */
  following: boolean;
  ref: Ref<EarlierHandle>;
}

/** The lines before the live part. Only those in sight are in the document; nothing here is announced. */
export function EarlierLines({ game, from, end, scroller, heights, found, following, ref }: EarlierLinesProps) {
  const lines = useVirtualizer({
    count: end - from,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => heights.get(from + index) ?? LINE_PX,
    getItemKey: (index) => from + index,
    overscan: 12,
  });
  // Set here and not in an effect: lines are measured before effects run, and what the list takes for the scroll position is old by then.
  lines.shouldAdjustScrollPositionOnItemSizeChange = (line, _delta, { scrollOffset }) => !following && line.start < (scrollOffset ?? 0);
  useImperativeHandle(ref, () => ({ goTo: (key) => lines.scrollToIndex(key - from, { align: "center" }) }), [lines, from]);

  // Another width or font makes every height anew.
  useEffect(() => {
    const log = scroller.current;
    if (log === null) return;
    let width = log.clientWidth;
    const observer = new ResizeObserver(() => {
      if (log.clientWidth === width) return;
      width = log.clientWidth;
      heights.clear();
      lines.measure();
    });
    observer.observe(log);
    return () => observer.disconnect();
  }, [heights, lines, scroller]);

  // The oldest go when the scrollback is full: what is being read stays where it is.
  const total = lines.getTotalSize();
  const before = useRef({ from, total });
  useLayoutEffect(() => {
    const log = scroller.current;
    const { current } = before;
    before.current = { from, total };
    if (log === null || from === current.from || total >= current.total) return;
    log.scrollTop -= current.total - total;
    for (const key of heights.keys()) if (key < from) heights.delete(key);
  }, [from, total, scroller, heights]);

  return (
    <div className="log-earlier" role="group" aria-label="Earlier lines" style={{ height: total }}>
      {lines.getVirtualItems().map(({ key, index, start }) => {
        const entry = game.log.at(from + index);
        return entry !== undefined && (
          <div key={key} ref={lines.measureElement} data-index={index} className="log-row" style={{ transform: `translateY(${start}px)` }}>
            <LogEntry entry={entry} found={found === entry.key} />
          </div>
        );
      })}
    </div>
  );
}
