/** Tokens that are sent by mail, each for one purpose: whoever has it can read what is sent to that address. */
import { createSecretKey, type KeyObject } from "node:crypto";
import * as errors from "jose/errors";
import { SignJWT } from "jose/jwt/sign";
import { jwtVerify } from "jose/jwt/verify";
import { z } from "zod";
import { asId, type CharacterId } from "../engine/ids.ts";
import { MAX_TOKEN_CHARS } from "../limits.ts";
import { AppError } from "../protocol/codes.ts";

export interface MailClaims {
  readonly characterId: CharacterId;
  /** Where the token was sent. */
  readonly email: string;
  /** Of the account when it was made: another password makes it worthless. */
  readonly tokenVersion: number;
}

const payload = z.object({ sub: z.string().min(1).max(64), email: z.string().max(320), ver: z.int().nonnegative() });

export class MailTokens {
  readonly #key: KeyObject;
  readonly #purpose: string;
  readonly #lifeS: number;
  readonly #nowMs: () => number;

  constructor(options: { secret: string; purpose: "waystone:reset" | "waystone:email"; lifeS: number; nowMs?: () => number }) {
    this.#key = createSecretKey(Buffer.from(options.secret, "utf8"));
    this.#purpose = options.purpose;
    this.#lifeS = options.lifeS;
    this.#nowMs = options.nowMs ?? Date.now;
  }

  issue({ characterId, email, tokenVersion }: MailClaims): Promise<string> {
    const issuedS = Math.floor(this.#nowMs() / 1000);
    return new SignJWT({ email, ver: tokenVersion }).setProtectedHeader({ alg: "HS256" }).setSubject(characterId).setIssuer("waystone").setAudience(this.#purpose)
      .setIssuedAt(issuedS).setExpirationTime(issuedS + this.#lifeS).sign(this.#key);
  }

  /** Rejects with `E_TOKEN_EXPIRED`, and with `E_AUTH` for every other fault. */
  async verify(token: string): Promise<MailClaims> {
    const bad = (cause?: unknown): AppError => new AppError("E_AUTH", "That link is not valid.", { cause });
    if (token.length > MAX_TOKEN_CHARS) throw bad();
    try {
      const verified = await jwtVerify(token, this.#key, { algorithms: ["HS256"], issuer: "waystone", audience: this.#purpose, requiredClaims: ["sub", "exp"], currentDate: new Date(this.#nowMs()) });
      const { sub, email, ver } = payload.parse(verified.payload);
      return { characterId: asId<CharacterId>(sub), email, tokenVersion: ver };
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw new AppError("E_TOKEN_EXPIRED", "That link is too old. Please ask for another one.", { cause: error });
      if (error instanceof errors.JOSEError || error instanceof z.ZodError) throw bad(error);
      throw error;
    }
  }
}
