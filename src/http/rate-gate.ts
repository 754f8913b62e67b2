/** How often somebody may knock at /auth: per address, per name, and with a wait that grows with wrong passwords. */
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import {
  AUTH_CALLS_PER_ADDRESS_PER_MINUTE, GUESTS_PER_ADDRESS_PER_HOUR, LOGINS_PER_ADDRESS_PER_MINUTE, LOGINS_PER_NAME_AND_ADDRESS_PER_MINUTE,
  MAX_KNOWN_LOGINS, REGISTRATIONS_PER_ADDRESS_PER_HOUR, WRONG_PASSWORD_WAIT_MAX_S, WRONG_PASSWORD_WAIT_S, WRONG_PASSWORDS_FREE,
  WRONG_PASSWORDS_PER_NAME_PER_HOUR,
} from "../limits.ts";
import { AppError } from "../protocol/codes.ts";
import { addressKey, Slots } from "./address-key.ts";

/** The numbers, which tests and load tests set otherwise. */
export interface RateSettings {
  readonly callsPerMinute: number;
  readonly loginsPerMinute: number;
  readonly loginsPerNamePerMinute: number;
  readonly registrationsPerHour: number;
  readonly guestsPerHour: number;
  readonly wrongPasswordsFree: number;
  readonly wrongPasswordWaitS: number;
  readonly wrongPasswordsPerNamePerHour: number;
}

export const RATE_SETTINGS: RateSettings = {
  callsPerMinute: AUTH_CALLS_PER_ADDRESS_PER_MINUTE,
  loginsPerMinute: LOGINS_PER_ADDRESS_PER_MINUTE,
  loginsPerNamePerMinute: LOGINS_PER_NAME_AND_ADDRESS_PER_MINUTE,
  registrationsPerHour: REGISTRATIONS_PER_ADDRESS_PER_HOUR,
  guestsPerHour: GUESTS_PER_ADDRESS_PER_HOUR,
  wrongPasswordsFree: WRONG_PASSWORDS_FREE,
  wrongPasswordWaitS: WRONG_PASSWORD_WAIT_S,
  wrongPasswordsPerNamePerHour: WRONG_PASSWORDS_PER_NAME_PER_HOUR,
};

const MINUTE_S = 60;
const HOUR_S = 3_600;

/** Gives back what a call took, for one that led to nothing. */
export type Refund = () => Promise<void>;

/** Counts in this process only. Every method rejects with `E_RATE` and the time to wait when there were too many. */
export class RateGate {
  readonly #settings: RateSettings;
  readonly #isExempt: (address: string) => boolean;
  readonly #slots = new Slots();
  readonly #calls: RateLimiterMemory;
  readonly #logins: RateLimiterMemory;
  readonly #loginsPerName: RateLimiterMemory;
  readonly #registrations: RateLimiterMemory;
  readonly #guests: RateLimiterMemory;
  readonly #wrong: RateLimiterMemory;
  readonly #wrongPerName: RateLimiterMemory;
  /** Name and address that must wait after wrong passwords. */
  readonly #shutOut: RateLimiterMemory;
  /** Name and address that got it right lately, oldest first. */
  readonly #known = new Set<string>();

  /** `isExempt`: addresses that are not counted by address (a load test's own machine); wrong passwords always are. */
  constructor(options: { settings?: Partial<RateSettings>; isExempt?: (address: string) => boolean } = {}) {
    const settings = { ...RATE_SETTINGS, ...options.settings };
    this.#settings = settings;
    this.#isExempt = options.isExempt ?? (() => false);
    const limiter = (points: number, duration: number): RateLimiterMemory => new RateLimiterMemory({ points, duration });
    this.#calls = limiter(settings.callsPerMinute, MINUTE_S);
    this.#logins = limiter(settings.loginsPerMinute, MINUTE_S);
    this.#loginsPerName = limiter(settings.loginsPerNamePerMinute, MINUTE_S);
    this.#registrations = limiter(settings.registrationsPerHour, HOUR_S);
    this.#guests = limiter(settings.guestsPerHour, HOUR_S);
    this.#wrong = limiter(settings.wrongPasswordsFree, HOUR_S);
    this.#wrongPerName = limiter(settings.wrongPasswordsPerNamePerHour, HOUR_S);
    this.#shutOut = limiter(0, WRONG_PASSWORD_WAIT_MAX_S);
  }

  /** Any call under /auth. */
  async call(address: string): Promise<void> {
    await this.#take(this.#calls, address);
  }

  /** Before a password is looked at. */
  async login(address: string, nameKey: string): Promise<void> {
    await this.#take(this.#logins, address);
    const who = this.#who(address, nameKey);
    const wait = await this.#shutOut.get(who);
    if (wait !== null && wait.msBeforeNext > 0) throw tooMany(wait.msBeforeNext);
    if (!this.#isExempt(address)) await consume(this.#loginsPerName, who);
    const guesses = await this.#wrongPerName.get(this.#slots.of(nameKey));
    const flooded = guesses !== null && guesses.msBeforeNext > 0 && guesses.consumedPoints >= this.#settings.wrongPasswordsPerNamePerHour;
    if (flooded && !this.#known.has(who)) throw tooMany(guesses.msBeforeNext);
  }

  /** After a wrong one. From the sixth in a row on, each costs a wait, twice as long every time. */
  async wrongPassword(address: string, nameKey: string): Promise<void> {
    const who = this.#who(address, nameKey);
    await this.#wrongPerName.penalty(this.#slots.of(nameKey));
    const { consumedPoints } = await this.#wrong.penalty(who);
    const over = consumedPoints - this.#settings.wrongPasswordsFree;
    if (over > 0) await this.#shutOut.block(who, Math.min(this.#settings.wrongPasswordWaitS * 2 ** (over - 1), WRONG_PASSWORD_WAIT_MAX_S));
  }

  /** After the right one: earlier mistakes are forgotten. */
  async rightPassword(address: string, nameKey: string): Promise<void> {
    const who = this.#who(address, nameKey);
    await this.#wrong.delete(who);
    this.#known.delete(who);
    this.#known.add(who);
    if (this.#known.size > MAX_KNOWN_LOGINS) this.#known.delete(this.#known.values().next().value!);
  }

  async registration(address: string): Promise<Refund> {
    return this.#take(this.#registrations, address);
  }

  async guest(address: string): Promise<Refund> {
    return this.#take(this.#guests, address);
  }

  #who(address: string, nameKey: string): string {
    return this.#slots.of(addressKey(address), nameKey);
  }

  async #take(limiter: RateLimiterMemory, address: string): Promise<Refund> {
    if (this.#isExempt(address)) return () => Promise.resolve();
    const slot = this.#slots.of(addressKey(address));
    await consume(limiter, slot);
    return async () => void (await limiter.reward(slot));
  }
}

/** Takes one; rejects with `E_RATE` when there is none left. */
export async function consume(limiter: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) throw tooMany(refusal.msBeforeNext);
    throw refusal;
  }
}

function tooMany(waitMs: number): AppError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  const wait = seconds < 120 ? `${seconds} second${seconds === 1 ? "" : "s"}` : `${Math.ceil(seconds / 60)} minutes`;
  return new AppError("E_RATE", `Too many attempts. Please try again in ${wait}.`, { retryAfterMs: seconds * 1000 });
}
