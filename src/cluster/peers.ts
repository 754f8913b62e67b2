/**
 * Calls to other processes of the cluster: signed JSON over HTTP to the port that players use too, on connections that
 * are kept. It needs neither Redis nor Colyseus' own messages between processes.
 */
import { Agent, request as httpRequest } from "node:http";
import { MAX_PEER_BODY_BYTES, MAX_PEER_SOCKETS, PEER_IDLE_MS } from "../limits.ts";
import { AppError, ERROR_CODES, type ErrorCode } from "../protocol/codes.ts";
import { currentRequest, requestIdOf, spanning, traceparent } from "../telemetry/tracing.ts";
import { timeout } from "../timers.ts";
import { PEER_PATH, PEER_SIGNATURE_HEADER, PeerSignature, REQUEST_HEADER } from "./peer-signature.ts";

/** The call did not get an answer. */
export class PeerUnreachable extends Error {
  /** `refused`: nothing listens there. Otherwise it is not known whether the call was carried out. */
  readonly how: "refused" | "silent";

  constructor(address: string, how: PeerUnreachable["how"], cause?: unknown) {
    super(`the process at ${address} ${how === "refused" ? "does not listen" : "did not answer"}`, { cause });
    this.name = "PeerUnreachable";
    this.how = how;
  }
}

export interface PeersOptions {
  readonly secret: string;
  readonly nowMs: () => number;
  /** Told of every call, for the metrics. */
  readonly onCall?: (call: { name: string; result: "ok" | "error" | "refused" | "silent"; ms: number }) => void;
}

export class Peers {
  readonly #signature: PeerSignature;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: MAX_PEER_SOCKETS, timeout: PEER_IDLE_MS, scheduling: "lifo" });
  readonly #options: PeersOptions;

  constructor(options: PeersOptions) {
    this.#signature = new PeerSignature(options.secret);
    this.#options = options;
  }

  /**
   * Asks the process at `address` (`host:port`). Rejects with the `AppError` that it answers, or `PeerUnreachable` when
   * there is no answer within `timeoutMs`.
   */
  call<Answer>(address: string, name: string, body: object, timeoutMs: number): Promise<Answer> {
    return spanning(`peer ${name}`, "client", { "server.address": address }, () => this.#call<Answer>(address, name, body, timeoutMs));
  }

  async #call<Answer>(address: string, name: string, body: object, timeoutMs: number): Promise<Answer> {
    const startedMs = this.#options.nowMs();
    const done = (result: "ok" | "error" | "refused" | "silent"): void => this.#options.onCall?.({ name, result, ms: this.#options.nowMs() - startedMs });
    let answer: { status: number; text: string };
    try {
      answer = await this.#post(address, `${PEER_PATH}${name}`, JSON.stringify(body), timeoutMs);
    } catch (error) {
      const how = (error as NodeJS.ErrnoException).code === "ECONNREFUSED" ? "refused" : "silent";
      done(how);
      throw new PeerUnreachable(address, how, error);
    }
    const parsed = parse(answer.text);
    if (answer.status === 200) {
      done("ok");
      return parsed as Answer;
    }
    done("error");
    throw toAppError(parsed);
  }

  close(): void {
    this.#agent.destroy();
  }

  #post(address: string, path: string, body: string, timeoutMs: number): Promise<{ status: number; text: string }> {
    const { host, port } = placeOf(address);
    return new Promise((resolve, reject) => {
      const stop = timeout(() => void call.destroy(new Error("there was no answer in time")), timeoutMs, reject);
      const call = httpRequest({
        host, port, path, method: "POST", agent: this.#agent,
        headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body), [PEER_SIGNATURE_HEADER]: this.#signature.sign(path, body, this.#options.nowMs()), ...workHeaders() },
      }, (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on("data", (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > MAX_PEER_BODY_BYTES) response.destroy(new Error("the answer is too long"));
          else chunks.push(chunk);
        });
        response.once("error", reject).once("close", stop);
        response.once("end", () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
      });
      call.once("error", (error: NodeJS.ErrnoException) => {
        stop();
        // Closed from over there in the moment it was taken for this call: nothing of it was read.
        if (call.reusedSocket && error.code === "ECONNRESET") this.#post(address, path, body, timeoutMs).then(resolve, reject);
        else reject(error);
      });
      call.end(body);
    });
  }
}

/** For whom the call is made: it goes on under the same name over there. */
function workHeaders(): Record<string, string> {
  const request = requestIdOf(currentRequest());
  const trace = traceparent();
  return { ...(request === undefined ? {} : { [REQUEST_HEADER]: request }), ...(trace === undefined ? {} : { traceparent: trace }) };
}

/** `host:port`, `[::1]:port`. */
function placeOf(address: string): { host: string; port: number } {
  const { hostname, port } = new URL(`http://${address}`);
  return { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port || 80) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError("E_INTERNAL", undefined, { cause: error });
  }
}

function toAppError(body: unknown): AppError {
  const { error } = body as { error?: { code?: string; message?: string; retry_after_ms?: number } };
  const code = error?.code !== undefined && error.code in ERROR_CODES ? (error.code as ErrorCode) : "E_INTERNAL";
  return new AppError(code, error?.message, error?.retry_after_ms === undefined ? {} : { retryAfterMs: error.retry_after_ms });
}
