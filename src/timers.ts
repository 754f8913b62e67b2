/**
 * The only callers of setTimeout and setInterval (`test/tidy.test.ts` checks it). What starts returns its stop, and
 * what a callback throws or rejects with goes to a handler, so that a failing job is neither silent nor fatal.
 */
import type { Clock } from "./runtime/ports.ts";
import { outsideWork } from "./telemetry/tracing.ts";

export type Stop = () => void;
export type OnError = (error: unknown) => void;

/** Longest delay a timer of Node takes, in ms (24.8 days); it fires at once above it. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/**
 * Runs every `everyMs` milliseconds, first after one such time, until stopped. One run at a time: while an
 * asynchronous run is under way, its turns are left out. Does not keep the process alive by itself.
 */
export function interval(run: () => void | Promise<void>, everyMs: number, onError: OnError): Stop {
  let underWay = false;
  // Whoever starts it: what it calls is part of nobody's command.
  const timer = outsideWork(() => setInterval(() => {
    if (underWay) return;
    underWay = true;
    void settle(run, onError).then(() => {
      underWay = false;
    });
  }, Math.min(everyMs, MAX_DELAY_MS)));
  timer.unref();
  return () => clearInterval(timer);
}

/**
 * Many that run every `everyMs` milliseconds, on one timer: they take turns, `groups` groups of them within that time, and
 * those of a group run in one go.
 */
export function spreadInterval(everyMs: number, groups: number, onError: OnError): (run: () => void) => Stop {
  const members = Array.from({ length: groups }, () => new Set<{ readonly run: () => void }>());
  let turn = 0;
  let stop: Stop | null = null;
  const tick = (): void => {
    turn = (turn + 1) % groups;
    for (const { run } of [...members[turn]!]) {
      try {
        run();
      } catch (error) {
        onError(error);
      }
    }
  };
  return (run) => {
    const group = members.reduce((least, other) => (other.size < least.size ? other : least));
    const member = { run };
    group.add(member);
    stop ??= interval(tick, everyMs / groups, onError);
    return () => {
      group.delete(member);
      if (members.some((other) => other.size > 0)) return;
      stop?.();
      stop = null;
    };
  };
}

/** Runs once after `delayMs` milliseconds, however many those are, unless stopped before. */
export function timeout(run: () => void | Promise<void>, delayMs: number, onError: OnError): Stop {
  let timer: NodeJS.Timeout;
  const wait = (leftMs: number): void => {
    timer = outsideWork(() => setTimeout(() => {
      if (leftMs > MAX_DELAY_MS) wait(leftMs - MAX_DELAY_MS);
      else void settle(run, onError);
    }, Math.min(leftMs, MAX_DELAY_MS)));
  };
  wait(Math.max(0, delayMs));
  return () => clearTimeout(timer);
}

/** Resolves after `delayMs` milliseconds; rejects with the signal's reason when it is aborted before. */
export function sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    const abort = (): void => {
      stop();
      reject(signal?.reason as Error);
    };
    const stop = timeout(
      () => {
        signal?.removeEventListener("abort", abort);
        resolve();
      },
      delayMs,
      reject,
    );
    signal?.addEventListener("abort", abort, { once: true });
  });
}

/** Resolves after `delayMs` milliseconds of that clock. */
export const pause = (clock: Pick<Clock, "after">, delayMs: number): Promise<void> => new Promise((resume) => void clock.after(delayMs, resume));

/** The system's time. What a callback of `after` throws goes to `onError`. */
export function systemClock(onError: OnError): Clock {
  return {
    nowMs: () => Date.now(),
    after: (delayMs, run) => timeout(run, delayMs, onError),
  };
}

/** Runs it and hands a failure to `onError`; never rejects. */
async function settle(run: () => void | Promise<void>, onError: OnError): Promise<void> {
  try {
    await run();
  } catch (error) {
    onError(error);
  }
}
