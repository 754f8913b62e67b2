/**
 * Access tokens: JWTs signed with HS256. A token is made for one purpose (its `aud`) and refused for every other, so
 * that one that opens the game opens nothing else. It says who the player was when it was made; whether that is still
 * so, the account says (`AuthService.authenticate`).
 */
import { createSecretKey, type KeyObject } from "node:crypto";
// The parts, since the whole reads four times as much: encryption, key sets, formats of keys.
import * as errors from "jose/errors";
import { SignJWT } from "jose/jwt/sign";
import { jwtVerify } from "jose/jwt/verify";
import { z } from "zod";
import { asId, type CharacterId } from "../engine/ids.ts";
import { ROLES, type Role } from "../engine/world.ts";
import { MAX_TOKEN_CHARS, TOKEN_LIFE_S } from "../limits.ts";
import { AppError } from "../protocol/codes.ts";

const ISSUER = "waystone";
const ALGORITHM = "HS256";
/** What tokens for playing are made for. */
export const PLAY_PURPOSE = "waystone:play";
/** Clocks of two machines of one cluster may differ by this, in seconds. */
const CLOCK_TOLERANCE_S = 5;

/** What a token says about its bearer. */
export interface TokenClaims {
  readonly characterId: CharacterId;
  readonly username: string;
  readonly role: Role;
  readonly guest: boolean;
  readonly tokenVersion: number;
}

/** A token's subject that stands for no character. */
export const asCharacterId = (text: string): CharacterId => asId<CharacterId>(text);

const payload = z.object({
  sub: z.string().min(1).max(64),
  name: z.string().min(1).max(64),
  role: z.enum(ROLES),
  guest: z.boolean(),
  ver: z.int().nonnegative(),
});

export class Tokens {
  readonly #key: KeyObject;
  readonly #purpose: string;
  readonly #lifeS: number;
  readonly #nowMs: () => number;

  /** `secret` is shared by all processes of a world. `lifeS`: seconds a token is good for. */
  constructor(options: { secret: string; purpose?: string; lifeS?: number; nowMs?: () => number }) {
    this.#key = createSecretKey(Buffer.from(options.secret, "utf8"));
    this.#purpose = options.purpose ?? PLAY_PURPOSE;
    this.#lifeS = options.lifeS ?? TOKEN_LIFE_S;
    this.#nowMs = options.nowMs ?? Date.now;
  }

  /** A new token for this player, and when it ends. */
  async issue(claims: TokenClaims): Promise<{ token: string; expiresAt: Date }> {
    const issuedS = Math.floor(this.#nowMs() / 1000);
    const expiresS = issuedS + this.#lifeS;
    const token = await new SignJWT({ name: claims.username, role: claims.role, guest: claims.guest, ver: claims.tokenVersion })
      .setProtectedHeader({ alg: ALGORITHM })
      .setSubject(claims.characterId)
      .setIssuer(ISSUER)
      .setAudience(this.#purpose)
      .setIssuedAt(issuedS)
      .setExpirationTime(expiresS)
      .sign(this.#key);
    return { token, expiresAt: new Date(expiresS * 1000) };
  }

  /** What the token says. Rejects with `E_TOKEN_EXPIRED`, and with `E_AUTH` for every other fault. */
  async verify(token: string): Promise<TokenClaims> {
    if (token.length > MAX_TOKEN_CHARS) throw new AppError("E_AUTH");
    try {
      const verified = await jwtVerify(token, this.#key, {
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        audience: this.#purpose,
        requiredClaims: ["sub", "exp", "iat"],
        clockTolerance: CLOCK_TOLERANCE_S,
        currentDate: new Date(this.#nowMs()),
      });
      const { sub, name, role, guest, ver } = payload.parse(verified.payload);
      return { characterId: asId<CharacterId>(sub), username: name, role, guest, tokenVersion: ver };
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw new AppError("E_TOKEN_EXPIRED", undefined, { cause: error });
      if (error instanceof errors.JOSEError || error instanceof z.ZodError) throw new AppError("E_AUTH", undefined, { cause: error });
      throw error;
    }
  }
}
