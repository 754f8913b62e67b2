import { useCallback, useLayoutEffect, useRef, useState } from "react";
import type { RefObject } from "react";
import type { LogExtent } from "../state/log-buffer.ts";

/** Lines that the live part has at most while it follows, and how many it keeps when it hands older ones on. */
const LIVE_MOST = 300;
const LIVE_LEAST = 200;
/** While somebody reads further up, or selects, nothing is taken from under them before it has so many. */
const LIVE_MOST_READING = 2_000;
/** A scroll so soon after somebody's wheel, finger or key is theirs, in ms; any other is the page settling. */
const THEIR_SCROLL_MS = 1_500;
/** This near to the end counts as the end, in px. */
const NEAR_END_PX = 32;

export interface LogWindow {
  scroller: RefObject<HTMLDivElement | null>;
  page: RefObject<HTMLDivElement | null>;
  live: RefObject<HTMLDivElement | null>;
  /** The first entry of the live part; those before are the earlier ones. */
  liveFrom: number;
  /** Heights in px that lines had when they left the live part, by key. */
  heights: Map<number, number>;
  /** False while somebody reads further up. */
  following: boolean;
  /** Entries that came since the reading began. */
  unread: number;
  onScroll: () => void;
  /** Somebody moves a wheel, a finger or a key over the log: the scrolling that follows is meant. */
  onInput: () => void;
  /** Reads further up from here on, for example at something found. */
  read: () => void;
  follow: () => void;
}

/** Somebody has selected a part of the log: it is not to be pulled away. */
function isSelected(within: HTMLElement): boolean {
  const selection = getSelection();
  return selection !== null && !selection.isCollapsed && selection.anchorNode !== null && within.contains(selection.anchorNode);
}

/**
 * The log is one page to scroll through: earlier lines, of which only those in sight are in the document, and the live
 * part, into which each new line is put once. It keeps to its end unless somebody has scrolled up, and when `asked`
 * changes it returns there.
 */
export function useLogWindow({ end }: LogExtent, newsFrom: number, asked: number): LogWindow {
  const scroller = useRef<HTMLDivElement>(null);
  const page = useRef<HTMLDivElement>(null);
  const live = useRef<HTMLDivElement>(null);
  const [heights] = useState(() => new Map<number, number>());
  const [liveFrom, setLiveFrom] = useState(newsFrom);
  /** The end of the log when the reading began. */
  const [readingFrom, setReadingFrom] = useState<number | undefined>(undefined);
  const [askedBefore, setAskedBefore] = useState(asked);
  if (asked !== askedBefore) {
    setAskedBefore(asked);
    setReadingFrom(undefined);
  }
  const following = readingFrom === undefined;
  const lastTop = useRef(0);
  const lastInputMs = useRef(Number.NEGATIVE_INFINITY);

  const toEnd = useCallback(() => {
    const log = scroller.current;
    if (log === null) return;
    log.scrollTop = log.scrollHeight;
    lastTop.current = log.scrollTop;
  }, []);

  // Old lines leave the live part many at a time, and their heights are known to where they go.
  useLayoutEffect(() => {
    const log = live.current;
    if (log === null) return;
    const most = following && !isSelected(log) ? LIVE_MOST : LIVE_MOST_READING;
    if (end - liveFrom <= most) return;
    const from = end - Math.min(most, LIVE_LEAST + most - LIVE_MOST);
    for (const line of [...log.children].slice(0, from - liveFrom)) {
      if (line instanceof HTMLElement) heights.set(Number(line.dataset.key), line.offsetHeight);
    }
    setLiveFrom(from);
  }, [end, liveFrom, following, heights]);

  useLayoutEffect(() => {
    if (following) toEnd();
  }, [following, end, liveFrom, toEnd]);

  // A keyboard that opens, or a window that changes, must not take the newest line out of sight.
  useLayoutEffect(() => {
    const [log, inner] = [scroller.current, page.current];
    if (log === null || inner === null || !following) return;
    const observer = new ResizeObserver(toEnd);
    observer.observe(log);
    observer.observe(inner);
    return () => observer.disconnect();
  }, [following, toEnd]);

  const onScroll = useCallback(() => {
    const log = scroller.current;
    if (log === null) return;
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END_PX;
    const upwards = log.scrollTop < lastTop.current - 1;
    lastTop.current = log.scrollTop;
    if (atEnd) setReadingFrom(undefined);
    else if (performance.now() - lastInputMs.current > THEIR_SCROLL_MS) {
      if (following) toEnd();
    } else if (upwards) setReadingFrom((was) => was ?? end);
  }, [end, following, toEnd]);
  const onInput = useCallback(() => {
    lastInputMs.current = performance.now();
  }, []);

  return {
    scroller, page, live, liveFrom, heights, following, onScroll, onInput,
    unread: readingFrom === undefined ? 0 : end - readingFrom,
    read: useCallback(() => setReadingFrom((was) => was ?? end), [end]),
    follow: useCallback(() => setReadingFrom(undefined), []),
  };
}
