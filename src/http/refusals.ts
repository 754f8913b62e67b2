/** Refusals where there is no Express yet, in the words that Express' would have: `{error: {code, message, retry_after_ms?}}`. */
import { STATUS_CODES, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { AppError } from "../protocol/codes.ts";
import { DATA_POLICY } from "./security-headers.ts";

function worded(error: AppError): { body: string; headers: Record<string, string | number> } {
  const { code, message, retryAfterMs } = error;
  const body = JSON.stringify({ error: { code, message, ...(retryAfterMs === undefined ? {} : { retry_after_ms: retryAfterMs }) } });
  return {
    body,
    headers: {
      "Content-Type": "application/json; charset=utf-8", "Content-Length": Buffer.byteLength(body), "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": DATA_POLICY,
      ...(retryAfterMs === undefined ? {} : { "Retry-After": Math.ceil(retryAfterMs / 1000) }),
      // What is left of a body is not waited for.
      Connection: "close",
    },
  };
}

/** Answers a request whose body may not have been read, and closes its connection. */
export function refuse(response: ServerResponse, error: AppError): void {
  const { body, headers } = worded(error);
  response.writeHead(error.httpStatus, headers).end(body);
}

/** The same for a request to become a WebSocket. */
export function refuseUpgrade(socket: Duplex, error: AppError): void {
  const { body, headers } = worded(error);
  // A client that has gone meanwhile needs no answer, and its error no handler but this one.
  socket.on("error", () => socket.destroy()).once("finish", () => socket.destroy());
  socket.end([`HTTP/1.1 ${error.httpStatus} ${STATUS_CODES[error.httpStatus] ?? ""}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), "", body].join("\r\n"));
}
