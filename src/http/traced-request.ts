/** Every request has an id, which its log lines carry, and is a span where traces are made. */
import { randomUUID } from "node:crypto";
import type { Request, RequestHandler } from "express";
import { beginRoot, end, inWork, workOf } from "../telemetry/tracing.ts";

/** Paths are ours; what a client makes of them is cut off. */
const MAX_PATH_CHARS = 128;

/** Names the request in the answer and in the log, so that a player's report can be found. */
export const withRequestId: RequestHandler = (request, response, next) => {
  // The app around ours may say what it is made of; that is nobody's business.
  response.removeHeader("X-Powered-By");
  const requestId = randomUUID();
  response.set("X-Request-Id", requestId);
  const span = beginRoot(`HTTP ${request.method}`, "server", parentOf(request));
  if (span !== null) {
    const path = request.path.slice(0, MAX_PATH_CHARS);
    response.once("close", () => end(span, { "http.request.method": request.method, "url.path": path, "http.response.status_code": response.statusCode, "waystone.request": requestId }));
  }
  inWork(workOf(span, requestId), () => next());
};

/** Only our own proxies may say what trace a request belongs to: whoever may could have every one of theirs recorded. */
function parentOf(request: Request): string | undefined {
  return Number(request.app.get("trust proxy")) > 0 ? request.get("traceparent") : undefined;
}
