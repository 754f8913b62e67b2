/** Looking after the world: what staff order is carried out, who is banned stays out, and the pages for it are served. */
import { createHmac } from "node:crypto";
import type { RequestHandler } from "express";
import type { Config } from "./config.ts";
import type { ContentIndex } from "./engine/content.ts";
import type { EngineContext } from "./engine/context.ts";
import type { CharacterId } from "./engine/ids.ts";
import { addressKey } from "./http/address-key.ts";
import { adminRoutes } from "./http/admin/admin-routes.ts";
import type { AdminDeps } from "./http/admin/deps.ts";
import { accountRoutes } from "./http/account-routes.ts";
import { operatorPages } from "./http/admin/pages.ts";
import { addressOf } from "./http/json-body.ts";
import { smallPage } from "./http/small-page.ts";
import { ADMIN_TOKEN_LIFE_S, BANS_SWEPT_EVERY_MS, EMAIL_TOKEN_LIFE_S, RESET_TOKEN_LIFE_S } from "./limits.ts";
import type { Log } from "./log.ts";
import { PostgresAccountCareStore } from "./persistence/account-care-store.ts";
import type { Database } from "./persistence/database.ts";
import { Journal } from "./persistence/journal.ts";
import { PostgresStaffIntentStore } from "./persistence/staff-intent-store.ts";
import { PostgresStaffStore } from "./persistence/staff-store.ts";
import { AppError } from "./protocol/codes.ts";
import type { AreaHost } from "./runtime/area-host.ts";
import type { Online } from "./runtime/online.ts";
import type { AreaStore, Clock } from "./runtime/ports.ts";
import { StaffOrders } from "./runtime/staff-orders.ts";
import { AccountCare } from "./session/account-care.ts";
import type { AccountStore } from "./session/account-store.ts";
import type { AuthService } from "./session/auth-service.ts";
import { CommandMailer, loggingMailer } from "./session/mailer.ts";
import { MailTokens } from "./session/mail-tokens.ts";
import type { Passwords } from "./session/passwords.ts";
import { Tokens } from "./session/tokens.ts";
import { Desk } from "./staff-desk.ts";

export interface StaffOptions {
  readonly config: Config;
  readonly content: ContentIndex;
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly auth: AuthService;
  readonly passwords: Passwords;
  readonly accounts: AccountStore;
  readonly store: AreaStore;
  readonly online: Online;
  readonly areas: () => AreaHost;
  readonly context: () => EngineContext;
  /** What signs tokens; shared by all processes. */
  readonly secret: string;
  readonly worldNow: () => object;
  readonly settingChanged: (key: string) => void;
  /** Carries out what waits, unless the database is away. */
  readonly whileReachable: (run: () => Promise<void>) => Promise<void>;
  /** What journals can undo, which has rounds of its own. */
  readonly pollIntents: () => Promise<void>;
  readonly bug: (error: unknown, context: Record<string, unknown>) => void;
  readonly onError: (error: unknown) => void;
}

export interface StartedStaff {
  readonly mounts: readonly { readonly path: string; readonly handler: RequestHandler }[];
  /** Now and then: carries out what was ordered, and learns who is banned. Rejects with E_STORAGE. */
  poll(): Promise<void>;
  /** At the door. Throws E_FORBIDDEN when nobody may come in from there. */
  refuseBanned(address: string | undefined): void;
  /** Remembers where somebody came in from. */
  cameFrom(id: CharacterId, address: string | undefined): void;
}

export function startStaff(options: StaffOptions): StartedStaff {
  const { config, content, db, clock, auth, accounts, online, areas, secret, onError } = options;
  const store = new PostgresStaffStore(db.sql);
  const intents = new PostgresStaffIntentStore(db.sql);
  const careStore = new PostgresAccountCareStore(db.sql);
  const orders = new StaffOrders({
    areas: () => areas().areas, areaOfRoom: (room) => areas().areaOfRoom(room), open: async (area) => void (await areas().ensure(area)),
    orders: intents, characters: options.store, context: options.context, bug: options.bug,
  });
  let banned: ReadonlyMap<string, string> = new Map();
  let sweptAtMs = 0;
  const poll = async (): Promise<void> => {
    if (clock.nowMs() - sweptAtMs > BANS_SWEPT_EVERY_MS) {
      sweptAtMs = clock.nowMs();
      await intents.sweep();
      await careStore.sweepErased();
    }
    banned = new Map((await store.addressBans()).map(({ address, reason }) => [address, reason]));
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

  // Of another password, other tokens: whoever changes it ends all that were made with it.
  const adminSecret = createHmac("sha256", secret).update(`administration ${config.adminPassword ?? ""}`).digest("base64");
  const admin: AdminDeps = {
    auth, accounts, adminPassword: config.adminPassword,
    adminTokens: new Tokens({ secret: adminSecret, purpose: "waystone:admin", lifeS: ADMIN_TOKEN_LIFE_S }),
    pageTokens: new Tokens({ secret: adminSecret, purpose: "waystone:pages", lifeS: ADMIN_TOKEN_LIFE_S }),
    desk: new Desk({
      store, intents, journal: new Journal(db.sql), content, clock, online, worldNow: options.worldNow, settingChanged: options.settingChanged, poke: pokeSoon,
      heardIn: (room) => {
        const area = areas().areaOfRoom(room);
        return (area === undefined ? undefined : areas().get(area))?.outlet.heardIn?.(room) ?? [];
      },
    }),
  };
  const care = new AccountCare({
    accounts, auth, care: careStore, passwords: options.passwords, poke: pokeSoon, onError,
    resetTokens: new MailTokens({ secret, purpose: "waystone:reset", lifeS: RESET_TOKEN_LIFE_S }),
    emailTokens: new MailTokens({ secret, purpose: "waystone:email", lifeS: EMAIL_TOKEN_LIFE_S }),
    mailer: config.mail === null ? loggingMailer(options.log, config.environment === "production") : new CommandMailer(config.mail.command, config.mail.from),
    publicUrl: config.publicUrl ?? `http://localhost:${config.port}`,
  });
  return {
    mounts: [
      { path: "/auth", handler: (request, _response, next) => { refuseBanned(addressOf(request)); next(); } },
      { path: "/auth", handler: accountRoutes({ care }) },
      { path: "/account", handler: smallPage(new URL("./http/account-page/", import.meta.url), "account") },
      { path: "/admin", handler: adminRoutes(admin) },
      ...operatorPages(admin, { playground: config.environment === "development" }),
    ],
    poll,
    refuseBanned,
    cameFrom: (id, address) => {
      if (address !== undefined) store.cameFrom(id, addressKey(address)).catch(onError);
    },
  };
}
