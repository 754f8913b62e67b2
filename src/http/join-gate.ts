/** How often somebody may ask for a way into the world: per address before the token is looked at, per account after. */
import { RateLimiterMemory } from "rate-limiter-flexible";
import { JOINS_PER_ACCOUNT_PER_MINUTE, JOINS_PER_ADDRESS_PER_MINUTE } from "../limits.ts";
import { addressKey, Slots } from "./address-key.ts";
import { consume } from "./rate-gate.ts";

const MINUTE_S = 60;

/** Counts in this process only. Both methods reject with `E_RATE` and the time to wait. */
export class JoinGate {
  readonly #isExempt: (address: string) => boolean;
  readonly #slots = new Slots();
  readonly #byAddress: RateLimiterMemory;
  readonly #byAccount: RateLimiterMemory;

  /** `isExempt`: addresses that are not counted; accounts always are. */
  constructor({ isExempt, perAddress = JOINS_PER_ADDRESS_PER_MINUTE, perAccount = JOINS_PER_ACCOUNT_PER_MINUTE }: { isExempt: (address: string) => boolean; perAddress?: number; perAccount?: number }) {
    this.#isExempt = isExempt;
    this.#byAddress = new RateLimiterMemory({ points: perAddress, duration: MINUTE_S });
    this.#byAccount = new RateLimiterMemory({ points: perAccount, duration: MINUTE_S });
  }

  async fromAddress(address: string): Promise<void> {
    if (!this.#isExempt(address)) await consume(this.#byAddress, this.#slots.of(addressKey(address)));
  }

  async byAccount(account: string): Promise<void> {
    await consume(this.#byAccount, this.#slots.of(account));
  }
}
