/**
 * Who may come in: registering, logging in, guests, fresh tokens, and what a token is worth when a player joins.
 * Knows accounts, passwords and tokens; not HTTP, not rooms, not how often somebody may try.
 */
import type { CharacterId, RoomId } from "../engine/ids.ts";
import type { Role } from "../engine/world.ts";
import { GUEST_NAME_TRIES } from "../limits.ts";
import { AppError } from "../protocol/codes.ts";
import type { Account, AccountStore } from "./account-store.ts";
import { guestName, nameKeyOf, type NameRules, type PlayerName } from "./names.ts";
import { checkNewPassword, type Passwords } from "./passwords.ts";
import type { TokenClaims, Tokens } from "./tokens.ts";

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** What a player gets for coming in. */
export interface Session {
  readonly token: string;
  readonly expiresAt: Date;
  readonly username: string;
  readonly characterId: CharacterId;
}

/** Who stands behind a token. */
export interface Identity {
  readonly characterId: CharacterId;
  readonly username: string;
  readonly role: Role;
  readonly guest: boolean;
  /**
   * `account`: the account was read just now. `token`: the database could not be reached, so this is what the token
   * says; good enough to come back to a character that is in the world, not to bring one in.
   */
  readonly vouchedBy: "account" | "token";
  /** Where the character stood when the account was read; undefined: nobody knows. */
  readonly room?: RoomId;
  /** Where they came in from last, when that was read. */
  readonly lastAddress?: string;
}

export interface AuthServiceDeps {
  readonly accounts: AccountStore;
  readonly tokens: Tokens;
  readonly passwords: Passwords;
  readonly names: NameRules;
  /** Told of what went wrong without harm to the caller. */
  readonly onError: (error: unknown) => void;
  readonly guestName?: () => PlayerName;
  /** Told after a guest became an account, so that the name can be changed where the character stands. */
  readonly onUpgraded?: (account: Account) => void;
}

/**
 * Besides the codes named at each method, all of them reject with `E_STORAGE` when the accounts cannot be reached, and
 * those that take a password with `E_BUSY` when too many passwords are being checked.
 */
export class AuthService {
  readonly #deps: AuthServiceDeps;

  constructor(deps: AuthServiceDeps) {
    this.#deps = deps;
  }

  /** A new account with its character. Rejects with `E_NAME_INVALID`, `E_NAME_TAKEN`, `E_PASSWORD_INVALID`. */
  async register(credentials: Credentials): Promise<Session> {
    const { name, passwordHash } = await this.#newCredentials(credentials);
    return this.#session(await this.#deps.accounts.createAccount({ ...name, passwordHash, guest: false }));
  }

  /**
   * Rejects with `E_CREDENTIALS` alike, and after the same time, for an unknown name, a guest's name and a wrong
   * password; with `E_FORBIDDEN` for a closed account whose password was right.
   */
  async login(credentials: Credentials): Promise<Session> {
    const account = await this.#deps.accounts.findByNameKey(nameKeyOf(credentials.username));
    const { passwords } = this.#deps;
    const right = account?.passwordHash ? await passwords.verify(credentials.password, account.passwordHash) : await passwords.verifyDummy(credentials.password);
    if (account === undefined || !right) throw new AppError("E_CREDENTIALS");
    refuseClosed(account);
    await this.#rememberLogin(account);
    return this.#session(account);
  }

  /** A character to try the world with: no password, a name of its own. */
  async guest(): Promise<Session> {
    const draw = this.#deps.guestName ?? guestName;
    for (let tries = 1; ; tries += 1) {
      try {
        return this.#session(await this.#deps.accounts.createAccount({ ...draw(), passwordHash: null, guest: true }));
      } catch (error) {
        const taken = error instanceof AppError && error.code === "E_NAME_TAKEN";
        if (!taken) throw error;
        if (tries === GUEST_NAME_TRIES) throw new AppError("E_BUSY", undefined, { cause: error, retryAfterMs: 1_000 });
      }
    }
  }

  /** A fresh token for a good one. Rejects with `E_AUTH`, `E_TOKEN_EXPIRED`, `E_FORBIDDEN`. */
  async refresh(token: string): Promise<Session> {
    return this.#session(await this.#accountOf(await this.#deps.tokens.verify(token)));
  }

  /**
   * Gives a guest a name and a password; the character goes on as it is, older tokens end. Rejects like `register`
   * and `refresh`, and with `E_FORBIDDEN` for somebody who is no guest.
   */
  async upgrade(token: string, credentials: Credentials): Promise<Session> {
    const guest = await this.#accountOf(await this.#deps.tokens.verify(token));
    const noGuest = (): AppError => new AppError("E_FORBIDDEN", "Only a guest can be turned into an account.");
    if (!guest.guest) throw noGuest();
    const { name, passwordHash } = await this.#newCredentials(credentials);
    const account = await this.#deps.accounts.upgradeGuest(guest.characterId, { ...name, passwordHash });
    if (account === undefined) throw noGuest();
    this.#tellUpgraded(account);
    return this.#session(account);
  }

  /**
   * Whose token this is, for joining a room. Rejects with `E_AUTH`, `E_TOKEN_EXPIRED`, `E_FORBIDDEN`. Without the
   * database it believes the token (see `Identity.vouchedBy`), so that a cut line can be taken up again.
   */
  async authenticate(token: string): Promise<Identity> {
    const claims = await this.#deps.tokens.verify(token);
    try {
      const comer = await this.#deps.accounts.findComer(claims.characterId);
      const { characterId, username, role, guest } = this.#vouched(claims, comer?.account);
      return {
        characterId, username, role, guest, vouchedBy: "account",
        ...(comer?.room == null ? {} : { room: comer.room }), ...(comer?.lastAddress == null ? {} : { lastAddress: comer.lastAddress }),
      };
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== "E_STORAGE") throw error;
      const { characterId, username, role, guest } = claims;
      return { characterId, username, role, guest, vouchedBy: "token" };
    }
  }

  /** What a token for the bearer's account would say now. Rejects like `refresh`. */
  async claimsOf(token: string): Promise<TokenClaims> {
    const { characterId, username, role, guest, tokenVersion } = await this.#accountOf(await this.#deps.tokens.verify(token));
    return { characterId, username, role, guest, tokenVersion };
  }

  async #accountOf(claims: TokenClaims): Promise<Account> {
    return this.#vouched(claims, await this.#deps.accounts.findById(claims.characterId));
  }

  #vouched(claims: TokenClaims, account: Account | undefined): Account {
    if (account === undefined || account.tokenVersion !== claims.tokenVersion) throw new AppError("E_AUTH");
    refuseClosed(account);
    return account;
  }

  /** Checks what a new account wants to be called and known by, cheapest first: the hash takes a tenth of a second. */
  async #newCredentials({ username, password }: Credentials): Promise<{ name: PlayerName; passwordHash: string }> {
    const name = this.#deps.names.check(username);
    checkNewPassword(password, name.username);
    if ((await this.#deps.accounts.findByNameKey(name.nameKey)) !== undefined) throw new AppError("E_NAME_TAKEN");
    return { name, passwordHash: await this.#deps.passwords.hash(password) };
  }

  /** "Last seen" is worth noting, but no reason to turn somebody away. */
  async #rememberLogin(account: Account): Promise<void> {
    try {
      await this.#deps.accounts.touchLogin(account.characterId);
    } catch (error) {
      this.#deps.onError(error);
    }
  }

  /** The account has changed already; a listener's trouble must not look like a failed upgrade. */
  #tellUpgraded(account: Account): void {
    try {
      this.#deps.onUpgraded?.(account);
    } catch (error) {
      this.#deps.onError(error);
    }
  }

  async #session(account: Account): Promise<Session> {
    const { characterId, username } = account;
    return { ...(await this.#deps.tokens.issue(account)), username, characterId };
  }
}

function refuseClosed(account: Account): void {
  if (account.bannedReason !== null) throw new AppError("E_FORBIDDEN", `This account is closed: ${account.bannedReason}`);
}
