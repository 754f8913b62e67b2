/** A bot's side of a trade with another player, followed by what it reads. */
import type { Rng } from "../../src/engine/context.ts";
import { TRADE_SETTLE_MS } from "../../src/limits.ts";

const PROPOSED = /^(\S+) would like to trade with you/;
const BEGUN = /^You begin to trade with /;
const OVER = /^You trade with |^Your trade with .* is off|does not trade with you any more|^You are not trading with anybody|^You let it be/;
/** A side that accepted and hears nothing more tries again, and gives up in the end. */
const TRIES = 6;

export class Bartering {
  #proposedBy: string | undefined;
  #trading = false;
  #offeredMs: number | undefined;
  #tries = 0;

  /** Any line that the player reads, in an answer or by itself. */
  hear(text: string): void {
    const proposal = PROPOSED.exec(text);
    if (proposal !== null) this.#proposedBy = proposal[1];
    if (BEGUN.test(text)) {
      this.#trading = true;
      this.#offeredMs = undefined;
      this.#tries = 0;
    }
    if (OVER.test(text)) this.#trading = false;
  }

  /** What to type next for the sake of the trade; undefined: something else. */
  next(rng: Rng, { word, coins }: { word: string | undefined; coins: number }): string | undefined {
    const name = this.#proposedBy;
    this.#proposedBy = undefined;
    if (name !== undefined && !this.#trading) return `trade ${name}`;
    if (!this.#trading) return undefined;
    if (this.#offeredMs === undefined) {
      this.#offeredMs = performance.now();
      if (word !== undefined && rng.next() < 0.7) return `offer ${word}`;
      return coins > 0 ? `offer ${Math.ceil(rng.next() * Math.min(coins, 4))} coins` : "offer nothing";
    }
    if (performance.now() - this.#offeredMs < TRADE_SETTLE_MS) return "say Take your time";
    this.#tries += 1;
    return this.#tries > TRIES ? "cancel" : "accept";
  }
}
