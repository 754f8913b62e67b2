import { useRef } from "react";
import type { TouchEvent } from "react";

/** A swipe is at least this long, in px, this quick, in ms, and more across than along. */
const LEAST_PX = 70;
const MOST_MS = 600;

/** Tells a swipe to the left (1, what comes next) from one to the right (-1). What scrolls sideways itself is left alone. */
export function useSwipe(onSwipe: (direction: 1 | -1) => void): { onTouchStart: (event: TouchEvent) => void; onTouchEnd: (event: TouchEvent) => void } {
  const began = useRef<{ x: number; y: number; atMs: number } | undefined>(undefined);
  return {
    onTouchStart: (event) => {
      const touch = event.touches[0];
      const away = (event.target as Element).closest("input, .map, .pad, .talk-tabs") !== null;
      began.current = touch === undefined || event.touches.length > 1 || away ? undefined : { x: touch.clientX, y: touch.clientY, atMs: event.timeStamp };
    },
    onTouchEnd: (event) => {
      const [from, touch] = [began.current, event.changedTouches[0]];
      began.current = undefined;
      if (from === undefined || touch === undefined || event.timeStamp - from.atMs > MOST_MS || getSelection()?.isCollapsed === false) return;
      const [x, y] = [touch.clientX - from.x, touch.clientY - from.y];
      if (Math.abs(x) >= LEAST_PX && Math.abs(x) > 2 * Math.abs(y)) onSwipe(x < 0 ? 1 : -1);
    },
  };
}
