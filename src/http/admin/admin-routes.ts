/** `/admin`: the page of those who look after the world, and the API that it, and tools, use. */
import express, { type RequestHandler } from "express";
import { z } from "zod";
import { ADMIN_CALLS_PER_MINUTE } from "../../limits.ts";
import { AppError } from "../../protocol/codes.ts";
import { notFound } from "../errors.ts";
import { addressOf, checked, jsonBody } from "../json-body.ts";
import { RateGate } from "../rate-gate.ts";
import { DATA_POLICY, ownOriginOnly } from "../security-headers.ts";
import { smallPage } from "../small-page.ts";
import type { AdminDeps } from "./deps.ts";
import { jobRoutes } from "./job-routes.ts";
import { peopleRoutes } from "./people-routes.ts";
import { processRoutes } from "./process-routes.ts";
import { recordRoutes } from "./record-routes.ts";
import { givePageCookie, PAGE_COOKIE, PAGES, passwordToken, staffOf } from "./staff-auth.ts";
import { StaffRoutes } from "./staff-route.ts";
import { worldRoutes } from "./world-routes.ts";

const login = z.object({ password: z.string().max(1024) });
/** All who try the password share what is counted for the name. */
const ADMIN_NAME = "(admin)";

/** To be mounted at /admin. */
export function adminRoutes(deps: AdminDeps): RequestHandler {
  const gate = new RateGate({ settings: { callsPerMinute: ADMIN_CALLS_PER_MINUTE, ...deps.rates } });
  const api = express.Router();
  api.use(async (request, response, next) => {
    response.set("Content-Security-Policy", DATA_POLICY);
    await gate.call(addressOf(request));
    next();
  }, ...jsonBody);

  api.post("/login", async (request, response) => {
    const { password } = checked(login, request.body);
    const address = addressOf(request);
    await gate.login(address, ADMIN_NAME);
    try {
      const { token, expiresAt } = await passwordToken(deps, password);
      await gate.rightPassword(address, ADMIN_NAME);
      await deps.desk.act({ id: null, name: "(password)", role: "operator", address }, { action: "login" });
      response.set("Cache-Control", "no-store").json({ token, expires_at: expiresAt.toISOString(), role: "operator" });
    } catch (error) {
      if (error instanceof AppError && error.code === "E_CREDENTIALS") await gate.wrongPassword(address, ADMIN_NAME);
      throw error;
    }
  });
  api.post("/session", async (request, response) => {
    const staff = await staffOf(deps, request, "operator");
    await givePageCookie(deps, staff, request, response);
    response.set("Cache-Control", "no-store").json({ ok: true });
  });
  api.post("/logout", (_request, response) => {
    for (const path of PAGES) response.clearCookie(PAGE_COOKIE, { path });
    response.set("Cache-Control", "no-store").json({ ok: true });
  });

  const routes = new StaffRoutes(api, deps);
  peopleRoutes(routes);
  worldRoutes(routes);
  processRoutes(routes);
  recordRoutes(routes);
  jobRoutes(routes);

  const router = express.Router();
  router.use(ownOriginOnly);
  router.use("/api", api, notFound);
  router.use("/monitor", (_request, response) => response.redirect(303, "/monitor/"));
  router.use(smallPage(new URL("./page/", import.meta.url), "admin"));
  return router;
}
