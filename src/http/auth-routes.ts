/** POST /auth/…: bodies in, tokens out. Who may come in, `AuthService` decides; how often, `RateGate`. */
import express, { type Request, type Response, type Router } from "express";
import { z } from "zod";
import { AppError } from "../protocol/codes.ts";
import type { TokenAnswer } from "../protocol/server-messages.ts";
import type { AuthService, Session } from "../session/auth-service.ts";
import { nameKeyOf } from "../session/names.ts";
import { addressOf, bearerOf, isKeepable, jsonBody } from "./json-body.ts";
import type { RateGate, Refund } from "./rate-gate.ts";

// Wider than what a name or a password may be, so that those rules answer with their own words.
const credentials = z.object({ username: z.string().max(64), password: z.string().max(1024) });

export function authRoutes({ auth, gate }: { auth: AuthService; gate: RateGate }): Router {
  const router = express.Router();
  router.use(async (request, _response, next) => {
    await gate.call(addressOf(request));
    next();
  }, ...jsonBody);

  router.post("/register", async (request, response) => {
    const body = credentialsOf(request);
    answer(response, await paid(await gate.registration(addressOf(request)), () => auth.register(body)));
  });

  router.post("/login", async (request, response) => {
    const body = credentialsOf(request);
    const [address, nameKey] = [addressOf(request), nameKeyOf(body.username)];
    await gate.login(address, nameKey);
    try {
      const session = await auth.login(body);
      await gate.rightPassword(address, nameKey);
      answer(response, session);
    } catch (error) {
      if (error instanceof AppError && error.code === "E_CREDENTIALS") await gate.wrongPassword(address, nameKey);
      throw error;
    }
  });

  router.post("/guest", async (request, response) => {
    answer(response, await paid(await gate.guest(addressOf(request)), () => auth.guest()));
  });

  router.post("/refresh", async (request, response) => {
    answer(response, await auth.refresh(bearerOf(request)));
  });

  router.post("/upgrade", async (request, response) => {
    const token = bearerOf(request);
    const body = credentialsOf(request);
    answer(response, await paid(await gate.registration(addressOf(request)), () => auth.upgrade(token, body)));
  });

  return router;
}

/** Does what was counted, and gives the count back when nothing came of it. */
async function paid<T>(refund: Refund, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await refund();
    throw error;
  }
}

function answer(response: Response, { token, expiresAt, username }: Session): void {
  const body: TokenAnswer = { token, expires_at: expiresAt.toISOString(), username };
  response.set("Cache-Control", "no-store").json(body);
}

function credentialsOf(request: Request): z.infer<typeof credentials> {
  const parsed = credentials.safeParse(request.body);
  if (!parsed.success || !isKeepable(parsed.data)) throw new AppError("E_BAD_REQUEST", "The body must be {\"username\": …, \"password\": …}, both text.", { cause: parsed.error });
  return parsed.data;
}
