/**
 * Every code that can reach a player or an HTTP client. `E_…` is an error (the command was not carried out
 * for a reason outside the game); a code in lower case is a refusal by the rules of the world, for example
 * `no_such_item`.
 */
export const ERROR_CODES = {
  /** The payload does not match the protocol. */
  E_BAD_MESSAGE: { http: 400, message: "That message is not one this server understands." },
  E_BAD_REQUEST: { http: 400, message: "That request is not valid." },
  E_TOO_LARGE: { http: 413, message: "That is too long." },
  E_UNKNOWN_TYPE: { http: 400, message: "There is no such message type." },
  /** No token, a bad one, or one made for something else. */
  E_AUTH: { http: 401, message: "Please log in." },
  E_TOKEN_EXPIRED: { http: 401, message: "Your session has expired. Please log in again." },
  E_CREDENTIALS: { http: 401, message: "That name and password do not go together." },
  E_FORBIDDEN: { http: 403, message: "You may not do that." },
  /** The rules of the world say no to what staff ordered. */
  E_REFUSED: { http: 409, message: "The world does not allow that." },
  E_NOT_FOUND: { http: 404, message: "There is no such thing here." },
  E_NAME_TAKEN: { http: 409, message: "That name is taken." },
  E_NAME_INVALID: { http: 422, message: "That name cannot be used." },
  E_PASSWORD_INVALID: { http: 422, message: "That password cannot be used." },
  /** Too many of this player's commands; try again after `retry_after_ms`. */
  E_RATE: { http: 429, message: "Slow down a little." },
  /** What this server's operator does not let players say to each other: certain words, the same over and over, capitals throughout. */
  E_SPEECH: { http: 422, message: "That cannot be said here." },
  /** A queue of the server is full; nothing was done. */
  E_BUSY: { http: 503, message: "The world is busy. Please try again in a moment." },
  E_STORAGE: { http: 503, message: "The world's memory cannot be reached just now. Please try again in a moment." },
  E_READONLY: { http: 503, message: "The world cannot change just now; you can still look around and talk." },
  E_DRAINING: { http: 503, message: "This server is closing; another will take over in a moment." },
  /** The character is not in this area (any more): it moved on, or another connection has taken over. */
  E_MOVED: { http: 409, message: "You are somewhere else now." },
  E_REPLACED: { http: 409, message: "You have entered from another place." },
  /** A resent request so old that its reply is no longer kept. */
  E_STALE: { http: 409, message: "That request is too old to answer again." },
  E_PROTOCOL: { http: 426, message: "This client is too old. Please reload the page." },
  E_INTERNAL: { http: 500, message: "Something went wrong on the server. Nothing was changed." },
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** An error with a code that a user may see. The message is one clear sentence; `cause` is for the log only. */
export class AppError extends Error {
  readonly code: ErrorCode;
  /** When trying again makes sense, in milliseconds from now. */
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message?: string, options: { cause?: unknown; retryAfterMs?: number } = {}) {
    super(message ?? ERROR_CODES[code].message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
  }

  get httpStatus(): number {
    return ERROR_CODES[this.code].http;
  }
}
