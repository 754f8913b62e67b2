/**
 * The pages and the API for looking after the world and one's account. Imported when the first request for one of them comes:
 * a start after a crash, which is a race with impatient players, does without.
 */
import { createHmac } from "node:crypto";
import type { RequestHandler } from "express";
import { accountRoutes } from "./http/account-routes.ts";
import { adminRoutes } from "./http/admin/admin-routes.ts";
import type { AdminDeps } from "./http/admin/deps.ts";
import { operatorPages } from "./http/admin/pages.ts";
import { smallPage } from "./http/small-page.ts";
import { ADMIN_TOKEN_LIFE_S, EMAIL_TOKEN_LIFE_S, RESET_TOKEN_LIFE_S } from "./limits.ts";
import type { PostgresAccountCareStore } from "./persistence/account-care-store.ts";
import { Journal } from "./persistence/journal.ts";
import type { PostgresStaffIntentStore } from "./persistence/staff-intent-store.ts";
import type { PostgresStaffStore } from "./persistence/staff-store.ts";
import { AccountCare } from "./session/account-care.ts";
import { CommandMailer, loggingMailer } from "./session/mailer.ts";
import { MailTokens } from "./session/mail-tokens.ts";
import { Tokens } from "./session/tokens.ts";
import { Desk } from "./staff-desk.ts";
import type { StaffOptions } from "./start-staff.ts";

export interface PagesOptions extends StaffOptions {
  readonly staffStore: PostgresStaffStore;
  readonly intents: PostgresStaffIntentStore;
  readonly careStore: PostgresAccountCareStore;
  /** There is something to be carried out. */
  readonly poke: () => void;
}

/** By where each is mounted. */
export function staffPages(options: PagesOptions): ReadonlyMap<string, RequestHandler> {
  const { config, content, db, clock, auth, accounts, online, areas, secret, onError, staffStore, intents, careStore, poke } = options;
  // Of another password, other tokens: whoever changes it ends all that were made with it.
  const adminSecret = createHmac("sha256", secret).update(`administration ${config.adminPassword ?? ""}`).digest("base64");
  const admin: AdminDeps = {
    auth, accounts, jobs: options.jobs, adminPassword: config.adminPassword,
    processes: options.tools,
    adminTokens: new Tokens({ secret: adminSecret, purpose: "waystone:admin", lifeS: ADMIN_TOKEN_LIFE_S }),
    pageTokens: new Tokens({ secret: adminSecret, purpose: "waystone:pages", lifeS: ADMIN_TOKEN_LIFE_S }),
    desk: new Desk({
      store: staffStore, intents, journal: new Journal(db.sql), history: new Journal(db.reads), content, clock, online, worldNow: options.worldNow, settingChanged: options.settingChanged, poke,
      heardIn: (room) => {
        const area = areas().areaOfRoom(room);
        return (area === undefined ? undefined : areas().get(area))?.outlet.heardIn?.(room) ?? [];
      },
    }),
  };
  const care = new AccountCare({
    accounts, auth, care: careStore, passwords: options.passwords, poke, onError,
    resetTokens: new MailTokens({ secret, purpose: "waystone:reset", lifeS: RESET_TOKEN_LIFE_S }),
    emailTokens: new MailTokens({ secret, purpose: "waystone:email", lifeS: EMAIL_TOKEN_LIFE_S }),
    mailer: config.mail === null ? loggingMailer(options.log, config.environment === "production") : new CommandMailer(config.mail.command, config.mail.from),
    publicUrl: config.publicUrl ?? `http://localhost:${config.port}`,
  });
  return new Map<string, RequestHandler>([
    ["/auth", accountRoutes({ care })],
    ["/account", smallPage(new URL("./http/account-page/", import.meta.url), "account")],
    ["/admin", adminRoutes(admin)],
    ...operatorPages(admin, { playground: config.playground }).map(({ path, handler }): [string, RequestHandler] => [path, handler]),
  ]);
}
