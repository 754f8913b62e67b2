/** The `/auth/…` calls over HTTP. */
import type { TokenAnswer } from "../../src/protocol/server-messages.ts";
import { HTTP_DEADLINE_MS } from "./bounds.ts";
import { toErrorCode, WaystoneError } from "./errors.ts";
import type { WaystoneErrorCode } from "./errors.ts";
import { readFailure, readTokenAnswer } from "./wire.ts";

export interface Credentials {
  username: string;
  password: string;
}

export type AuthCall = "register" | "login" | "guest" | "refresh" | "upgrade";

/** When something between us and the server answers instead of it. */
const CODE_OF_STATUS: ReadonlyMap<number, WaystoneErrorCode> = new Map<number, WaystoneErrorCode>([
  [400, "E_BAD_REQUEST"], [401, "E_AUTH"], [403, "E_FORBIDDEN"], [404, "E_NOT_FOUND"], [413, "E_TOO_LARGE"], [429, "E_RATE"], [503, "E_BUSY"],
]);

/** Posts to `/auth/<call>`; throws a `WaystoneError` for anything but a token. */
export async function callAuth(base: string, call: AuthCall, options: { credentials?: Credentials; token?: string | undefined }): Promise<TokenAnswer> {
  const answer = await post(`${base}/auth/${call}`, options);
  const body = await readBody(answer);
  if (!answer.ok) throw refusal(answer.status, body);
  const token = readTokenAnswer(body);
  if (token === undefined) throw new WaystoneError("E_ANSWER", "The server's answer cannot be understood.");
  return token;
}

async function post(url: string, { credentials, token }: { credentials?: Credentials; token?: string | undefined }): Promise<globalThis.Response> {
  const headers: Record<string, string> = { "accept": "application/json", "content-type": "application/json" };
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  try {
    return await fetch(url, {
      method: "POST", headers, body: JSON.stringify(credentials ?? {}), signal: AbortSignal.timeout(HTTP_DEADLINE_MS),
    });
  } catch (error) {
    if (error instanceof Error && error.name === "TimeoutError") {
      throw new WaystoneError("E_TIMEOUT", "The server did not answer in time.", { cause: error });
    }
    throw new WaystoneError("E_NETWORK", "The server cannot be reached.", { cause: error });
  }
}

/** The JSON of an answer; undefined when it has none. */
async function readBody(answer: globalThis.Response): Promise<unknown> {
  try {
    return JSON.parse(await answer.text()) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw new WaystoneError("E_NETWORK", "The line was cut in the middle of the answer.", { cause: error });
  }
}

function refusal(status: number, body: unknown): WaystoneError {
  const failure = readFailure(body);
  if (failure !== undefined) {
    return new WaystoneError(toErrorCode(failure.code), failure.message ?? "The server refused.", { retryAfterMs: failure.retryAfterMs });
  }
  const code = CODE_OF_STATUS.get(status) ?? (status >= 500 ? "E_INTERNAL" : "E_BAD_REQUEST");
  return new WaystoneError(code, `The server refused (${status}).`);
}
