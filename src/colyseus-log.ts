/**
 * Colyseus' messages in our log, a step quieter: what matters of them we say ourselves. What a client sent that is no message
 * is the client's, and quieter still: it is counted where it is refused, and would be a way to fill the log.
 */
import type { Log } from "./log.ts";

/** In the stack of what a frame could not be read by. */
const NO_MESSAGE = /\/(?:ws\/lib\/receiver|msgpackr\/(?:dist\/)?\w+)\.\w+:/;

export function colyseusLog(log: Log): { debug: (...parts: unknown[]) => void; info: (...parts: unknown[]) => void; warn: (...parts: unknown[]) => void; error: (...parts: unknown[]) => void } & Record<string, (...parts: unknown[]) => void> {
  const text = (parts: unknown[]): string => parts.map((part) => (part instanceof Error ? part.message : String(part))).join(" ");
  const child = log.child({ part: "colyseus" });
  return {
    trace: (...parts) => child.trace(text(parts)),
    debug: (...parts) => child.trace(text(parts)),
    info: (...parts) => child.debug(text(parts)),
    warn: (...parts) => child.info(text(parts)),
    error: (...parts) => {
      const said = text(parts);
      if (NO_MESSAGE.test(said)) child.debug(said);
      else child.warn(said);
    },
  };
}
