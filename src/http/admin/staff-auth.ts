/**
 * Who may administrate: an account with a role, by the token it plays with, or whoever knows `ADMIN_PASSWORD`. Only a
 * header counts, which no foreign page can make a browser send; the pages that cannot send one get a cookie that
 * only they are sent.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { Request, RequestHandler, Response } from "express";
import { ADMIN_TOKEN_LIFE_S } from "../../limits.ts";
import { AppError } from "../../protocol/codes.ts";
import { isAtLeast, type Role } from "../../session/roles.ts";
import { asCharacterId, type TokenClaims } from "../../session/tokens.ts";
import { addressOf, bearerOf } from "../json-body.ts";
import type { AdminDeps, Staff } from "./deps.ts";

/** How whoever came in by the password is called in the record. */
export const BY_PASSWORD = "(password)";
const CLAIMS: TokenClaims = { characterId: asCharacterId(BY_PASSWORD), username: BY_PASSWORD, role: "operator", guest: false, tokenVersion: 0 };
export const PAGE_COOKIE = "waystone_staff";

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/** A token for an hour, for the password. Rejects with E_CREDENTIALS. */
export async function passwordToken({ adminPassword, adminTokens }: AdminDeps, password: string): Promise<{ token: string; expiresAt: Date }> {
  if (adminPassword === null || !timingSafeEqual(digest(password), digest(adminPassword))) throw new AppError("E_CREDENTIALS", "That is not the password.");
  return await adminTokens.issue(CLAIMS);
}

/** Whoever sent the request. Rejects with E_AUTH, E_TOKEN_EXPIRED, E_FORBIDDEN (too small a role), E_STORAGE. */
export async function staffOf({ auth, adminTokens }: AdminDeps, request: Request, least: Role): Promise<Staff> {
  const token = bearerOf(request);
  const address = addressOf(request);
  if (await verified(() => adminTokens.verify(token)) !== undefined) return { id: null, name: BY_PASSWORD, role: "operator", address };
  const { characterId, username, role, guest, vouchedBy } = await auth.authenticate(token);
  // A role that was taken away must not come back because the database is.
  if (vouchedBy !== "account") throw new AppError("E_STORAGE");
  if (guest || role === "player" || !isAtLeast(role, least)) throw new AppError("E_FORBIDDEN");
  return { id: characterId, name: username, role, address };
}

async function verified(verify: () => Promise<TokenClaims>): Promise<TokenClaims | undefined> {
  try {
    return await verify();
  } catch (error) {
    if (error instanceof AppError && error.code === "E_AUTH") return undefined;
    throw error;
  }
}

/** Gives an operator the cookie for the monitor; no other site's page can have it sent. */
export async function givePageCookie({ auth, pageTokens }: AdminDeps, staff: Staff, request: Request, response: Response): Promise<void> {
  const claims = staff.id === null ? CLAIMS : await auth.claimsOf(bearerOf(request));
  const { token } = await pageTokens.issue(claims);
  for (const path of PAGES) response.cookie(PAGE_COOKIE, token, { httpOnly: true, sameSite: "strict", secure: request.secure, path, maxAge: ADMIN_TOKEN_LIFE_S * 1000 });
}

/** Where pages of others are mounted that know no tokens. */
export const PAGES = ["/monitor", "/playground"] as const;

/** Lets operators through who have the cookie; sends everybody else to the page where one gets it. */
export function operatorsOnly({ accounts, pageTokens }: AdminDeps): RequestHandler {
  return async (request, response, next) => {
    const cookie = new RegExp(`(?:^|; )${PAGE_COOKIE}=([^;]+)`).exec(request.get("cookie") ?? "")?.[1];
    const claims = cookie === undefined ? undefined : await verified(() => pageTokens.verify(cookie)).catch(expiredIsNone);
    if (claims !== undefined && (claims.username === BY_PASSWORD || await isOperator(accounts, claims))) return next();
    if (request.method === "GET" && (request.get("accept") ?? "").includes("text/html")) {
      response.set("Cache-Control", "no-store").redirect(303, "/admin");
      return;
    }
    throw new AppError("E_AUTH");
  };
}

function expiredIsNone(error: unknown): undefined {
  if (error instanceof AppError && error.code === "E_TOKEN_EXPIRED") return undefined;
  throw error;
}

async function isOperator(accounts: AdminDeps["accounts"], { characterId, tokenVersion }: TokenClaims): Promise<boolean> {
  const account = await accounts.findById(characterId);
  return account?.role === "operator" && account.tokenVersion === tokenVersion && account.bannedReason === null;
}
