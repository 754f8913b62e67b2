/** Colyseus' messages in our log, a step quieter: what matters of them we say ourselves. */
import type { Log } from "./log.ts";

export function colyseusLog(log: Log): { debug: (...parts: unknown[]) => void; info: (...parts: unknown[]) => void; warn: (...parts: unknown[]) => void; error: (...parts: unknown[]) => void } & Record<string, (...parts: unknown[]) => void> {
  const text = (parts: unknown[]): string => parts.map((part) => (part instanceof Error ? part.message : String(part))).join(" ");
  const child = log.child({ part: "colyseus" });
  return {
    trace: (...parts) => child.trace(text(parts)),
    debug: (...parts) => child.trace(text(parts)),
    info: (...parts) => child.debug(text(parts)),
    warn: (...parts) => child.info(text(parts)),
    error: (...parts) => child.warn(text(parts)),
  };
}
