/** What a bot needs of a connection; one with the stock SDK and one that speaks the wire format itself have it. */
import { setTimeout as sleep } from "node:timers/promises";
import type { JoinOptions } from "../../src/protocol/client-messages.ts";
import type { TransferMessage, WelcomeMessage } from "../../src/protocol/server-messages.ts";
import type { ScannedLine, ScannedReply } from "./wire-messages.ts";

export type Seat = TransferMessage["seat"];

export interface LinkEvents {
  welcome(welcome: WelcomeMessage): void;
  /** The object is used again for the next line. */
  line(line: ScannedLine): void;
  reply(reply: ScannedReply): void;
  transfer(transfer: TransferMessage): void;
  /** Once, whoever closed it; also when it never came about. */
  closed(code: number): void;
}

export interface Link {
  command(command: string, id: string, seq: number): void;
  /** By the player's own wish. */
  leave(): void;
  /** As if the cable were pulled out. */
  drop(): void;
  /** The same connection leads into another area: what is heard from there on goes to `events`. Absent: it never does. */
  goOn?(events: LinkEvents): Link;
  /** Keeps it for the way back, as the server has said that one may; absent: it is left. */
  keep?(): void;
  /** After that, takes a seat in an area of its process. */
  take?(seat: Seat, events: LinkEvents): Link;
  /** The process that it leads to. */
  readonly process?: string | undefined;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

export interface Connector {
  /** Comes in where the character stands. */
  join(token: string, options: JoinOptions, events: LinkEvents): Promise<Link>;
  /** Takes a seat that was granted. */
  open(seat: Seat, token: string, events: LinkEvents): Link;
}

/** An answer of the server that is not what was asked for. */
export class Refusal extends Error {
  readonly code: string;
  readonly retryAfterMs: number;

  constructor(code: string, message: string, retryAfterMs = 0) {
    super(`${code}: ${message}`);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** A character of one's own, without a password. Asks again where that may help. */
export async function enterAsGuest(endpoint: string): Promise<{ token: string; name: string }> {
  const body = await retried(() => call(`${endpoint}/auth/guest`, {}, {}));
  return { token: body["token"] as string, name: body["username"] as string };
}

/** A seat in the world, where the character stands. */
export async function takeSeat(endpoint: string, token: string, options: JoinOptions): Promise<Seat> {
  return (await call(`${endpoint}/matchmake/joinOrCreate/world`, token === "" ? {} : { authorization: `Bearer ${token}` }, options)) as Seat;
}

async function call(url: string, headers: Record<string, string>, payload: object): Promise<Record<string, unknown>> {
  const answer = await fetch(url, { method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(payload) });
  const body = (await answer.json()) as Record<string, unknown>;
  const failure = failureIn(body);
  if (answer.ok && failure === undefined) return body;
  throw new Refusal(failure?.code ?? String(answer.status), failure?.text ?? answer.statusText, failure?.retryAfterMs ?? 0);
}

/** Ours are objects; Colyseus' own have a number, and our code in front of the text. */
function failureIn({ error, message, code }: Record<string, unknown>): { code: string; text: string; retryAfterMs: number } | undefined {
  if (typeof error === "object" && error !== null) {
    const { code: own = "", message: text = "", retry_after_ms: retryAfterMs = 0 } = error as { code?: string; message?: string; retry_after_ms?: number };
    return { code: own, text, retryAfterMs };
  }
  const text = typeof error === "string" ? error : typeof message === "string" ? message : undefined;
  return text === undefined ? undefined : { code: /^(E_[A-Z_]+)/.exec(text)?.[1] ?? JSON.stringify(code), text, retryAfterMs: 0 };
}

const TRIES = 40;
const RETRY_MS = 250;

/** Tries again where the answer is to do so. */
export async function retried<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      const mayPass = !(error instanceof Refusal) || /E_MOVED|E_BUSY|E_DRAINING|E_STORAGE|E_NETWORK|^5/.test(error.code);
      if (tries >= TRIES || !mayPass) throw error;
      await sleep(Math.max(RETRY_MS, error instanceof Refusal ? error.retryAfterMs : 0) * (0.5 + Math.random()));
    }
  }
}
