/** Looking after the world: what staff order is carried out, who is banned stays out, and the pages for it are served. */
import type { RequestHandler } from "express";
import type { Config } from "./config.ts";
import type { ContentIndex } from "./engine/content.ts";
import type { EngineContext } from "./engine/context.ts";
import type { CharacterId } from "./engine/ids.ts";
import { addressKey } from "./http/address-key.ts";
import type { ProcessDesk } from "./http/admin/process-desk.ts";
import type { JobsDesk } from "./http/admin/jobs-desk.ts";
import { addressOf } from "./http/json-body.ts";
import type { Log } from "./log.ts";
import { PostgresAccountCareStore } from "./persistence/account-care-store.ts";
import type { Database } from "./persistence/database.ts";
import { PostgresStaffIntentStore } from "./persistence/staff-intent-store.ts";
import { PostgresStaffStore } from "./persistence/staff-store.ts";
import { AppError } from "./protocol/codes.ts";
import type { AreaHost } from "./runtime/area-host.ts";
import type { Online } from "./runtime/online.ts";
import type { AreaStore, Clock } from "./runtime/ports.ts";
import { StaffOrders, type StaffIntentStore } from "./runtime/staff-orders.ts";
import type { AccountStore } from "./session/account-store.ts";
import type { AuthService } from "./session/auth-service.ts";
import type { Passwords } from "./session/passwords.ts";

/** What people do with their own account, under /auth. */
const ACCOUNT_PATHS: ReadonlySet<string> = new Set(["/password", "/forgot", "/reset", "/email", "/email/confirm", "/delete", "/export"]);

export interface StaffOptions {
  readonly config: Config;
  readonly content: ContentIndex;
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly tools: ProcessDesk;
  readonly auth: AuthService;
  readonly passwords: Passwords;
  readonly accounts: AccountStore;
  readonly store: AreaStore;
  readonly online: Online;
  readonly areas: () => AreaHost;
  readonly context: () => EngineContext;
  readonly jobs: JobsDesk;
  /** What signs tokens; shared by all processes. */
  readonly secret: string;
  readonly worldNow: () => object;
  readonly settingChanged: (key: string) => void;
  /** Carries out what waits, unless the database is away. */
  readonly whileReachable: (run: () => Promise<void>) => Promise<void>;
  /** What journals can undo, which has rounds of its own. */
  readonly pollIntents: () => Promise<void>;
  /** Counts orders, for the metrics. */
  readonly watchOrders: (orders: StaffIntentStore) => StaffIntentStore;
  readonly bug: (error: unknown, context: Record<string, unknown>) => void;
  readonly onError: (error: unknown) => void;
}

export interface StartedStaff {
  readonly mounts: readonly { readonly path: string; readonly handler: RequestHandler }[];
  /** Now and then: carries out what was ordered, and learns who is banned. Rejects with E_STORAGE. */
  poll(): Promise<void>;
  /** At the door. Throws E_FORBIDDEN when nobody may come in from there. */
  refuseBanned(address: string | undefined): void;
  /** Remembers where somebody came in from; `noted`: what is remembered. */
  cameFrom(id: CharacterId, address: string | undefined, noted: string | undefined): void;
}

export function startStaff(options: StaffOptions): StartedStaff {
  const { db, areas, onError } = options;
  const store = new PostgresStaffStore(db.sql, db.reads);
  const intents = new PostgresStaffIntentStore(db.sql);
  const careStore = new PostgresAccountCareStore(db.sql);
  const orders = new StaffOrders({
    areas: () => areas().areas, areaOfRoom: (room) => areas().areaOfRoom(room), open: async (area) => void (await areas().ensure(area)),
    orders: options.watchOrders(intents), characters: options.store, context: options.context, bug: options.bug,
  });
  let banned: ReadonlyMap<string, string> = new Map();
  const readBans = async (): Promise<void> => {
    banned = new Map((await store.addressBans()).map(({ address, reason }) => [address, reason]));
  };
  const poll = async (): Promise<void> => {
    await readBans();
    await orders.poll();
  };
  const pokeSoon = (): void => {
    options.whileReachable(async () => {
      await poll();
      await options.pollIntents();
    }).catch(onError);
  };
  const refuseBanned = (address: string | undefined): void => {
    const reason = address === undefined ? undefined : banned.get(addressKey(address));
    if (reason !== undefined) throw new AppError("E_FORBIDDEN", `Nobody may come in from your address: ${reason}`);
  };

  // Until the first round; whoever is banned must not slip in while the server starts.
  readBans().catch(onError);

  let pages: Promise<ReadonlyMap<string, RequestHandler>> | undefined;
  const page = (path: string): RequestHandler => async (request, response, next) => {
    pages ??= import("./staff-pages.ts").then(({ staffPages }) => staffPages({ ...options, staffStore: store, intents, careStore, poke: pokeSoon }));
    const handler = (await pages).get(path);
    if (handler === undefined) return next();
    await handler(request, response, next);
  };
  const ownAccount = page("/auth");
  return {
    mounts: [
      { path: "/auth", handler: (request, _response, next) => { refuseBanned(addressOf(request)); next(); } },
      // Logging in is not theirs, and most frequent.
      { path: "/auth", handler: (request, response, next) => (ACCOUNT_PATHS.has(request.path) ? ownAccount(request, response, next) : next()) },
      ...["/account", "/admin", "/monitor", "/playground"].map((path) => ({ path, handler: page(path) })),
    ],
    poll,
    refuseBanned,
    cameFrom: (id, address, noted) => {
      if (address === undefined || addressKey(address) === noted) return;
      store.cameFrom(id, addressKey(address)).catch((error: unknown) => {
        // While the database is away the address from before stays; that is no fault of the program.
        if (!(error instanceof AppError && error.code === "E_STORAGE")) onError(error);
      });
    },
  };
}
