import { useCallback, useLayoutEffect, useRef, useState } from "react";
import type { RefObject } from "react";
import type { LogExtent } from "../state/log-buffer.ts";

/** Entries shown while the log follows. */
const SHOWN = 500;
/** Entries shown at most while somebody reads further up. */
const SHOWN_READING = 2_000;
/** Entries that "earlier" adds. */
const EARLIER = 500;
/** This near to the end counts as the end, in px. */
const NEAR_END_PX = 32;

export interface LogWindow {
  ref: RefObject<HTMLDivElement | null>;
  /** Keys of the entries to show: from, up to but not including `end`. */
  from: number;
  end: number;
  /** False while somebody reads further up. */
  following: boolean;
  /** Entries that came since the reading began. */
  unread: number;
  /** Entries of the scrollback above those shown. */
  earlier: number;
  /** True for the moment in which earlier entries are put in: they are not news. */
  settling: boolean;
  onScroll: () => void;
  showEarlier: () => void;
  follow: () => void;
}

/**
 * Which part of the scrollback is shown, and keeping to its end unless somebody has scrolled up.
 * When `asked` changes, it returns to the end.
 */
export function useLogWindow({ first, end }: LogExtent, asked: number): LogWindow {
  const ref = useRef<HTMLDivElement>(null);
  /** Where the reading began: the first entry shown then, and the end of the log. */
  const [reading, setReading] = useState<{ from: number; end: number } | undefined>(undefined);
  const [settling, setSettling] = useState(false);
  const [askedBefore, setAskedBefore] = useState(asked);
  if (asked !== askedBefore) {
    setAskedBefore(asked);
    setReading(undefined);
  }
  const fromEndPx = useRef<number | undefined>(undefined);
  const following = reading === undefined;
  const from = Math.max(first, reading === undefined ? end - SHOWN : Math.max(reading.from, end - SHOWN_READING));

  const toEnd = useCallback(() => {
    const log = ref.current;
    if (log !== null) log.scrollTop = log.scrollHeight;
  }, []);

  useLayoutEffect(() => {
    if (following) toEnd();
  }, [following, end, first, toEnd]);

  // Earlier entries are put in above: what is being read stays where it is.
  useLayoutEffect(() => {
    const log = ref.current;
    if (log === null || fromEndPx.current === undefined) return;
    log.scrollTop = log.scrollHeight - fromEndPx.current;
    fromEndPx.current = undefined;
  }, [from]);

  // A keyboard that opens, or a window that changes, must not take the newest line out of sight.
  useLayoutEffect(() => {
    const log = ref.current;
    if (log === null || !following) return;
    const observer = new ResizeObserver(toEnd);
    observer.observe(log);
    return () => observer.disconnect();
  }, [following, toEnd]);

  useLayoutEffect(() => {
    if (!settling) return;
    const timer = setTimeout(() => setSettling(false), 100);
    return () => clearTimeout(timer);
  }, [settling]);

  const onScroll = useCallback(() => {
    const log = ref.current;
    if (log === null) return;
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END_PX;
    setReading((was) => {
      if (atEnd) return undefined;
      return was ?? { from: Math.max(first, end - SHOWN), end };
    });
  }, [first, end]);

  return {
    ref, from, end, following, settling, onScroll,
    unread: reading === undefined ? 0 : end - reading.end,
    earlier: from - first,
    showEarlier: () => {
      const log = ref.current;
      if (log !== null) fromEndPx.current = log.scrollHeight - log.scrollTop;
      setSettling(true);
      setReading((was) => ({ end: was?.end ?? end, from: Math.max(first, from - EARLIER) }));
    },
    follow: () => setReading(undefined),
  };
}
