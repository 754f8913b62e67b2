/** Colyseus' own pages, for operators only: the monitor, and in development the playground. */
import type { RequestHandler } from "express";
import { AppError } from "../../protocol/codes.ts";
import { ownOriginOnly } from "../security-headers.ts";
import type { AdminDeps } from "./deps.ts";
import { operatorsOnly } from "./staff-auth.ts";

/** Their scripts and styles are their own files; the styles are also put in by script. */
const PAGE_POLICY = "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data:; connect-src 'self' ws: wss:; base-uri 'self'; form-action 'none'; frame-ancestors 'none'";

/**
 * What to mount where. Imported when it is first asked for: the pages are large, and hardly ever looked at. `playground`:
 * also that one, which is for development only.
 */
export function operatorPages(deps: AdminDeps, { playground }: { playground: boolean }): { path: string; handler: RequestHandler }[] {
  const guard = operatorsOnly(deps);
  const monitor = lazy(async () => (await import("@colyseus/monitor")).monitor({ prefix: "" }));
  return [
    { path: "/monitor", handler: guarded(ownOriginOnly, guard, onlyShows, monitor) },
    ...(playground ? [{ path: "/playground", handler: guarded(ownOriginOnly, guard, lazy(async () => (await import("@colyseus/playground")).playground({ prefix: "" }))) }] : []),
  ];
}

/** What the monitor shows: its page, the files of that, the list of rooms, and one of them. */
const SHOWS = /^\/(?:|index\.html|assets\/[\w.-]+|api|api\/room)$/;

/** It also lets a plain link call any method of a room; what staff do goes through /admin, where it is recorded. */
const onlyShows: RequestHandler = (request, _response, next) => {
  if (request.method !== "GET" || !SHOWS.test(request.path)) throw new AppError("E_FORBIDDEN", "The monitor only shows. What you want done, do in /admin, where it is recorded.");
  next();
};

function lazy(load: () => Promise<RequestHandler>): RequestHandler {
  let loaded: Promise<RequestHandler> | undefined;
  return async (request, response, next) => {
    loaded ??= load();
    await (await loaded)(request, response, next);
  };
}

function guarded(...handlers: RequestHandler[]): RequestHandler {
  return (request, response, next) => {
    response.set({ "Content-Security-Policy": PAGE_POLICY, "Cache-Control": "no-store" });
    const run = (index: number): void => {
      const handler = handlers[index];
      if (handler === undefined) return next();
      Promise.resolve(handler(request, response, (error?: unknown) => (error === undefined || error === null ? run(index + 1) : next(error)))).catch(next);
    };
    run(0);
  };
}
