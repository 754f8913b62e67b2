import type { ErrorCode } from "../../src/protocol/codes.ts";

/** The server's codes, and four that only a client can know. */
export type WaystoneErrorCode =
  | ErrorCode
  /** The server cannot be reached, or the line was cut. */
  | "E_NETWORK"
  /** The server did not answer in time. */
  | "E_TIMEOUT"
  /** The session was closed on this side, or by `quit`. */
  | "E_CLOSED"
  /** The answer cannot be understood. */
  | "E_ANSWER";

/** What every failing call of this library throws: one clear sentence, and a code to decide by. */
export class WaystoneError extends Error {
  readonly code: WaystoneErrorCode;
  /** When trying again makes sense, in milliseconds from now. */
  readonly retryAfterMs: number | undefined;

  constructor(code: WaystoneErrorCode, message: string, options: { cause?: unknown; retryAfterMs?: number | undefined } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "WaystoneError";
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Anything thrown, as a `WaystoneError`. */
export function toWaystoneError(thrown: unknown): WaystoneError {
  if (thrown instanceof WaystoneError) return thrown;
  return new WaystoneError("E_NETWORK", "The server cannot be reached.", { cause: thrown });
}

/** A code as it came over the wire. Unknown ones are kept: a newer server may have codes this client has not. */
export function toErrorCode(code: string): WaystoneErrorCode {
  return code as WaystoneErrorCode;
}
