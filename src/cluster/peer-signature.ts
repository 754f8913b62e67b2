/**
 * Proves that a call between processes comes from one that knows the cluster's secret: HMAC-SHA-256 over time, path and
 * body. The secret is derived from `JWT_SECRET`, so that a token can never pass for a signature.
 */
import { createHmac, createSecretKey, timingSafeEqual, type KeyObject } from "node:crypto";
import { PEER_CLOCK_SKEW_MS } from "../limits.ts";

/** Calls to other processes go to paths that begin so. */
export const PEER_PATH = "/peer/";
export const PEER_SIGNATURE_HEADER = "x-waystone-peer";
/** The id of the request that a call is made for. It is not signed: it is for reading logs, and decides nothing. */
export const REQUEST_HEADER = "x-waystone-request";

export class PeerSignature {
  readonly #key: KeyObject;

  constructor(secret: string) {
    this.#key = createSecretKey(createHmac("sha256", secret).update("calls between processes").digest());
  }

  /** The header's value for a call made now. */
  sign(path: string, body: string, nowMs: number): string {
    return `${nowMs}.${this.#mac(path, body, nowMs)}`;
  }

  /** Whether it could be a signature made about now, before the body is known. */
  isPlausible(header: string | undefined, nowMs: number): boolean {
    const atMs = Number(/^(\d{1,15})\.[\w-]{43}$/.exec(header ?? "")?.[1]);
    return Math.abs(nowMs - atMs) <= PEER_CLOCK_SKEW_MS;
  }

  /** Whether the header fits; a call from too long ago (or from the future) does not, so that none can be replayed later. */
  verify(header: string | undefined, path: string, body: string, nowMs: number): boolean {
    const [time = "", mac = ""] = (header ?? "").split(".", 2);
    const atMs = Number(time);
    if (!Number.isSafeInteger(atMs) || Math.abs(nowMs - atMs) > PEER_CLOCK_SKEW_MS) return false;
    const expected = Buffer.from(this.#mac(path, body, atMs));
    const given = Buffer.from(mac);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  #mac(path: string, body: string, atMs: number): string {
    return createHmac("sha256", this.#key).update(`${atMs}\n${path}\n`).update(body).digest("base64url");
  }
}
