/** What the HTTP API needs from the rest of the server. */
import type { RequestHandler } from "express";
import type { Log } from "../log.ts";
import type { AuthService } from "../session/auth-service.ts";
import type { RateSettings } from "./rate-gate.ts";

/** The answer of GET /api/world. */
export interface WorldAnswer {
  readonly name: string;
  readonly tagline: string;
  readonly areas: readonly { readonly id: string; readonly name: string; readonly rooms: number }[];
  /** The time in the world, as a player would read it, and its parts. */
  readonly time: Readonly<Record<string, string | number>>;
  /** Weather by climate. */
  readonly weather: Readonly<Record<string, string>>;
}

/** The answer of GET /api/commands: what a client may offer to complete, and the channels one can talk on. */
export interface CommandsAnswer {
  readonly commands: readonly { readonly name: string; readonly aliases: readonly string[]; readonly usage: readonly string[] }[];
  readonly channels: readonly { readonly name: string; readonly description: string }[];
  /** Words for moods and gestures: smile, bow. */
  readonly socials: readonly string[];
}

/** The answer of GET /api/who: how many play, and the first of them by name. */
export interface WhoAnswer {
  readonly count: number;
  readonly players: readonly { readonly name: string; readonly guest: boolean }[];
}

/** The answer of GET /api/leaderboard: who has most of what; `made_at` is null until it was first worked out. */
export interface LeaderboardAnswer {
  readonly boards: Readonly<Record<string, readonly { readonly rank: number; readonly name: string; readonly value: number }[]>>;
  readonly made_at: string | null;
}

/** Why this process should get no new players; `ready` exactly when there is no reason. */
export interface Readiness {
  readonly ready: boolean;
  readonly reasons: readonly string[];
}

export interface HttpDeps {
  readonly auth: AuthService;
  readonly log: Log;
  /** A registry of prom-client. */
  readonly metrics: { readonly contentType: string; metrics(): Promise<string> };
  readonly readiness: () => Readiness | Promise<Readiness>;
  readonly world: () => WorldAnswer;
  readonly commands: () => CommandsAnswer;
  /** Rejects with E_STORAGE. */
  readonly leaderboard: () => Promise<LeaderboardAnswer>;
  readonly who: () => WhoAnswer | Promise<WhoAnswer>;
  /** Reverse proxies whose `X-Forwarded-For` is believed. */
  readonly trustProxyHops: number;
  /** Directory of the built browser client; null: this server has none. */
  readonly clientDir: string | null;
  /** Where else the client loads files from (`ASSET_BASE_URL`). */
  readonly assetBaseUrl: string | null;
  readonly rates?: Partial<RateSettings>;
  /** Addresses that are not rate limited by address, such as the machine of a load test. */
  readonly isExempt?: (address: string) => boolean;
  /** More to serve, such as /monitor and /admin; they check for themselves who may. */
  readonly mounts?: readonly { readonly path: string; readonly handler: RequestHandler }[];
  /** Told of every answer; `route` is the pattern, never what a client made up. */
  readonly onAnswer?: (answer: { route: string; method: string; status: number; seconds: number }) => void;
}
