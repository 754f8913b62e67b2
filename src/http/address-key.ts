/** What counts as one address for rate limits, and a bounded number of slots to count in. */
import { createHmac, randomBytes } from "node:crypto";
import { isIPv6 } from "node:net";
import { MAX_RATE_LIMIT_KEYS } from "../limits.ts";

const IPV4_MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
/** An IPv6 customer gets a whole /64; its addresses are all the same customer. */
const IPV6_NETWORK_GROUPS = 4;

/** The IPv4 address itself, or the /64 an IPv6 address belongs to. */
export function addressKey(address: string): string {
  const mapped = IPV4_MAPPED.exec(address);
  if (mapped !== null) return mapped[1]!;
  const bare = address.split("%", 1)[0]!;
  if (!isIPv6(bare)) return address;
  return `${groupsOf(bare).slice(0, IPV6_NETWORK_GROUPS).join(":")}::/64`;
}

/** The eight groups of an IPv6 address, without leading zeros. */
function groupsOf(address: string): string[] {
  // The URL parser knows every way to write one, and writes it the one canonical way.
  const canonical = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [before = "", after] = canonical.split("::");
  const head = before === "" ? [] : before.split(":");
  const tail = after === undefined || after === "" ? [] : after.split(":");
  return [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => "0"), ...tail];
}

/** Whether the address is this very machine. */
export const isLoopback = (address: string): boolean => address === "::1" || addressKey(address).startsWith("127.");

/**
 * Spreads keys over a fixed number of slots, so that a limiter's memory has a bound whatever is sent. Two keys may share
 * a slot and thereby a budget, which budgets are generous enough for; nobody outside can tell which do.
 */
export class Slots {
  readonly #secret = randomBytes(32);
  readonly #count: number;

  constructor(count: number = MAX_RATE_LIMIT_KEYS) {
    this.#count = count;
  }

  of(...parts: string[]): string {
    const digest = createHmac("sha256", this.#secret).update(JSON.stringify(parts)).digest();
    return String(digest.readUInt32BE(0) % this.#count);
  }
}
