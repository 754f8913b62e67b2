/** The HTTP side of the server, put together: `express: (app) => app.use(createHttpApp(deps))`. */
import { performance } from "node:perf_hooks";
import express, { type Express, type RequestHandler } from "express";
import { MAX_WHO_LISTED, WHO_KEPT_MS } from "../limits.ts";
import { authRoutes } from "./auth-routes.ts";
import type { HttpDeps } from "./deps.ts";
import { errorMapper, notFound } from "./errors.ts";
import { RateGate } from "./rate-gate.ts";
import { routeLabel } from "./route-label.ts";
import { baseHeaders, DATA_POLICY } from "./security-headers.ts";
import { staticFiles } from "./static-files.ts";
import { withRequestId } from "./traced-request.ts";

export type { CommandsAnswer, HttpDeps, LeaderboardAnswer, Readiness, WhoAnswer, WorldAnswer } from "./deps.ts";

/**
 * An Express app of its own, to be mounted at the root of another or to listen by itself. What it does not know
 * (outside /auth and /api) it lets pass to what is mounted after it.
 */
export function createHttpApp(deps: HttpDeps): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.set("trust proxy", deps.trustProxyHops);
  app.set("query parser", "simple");

  app.use(withRequestId, baseHeaders);
  if (deps.onAnswer !== undefined) app.use(observed(deps.onAnswer));
  for (const { path, handler } of deps.mounts ?? []) app.use(path, handler);

  const asData: RequestHandler = (_request, response, next) => {
    response.set("Content-Security-Policy", DATA_POLICY);
    next();
  };
  const gate = new RateGate({ ...(deps.rates === undefined ? {} : { settings: deps.rates }), ...(deps.isExempt === undefined ? {} : { isExempt: deps.isExempt }) });
  app.use("/auth", asData, authRoutes({ auth: deps.auth, gate }), notFound);
  app.use("/api", asData, apiRoutes(deps), notFound);
  app.use(operationRoutes(deps));
  if (deps.clientDir !== null) app.use(staticFiles({ directory: deps.clientDir, assetBaseUrl: deps.assetBaseUrl }));
  app.use(errorMapper(deps.log));
  return app;
}

/** What the world says of itself to anybody. */
function apiRoutes(deps: HttpDeps): RequestHandler {
  const router = express.Router();
  router.get("/world", (_request, response) => {
    response.set("Cache-Control", "no-store").json(deps.world());
  });
  // Changes with a release only.
  router.get("/commands", (_request, response) => {
    response.set("Cache-Control", "public, max-age=300").json(deps.commands());
  });
  const who = keptFor(WHO_KEPT_MS, async () => {
    const { count, players } = await deps.who();
    return JSON.stringify({ count, players: players.slice(0, MAX_WHO_LISTED) });
  });
  router.get("/who", async (_request, response) => {
    response.set("Cache-Control", "no-store").type("json").send(await who());
  });
  // Worked out once an hour.
  router.get("/leaderboard", async (_request, response) => {
    response.set("Cache-Control", "public, max-age=60").json(await deps.leaderboard());
  });
  return router;
}

/** Answers what was worked out last until that is so old; a failure is not kept. */
function keptFor<T>(forMs: number, workOut: () => Promise<T>): () => Promise<T> {
  let kept: Promise<T> | undefined;
  let untilMs = 0;
  return () => {
    if (kept !== undefined && performance.now() < untilMs) return kept;
    untilMs = performance.now() + forMs;
    const made = workOut();
    kept = made;
    made.catch(() => {
      if (kept === made) kept = undefined;
    });
    return made;
  };
}

/** For load balancers and Prometheus. */
function operationRoutes(deps: HttpDeps): RequestHandler {
  const router = express.Router();
  router.use(["/healthz", "/readyz", "/metrics"], (_request, response, next) => {
    response.set({ "Cache-Control": "no-store", "Content-Security-Policy": DATA_POLICY });
    next();
  });
  router.get("/healthz", (_request, response) => {
    response.json({ alive: true });
  });
  router.get("/readyz", async (_request, response) => {
    const { ready, reasons } = await deps.readiness();
    response.status(ready ? 200 : 503).json(ready ? { ready } : { ready, reasons });
  });
  router.get("/metrics", async (_request, response) => {
    response.set("Content-Type", deps.metrics.contentType).send(await deps.metrics.metrics());
  });
  return router;
}

function observed(onAnswer: NonNullable<HttpDeps["onAnswer"]>): RequestHandler {
  return (request, response, next) => {
    const startedMs = performance.now();
    const route = routeLabel(request.path);
    response.once("finish", () => {
      onAnswer({ route, method: request.method, status: response.statusCode, seconds: (performance.now() - startedMs) / 1000 });
    });
    next();
  };
}
