/**
 * What people do with their own account: another password, a forgotten one, an address for mail, taking their data along,
 * and leaving for good. Knows accounts, passwords, tokens and mail; not HTTP, not rooms.
 */
import type { CharacterId } from "../engine/ids.ts";
import { AppError } from "../protocol/codes.ts";
import type { Account, AccountStore } from "./account-store.ts";
import type { AuthService, Session } from "./auth-service.ts";
import type { Mailer } from "./mailer.ts";
import type { MailTokens } from "./mail-tokens.ts";
import { nameKeyOf } from "./names.ts";
import { checkNewPassword, type Passwords } from "./passwords.ts";

/** Somebody who can be written to. */
export interface Reachable {
  readonly characterId: CharacterId;
  readonly username: string;
  readonly email: string;
  readonly tokenVersion: number;
}

/** All methods reject with `E_STORAGE` when the database cannot be reached. */
export interface AccountCareStore {
  /** Ends all tokens, and has the connection that is there come in again. Undefined: no such account, or a guest. */
  setPassword(id: CharacterId, passwordHash: string): Promise<{ tokenVersion: number } | undefined>;
  setPendingEmail(id: CharacterId, email: string): Promise<void>;
  /** False when another address is waiting by now, or none. */
  confirmEmail(id: CharacterId, email: string): Promise<boolean>;
  /** Accounts of that name, or with that proven address; a family may share one. */
  reachable(nameKey: string, email: string): Promise<readonly Reachable[]>;
  /** Forgets who it was; the owner of the area ends what the character had. */
  erase(id: CharacterId): Promise<void>;
  /** Everything that is kept about somebody. */
  everythingOf(id: CharacterId): Promise<object>;
}

export interface AccountCareDeps {
  readonly accounts: Pick<AccountStore, "findById">;
  readonly care: AccountCareStore;
  readonly auth: Pick<AuthService, "claimsOf" | "refresh" | "login">;
  readonly passwords: Passwords;
  /** For a new password that was asked for by mail; good for an hour, and once. */
  readonly resetTokens: MailTokens;
  readonly emailTokens: MailTokens;
  readonly mailer: Mailer;
  /** Where the page is that links in mails lead to, without a trailing slash. */
  readonly publicUrl: string;
  /** There is something for the owners of areas to do. */
  readonly poke: () => void;
  readonly onError: (error: unknown) => void;
}

/** Besides the codes named, all methods reject with `E_STORAGE`, and those that take a password with `E_BUSY`. */
export class AccountCare {
  readonly #deps: AccountCareDeps;

  constructor(deps: AccountCareDeps) {
    this.#deps = deps;
  }

  /** Rejects with `E_AUTH`, `E_CREDENTIALS` (the old one is wrong), `E_PASSWORD_INVALID`, `E_FORBIDDEN` (guests). Older tokens end. */
  async changePassword(token: string, old: string, next: string): Promise<Session> {
    const account = await this.#proven(token, old);
    checkNewPassword(next, account.username);
    await this.#setPassword(account.characterId, next);
    return await this.#deps.auth.login({ username: account.username, password: next });
  }

  /** Never says whether there is such an account; what goes wrong with the mail is for the log. */
  async requestReset(nameOrEmail: string): Promise<void> {
    const { care, mailer, resetTokens, publicUrl, onError } = this.#deps;
    const found = await care.reachable(nameKeyOf(nameOrEmail), nameOrEmail.trim().toLowerCase());
    const send = async ({ characterId, username, email, tokenVersion }: Reachable): Promise<void> => {
      const token = await resetTokens.issue({ characterId, email, tokenVersion });
      await mailer.send({
        to: email, subject: "A new password",
        text: `Somebody, most likely you, has asked for a new password for ${username}.\n\nChoose one here within an hour:\n${publicUrl}/account/#reset=${token}\n\nIf it was not you, do nothing: the old password stays.\n`,
      });
    };
    // Not waited for: how long it takes must not tell whether there was anybody.
    for (const one of found) send(one).catch(onError);
  }

  /** Rejects with `E_AUTH`, `E_TOKEN_EXPIRED`, `E_PASSWORD_INVALID`. */
  async reset(token: string, next: string): Promise<void> {
    const { characterId, tokenVersion } = await this.#deps.resetTokens.verify(token);
    const account = await this.#deps.accounts.findById(characterId);
    // A token that was used, or is older than the password of now, is worth nothing.
    if (account === undefined || account.tokenVersion !== tokenVersion) throw new AppError("E_AUTH", "That link has been used, or another password was set since.");
    checkNewPassword(next, account.username);
    await this.#setPassword(characterId, next);
  }

  /** The address counts once the link sent there has been followed. Rejects like `changePassword`. */
  async setEmail(token: string, password: string, email: string): Promise<void> {
    const account = await this.#proven(token, password);
    const address = email.trim().toLowerCase();
    const { care, mailer, emailTokens, publicUrl } = this.#deps;
    await care.setPendingEmail(account.characterId, address);
    const proof = await emailTokens.issue({ characterId: account.characterId, email: address, tokenVersion: account.tokenVersion });
    await mailer.send({
      to: address, subject: "Is this your address?",
      text: `${account.username} has named this address to be reached at when the password is lost.\n\nIf that is you, say so here within a day:\n${publicUrl}/account/#email=${proof}\n\nIf not, do nothing.\n`,
    });
  }

  /** Rejects with `E_AUTH`, `E_TOKEN_EXPIRED`. */
  async confirmEmail(token: string): Promise<void> {
    const { characterId, email } = await this.#deps.emailTokens.verify(token);
    if (!(await this.#deps.care.confirmEmail(characterId, email))) throw new AppError("E_AUTH", "That link has been used, or another address was named since.");
  }

  /** For good. A guest has no password to give. Rejects with `E_AUTH`, `E_CREDENTIALS`. */
  async erase(token: string, password: string | null): Promise<void> {
    const { characterId, guest } = await this.#deps.auth.claimsOf(token);
    if (!guest) await this.#proven(token, password ?? "");
    await this.#deps.care.erase(characterId);
    this.#deps.poke();
  }

  /** Rejects with `E_AUTH`. */
  async everythingOf(token: string): Promise<object> {
    const { characterId } = await this.#deps.auth.claimsOf(token);
    return await this.#deps.care.everythingOf(characterId);
  }

  /** Whose token and password these are. */
  async #proven(token: string, password: string): Promise<Account> {
    const { characterId } = await this.#deps.auth.claimsOf(token);
    const account = await this.#deps.accounts.findById(characterId);
    if (account === undefined) throw new AppError("E_AUTH");
    if (account.passwordHash === null) throw new AppError("E_FORBIDDEN", "A guest has no password. Turn the guest into an account first.");
    if (!(await this.#deps.passwords.verify(password, account.passwordHash))) throw new AppError("E_CREDENTIALS", "That is not your password.");
    return account;
  }

  async #setPassword(id: CharacterId, next: string): Promise<void> {
    if ((await this.#deps.care.setPassword(id, await this.#deps.passwords.hash(next))) === undefined) throw new AppError("E_AUTH");
    this.#deps.poke();
  }
}
