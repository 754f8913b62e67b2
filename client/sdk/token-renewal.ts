import { LONGEST_TIMER_MS, REFRESH_AT_LEAST_MS } from "./bounds.ts";
import { toWaystoneError } from "./errors.ts";
import type { WaystoneError } from "./errors.ts";
import type { Timers } from "./timers.ts";

export interface TokenPorts {
  /** Makes a new token from the old one, or throws. */
  refresh: () => Promise<void>;
  /** How long the token is still good for, in ms; undefined when that is not known. */
  tokenLifeMs: () => number | undefined;
}

/** Renews the token in good time: an expired one could not be exchanged any more. */
export class TokenRenewal {
  readonly #ports: TokenPorts;
  readonly #timers: Timers;
  #stop: (() => void) | undefined;
  #over = false;

  constructor(ports: TokenPorts, timers: Timers) {
    this.#ports = ports;
    this.#timers = timers;
  }

  /** Plans the next renewal, from the life of the token of the moment. */
  plan(): void {
    this.#stop?.();
    const lifeMs = this.#ports.tokenLifeMs();
    if (lifeMs === undefined || this.#over) return;
    const inMs = Math.min(Math.max(lifeMs / 2, REFRESH_AT_LEAST_MS), LONGEST_TIMER_MS);
    this.#stop = this.#timers.after(inMs, () => void this.now().then(() => this.plan()));
  }

  /** Renews; returns why not. */
  async now(): Promise<WaystoneError | undefined> {
    try {
      await this.#ports.refresh();
      return undefined;
    } catch (error) {
      return toWaystoneError(error);
    }
  }

  /** No more renewals. */
  end(): void {
    this.#over = true;
    this.#stop?.();
  }
}
