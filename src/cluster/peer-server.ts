/** Answers the calls of other processes (`peers.ts`): at `/peer/`, where the front door passes them on, closed to whoever cannot sign. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { MAX_PEER_BODY_BYTES } from "../limits.ts";
import { AppError, ERROR_CODES } from "../protocol/codes.ts";
import { beginRoot, end, inWork, requestIdOf, workOf } from "../telemetry/tracing.ts";
import { PEER_PATH, PEER_SIGNATURE_HEADER, PeerSignature, REQUEST_HEADER } from "./peer-signature.ts";

/** What a process does for others, by name. The body is what another process of ours sent; answers must survive JSON. */
export type PeerHandlers = Readonly<Record<string, (body: never) => Promise<object>>>;

export interface PeerServerOptions {
  readonly secret: string;
  readonly nowMs: () => number;
  readonly handlers: PeerHandlers;
  readonly bug: (error: unknown, context: Record<string, unknown>) => void;
  /** Another process has called, and is about to be answered. */
  readonly called?: (name: string) => void;
}

/** A handler for Node's requests whose paths begin with `PEER_PATH`. */
export function peerServer({ secret, nowMs, handlers, bug, called }: PeerServerOptions): (request: IncomingMessage, response: ServerResponse) => void {
  const signature = new PeerSignature(secret);
  return (request, response) => {
    void answer().catch((error: unknown) => {
      bug(error, { peer: request.url });
      response.destroy();
    });

    async function answer(): Promise<void> {
      const name = (request.url ?? "").slice(PEER_PATH.length);
      try {
        // Whoever cannot sign need not send megabytes first.
        if (!signature.isPlausible(header(request, PEER_SIGNATURE_HEADER), nowMs())) throw new AppError("E_FORBIDDEN");
        const body = await read(request);
        if (request.method !== "POST" || !signature.verify(header(request, PEER_SIGNATURE_HEADER), `${PEER_PATH}${name}`, body, nowMs())) throw new AppError("E_FORBIDDEN");
        const handler = Object.hasOwn(handlers, name) ? handlers[name] : undefined;
        if (handler === undefined) throw new AppError("E_NOT_FOUND", "There is no such call between processes.");
        send(response, 200, await forSomebody(name, request, () => {
          called?.(name);
          return handler(JSON.parse(body) as never);
        }));
      } catch (error) {
        // Whoever called has gone.
        if (request.socket.destroyed) return;
        if (!(error instanceof AppError)) bug(error, { peer: name });
        const known = error instanceof AppError ? error : new AppError("E_INTERNAL");
        send(response, ERROR_CODES[known.code].http, { error: { code: known.code, message: known.message, ...(known.retryAfterMs === undefined ? {} : { retry_after_ms: known.retryAfterMs }) } });
      }
    }
  };
}

const header = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name];
  return typeof value === "string" ? value : undefined;
};

/** Does what was asked as part of the work that it was asked for. */
async function forSomebody(name: string, request: IncomingMessage, run: () => Promise<object>): Promise<object> {
  const span = beginRoot(`peer ${name}`, "server", header(request, "traceparent"));
  try {
    const answer = await inWork(workOf(span, requestIdOf(request.headers[REQUEST_HEADER]) ?? null), run);
    end(span);
    return answer;
  } catch (error) {
    end(span, {}, error);
    throw error;
  }
}

function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve, reject) => {
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MAX_PEER_BODY_BYTES) return chunks.push(chunk);
      // Whoever sends too much shall read so, which they would not over a connection that is cut.
      request.pause();
      reject(new AppError("E_TOO_LARGE"));
    });
    request.once("end", () => resolve(Buffer.concat(chunks).toString())).once("error", reject);
  });
}

function send(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text), "cache-control": "no-store" });
  response.end(text);
}
