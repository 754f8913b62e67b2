/**
 * Keeps PM2's probes (`@pm2/io`) out of the process. Colyseus loads them by itself where they are installed, also where PM2 is
 * told `pmx: false`, and they print every rejection that was not handled as it is, next to our log: with its secrets, and without
 * the log's bound. What they would tell PM2, `/metrics` says.
 */
import { registerHooks } from "node:module";

const PROBES = "@pm2/io";

/** To whoever asks for them they are not installed, which Colyseus allows for. Before Colyseus is loaded. */
export function leaveOutProbes(): void {
  registerHooks({
    resolve: (specifier, context, next) => {
      if (specifier === PROBES) throw Object.assign(new Error(`${PROBES} is left out.`), { code: "ERR_MODULE_NOT_FOUND" });
      return next(specifier, context);
    },
  });
}
