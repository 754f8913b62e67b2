/**
 * Passwords, hashed with argon2id (OWASP's parameters) and kept as PHC strings, which carry their own parameters.
 * Each hash costs memory and a core, so only a few run at once and only a few wait.
 */
import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import {
  MAX_PASSWORD_CHARS, MAX_PASSWORD_HASHES_AT_ONCE, MAX_PASSWORD_HASHES_WAITING, MIN_PASSWORD_CHARS, PASSWORD_HASH_MEMORY_KIB, PASSWORD_HASH_PASSES,
} from "../limits.ts";
import { AppError } from "../protocol/codes.ts";
import { Turnstile } from "./turnstile.ts";

const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** The version of argon2 that node:crypto computes (1.3), as PHC strings write it. */
const VERSION = 19;

interface Parameters {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}
const PARAMETERS: Parameters = { memory: PASSWORD_HASH_MEMORY_KIB, passes: PASSWORD_HASH_PASSES, parallelism: 1 };

const deriveKey = promisify(argon2);

/** Passwords of eight or more characters that every list of guesses begins with. */
const COMMON = new Set([
  "password", "password1", "passw0rd", "12345678", "123456789", "1234567890", "87654321", "11111111", "00000000", "qwertyui", "qwertyuiop",
  "qwerty123", "1q2w3e4r", "1qaz2wsx", "iloveyou", "sunshine", "princess", "football", "baseball", "superman", "trustno1", "abcd1234", "letmein1", "waystone",
]);

/** Throws `E_PASSWORD_INVALID` with the reason when an account of this name should not have this password. */
export function checkNewPassword(password: string, username: string): void {
  const chars = [...password].length;
  const refuse = (message: string): never => {
    throw new AppError("E_PASSWORD_INVALID", message);
  };
  if (chars < MIN_PASSWORD_CHARS) refuse(`A password has at least ${MIN_PASSWORD_CHARS} characters.`);
  if (chars > MAX_PASSWORD_CHARS) refuse(`A password has at most ${MAX_PASSWORD_CHARS} characters.`);
  const plain = password.toLowerCase();
  if (plain.includes(username.toLowerCase()) && chars - username.length < MIN_PASSWORD_CHARS / 2) refuse("The password is too much like the name.");
  if (COMMON.has(plain) || new Set(plain).size < 3) refuse("That password is among the first anybody would guess.");
}

export class Passwords {
  readonly #turnstile: Turnstile;

  constructor(options: { atOnce?: number; maxWaiting?: number } = {}) {
    this.#turnstile = new Turnstile({
      atOnce: options.atOnce ?? MAX_PASSWORD_HASHES_AT_ONCE,
      maxWaiting: options.maxWaiting ?? MAX_PASSWORD_HASHES_WAITING,
      retryAfterMs: 2_000,
    });
  }

  /** Hashes that wait for their turn, for the metrics. */
  get waiting(): number {
    return this.#turnstile.waiting;
  }

  /** The PHC string to keep. Rejects with `E_BUSY` when too many wait. */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(SALT_BYTES);
    const hash = await this.#derive(password, salt, PARAMETERS, HASH_BYTES);
    return `$argon2id$v=${VERSION}$m=${PARAMETERS.memory},t=${PARAMETERS.passes},p=${PARAMETERS.parallelism}$${base64(salt)}$${base64(hash)}`;
  }

  /** Whether this is the password the PHC string was made from. Rejects with `E_BUSY` when too many wait. */
  async verify(password: string, phc: string): Promise<boolean> {
    const { salt, hash, parameters } = parsePhc(phc);
    const derived = await this.#derive(password, salt, parameters, hash.length);
    return timingSafeEqual(derived, hash);
  }

  /** Takes as long as `verify` and is never true: so nobody learns from the time whether a name exists. */
  async verifyDummy(password: string): Promise<false> {
    await this.#derive(password, randomBytes(SALT_BYTES), PARAMETERS, HASH_BYTES);
    return false;
  }

  #derive(password: string, salt: Buffer, parameters: Parameters, bytes: number): Promise<Buffer> {
    // One way to write an é, whichever keyboard typed it.
    const message = Buffer.from(password.normalize("NFKC"), "utf8");
    return this.#turnstile.pass(() => deriveKey("argon2id", { message, nonce: salt, tagLength: bytes, ...parameters }));
  }
}

const base64 = (bytes: Buffer): string => bytes.toString("base64").replaceAll("=", "");

const PHC = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;

function parsePhc(phc: string): { salt: Buffer; hash: Buffer; parameters: Parameters } {
  const parts = PHC.exec(phc);
  if (parts === null) throw new Error("The stored password hash is not one this server made.");
  return {
    parameters: { memory: Number(parts[1]), passes: Number(parts[2]), parallelism: Number(parts[3]) },
    salt: Buffer.from(parts[4]!, "base64"),
    hash: Buffer.from(parts[5]!, "base64"),
  };
}
