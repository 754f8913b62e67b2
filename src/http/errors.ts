/** Turns whatever went wrong into an answer: `{error: {code, message, retry_after_ms?}}` with the code's status. */
import type { ErrorRequestHandler, RequestHandler, Response } from "express";
import { MAX_HTTP_BODY_BYTES } from "../limits.ts";
import type { Log } from "../log.ts";
import { AppError } from "../protocol/codes.ts";
import { DATA_POLICY } from "./security-headers.ts";

/** Answers with an error. A 401 says how to authenticate, a wait is also in `Retry-After`. */
function answer(response: Response, error: AppError): void {
  if (error.retryAfterMs !== undefined) response.set("Retry-After", String(Math.ceil(error.retryAfterMs / 1000)));
  // What is left of the body is not waited for.
  if (error.httpStatus === 413) response.set("Connection", "close");
  if (error.httpStatus === 401) response.set("WWW-Authenticate", "Bearer");
  response
    .status(error.httpStatus)
    .set("Cache-Control", "no-store")
    .json({ error: { code: error.code, message: error.message, ...(error.retryAfterMs === undefined ? {} : { retry_after_ms: error.retryAfterMs }) } });
}

/** For paths under which every route is ours. */
export const notFound: RequestHandler = () => {
  throw new AppError("E_NOT_FOUND", "There is no such address here.");
};

/** The last handler: known errors by their code, all others logged and answered without details. */
export function errorMapper(log: Log): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error);
    const known = error instanceof AppError ? error : requestFault(error);
    // Without the query, which may carry a token.
    const where = { requestId: response.get("X-Request-Id"), method: request.method, path: request.path };
    if (known === undefined) {
      log.error({ ...where, error }, "request failed");
      return answer(response, new AppError("E_INTERNAL"));
    }
    if (known.httpStatus >= 500) log.warn({ ...where, code: known.code, error: known.cause ?? known }, "request refused");
    answer(response, known);
  };
}

/** After everything else that is mounted: whatever is left is an address that is none. */
export function lastWord(log: Log): [RequestHandler, ErrorRequestHandler] {
  const asData: RequestHandler = (request, response, next) => {
    response.set("Content-Security-Policy", DATA_POLICY);
    notFound(request, response, next);
  };
  return [asData, errorMapper(log)];
}

/** What Express and its body parser reject with when the request is at fault; undefined for anything else. */
function requestFault(error: unknown): AppError | undefined {
  if (!(error instanceof Error) || !("status" in error) || typeof error.status !== "number") return undefined;
  if (error.status === 413) return new AppError("E_TOO_LARGE", `A request has at most ${MAX_HTTP_BODY_BYTES} bytes.`, { cause: error });
  if (error.status >= 500 || error.status < 400) return undefined;
  const isJson = "type" in error && error.type === "entity.parse.failed";
  return new AppError("E_BAD_REQUEST", isJson ? "The body of the request is not valid JSON." : undefined, { cause: error });
}
