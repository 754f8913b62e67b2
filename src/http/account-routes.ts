/** What people do with their own account over HTTP; mounted under /auth beside logging in. */
import express, { type RequestHandler } from "express";
import { z } from "zod";
import { ACCOUNT_CALLS_PER_ADDRESS_PER_MINUTE, MAX_PASSWORD_CHARS, RESETS_PER_ADDRESS_PER_HOUR } from "../limits.ts";
import { AppError } from "../protocol/codes.ts";
import type { AccountCare } from "../session/account-care.ts";
import type { Session } from "../session/auth-service.ts";
import { addressOf, bearerOf, checked, jsonBody } from "./json-body.ts";
import { RateGate, type RateSettings } from "./rate-gate.ts";
import { DATA_POLICY } from "./security-headers.ts";

const password = z.string().max(4 * MAX_PASSWORD_CHARS);
const token = z.string().max(4_096);
const BODIES = {
  password: z.object({ password, new_password: password }),
  forgot: z.object({ name_or_email: z.string().min(1).max(320) }),
  reset: z.object({ token, new_password: password }),
  email: z.object({ password, email: z.email().max(320) }),
  confirm: z.object({ token }),
  delete: z.object({ password: password.optional() }),
};

/** Lets all that it does not know pass. */
export function accountRoutes({ care, rates }: { care: AccountCare; rates?: Partial<RateSettings> }): RequestHandler {
  // Wrong passwords are counted as at the login: a stolen token must not be a way to guess them.
  const gate = new RateGate({ settings: { callsPerMinute: ACCOUNT_CALLS_PER_ADDRESS_PER_MINUTE, registrationsPerHour: RESETS_PER_ADDRESS_PER_HOUR, ...rates } });
  const router = express.Router();

  const post = (path: string, run: (call: { body: unknown; token: () => string; address: string }) => Promise<object>): void => {
    router.post(path, async (request, response, next) => {
      response.set({ "Content-Security-Policy": DATA_POLICY, "Cache-Control": "no-store" });
      await gate.call(addressOf(request));
      next();
    }, ...jsonBody, async (request, response) => {
      response.json(await run({ body: request.body, token: () => bearerOf(request), address: addressOf(request) }));
    });
  };
  /** Counts wrong passwords per bearer and address. */
  const guessing = async <T>(address: string, bearer: string, work: () => Promise<T>): Promise<T> => {
    await gate.login(address, bearer);
    try {
      const result = await work();
      await gate.rightPassword(address, bearer);
      return result;
    } catch (error) {
      if (error instanceof AppError && error.code === "E_CREDENTIALS") await gate.wrongPassword(address, bearer);
      throw error;
    }
  };
  const ok = { ok: true };

  post("/password", async (call) => {
    const body = checked(BODIES.password, call.body);
    const bearer = call.token();
    return answer(await guessing(call.address, bearer, () => care.changePassword(bearer, body.password, body.new_password)));
  });
  post("/forgot", async (call) => {
    const body = checked(BODIES.forgot, call.body);
    await gate.registration(call.address);
    await care.requestReset(body.name_or_email);
    return { ok: true, message: "If there is such an account, and an address is known for it, a mail is on its way." };
  });
  post("/reset", async (call) => {
    const body = checked(BODIES.reset, call.body);
    await care.reset(body.token, body.new_password);
    return ok;
  });
  post("/email", async (call) => {
    const body = checked(BODIES.email, call.body);
    const bearer = call.token();
    await guessing(call.address, bearer, () => care.setEmail(bearer, body.password, body.email));
    return { ok: true, message: "A mail is on its way; the address counts once you have followed the link in it." };
  });
  post("/email/confirm", async (call) => {
    await care.confirmEmail(checked(BODIES.confirm, call.body).token);
    return ok;
  });
  post("/delete", async (call) => {
    const body = checked(BODIES.delete, call.body);
    const bearer = call.token();
    await guessing(call.address, bearer, () => care.erase(bearer, body.password ?? null));
    return ok;
  });
  post("/export", async (call) => care.everythingOf(call.token()));
  return router;
}

const answer = ({ token: fresh, expiresAt, username }: Session): object => ({ token: fresh, expires_at: expiresAt.toISOString(), username });
