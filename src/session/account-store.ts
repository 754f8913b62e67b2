/**
 * Accounts as the session layer needs them. `src/persistence/accounts.ts` implements it over PostgreSQL,
 * `memory-account-store.ts` in memory for tests. An account is a character: one row, one id for ever; a guest is
 * an account without a password.
 */
import type { CharacterId, RoomId } from "../engine/ids.ts";
import type { Role } from "../engine/world.ts";

export interface Account {
  readonly characterId: CharacterId;
  /** As the player wrote it, for display. Unique without regard to upper and lower case. */
  readonly username: string;
  readonly role: Role;
  readonly guest: boolean;
  /** PHC string; null for guests, who come back by their token only. */
  readonly passwordHash: string | null;
  /** Tokens carry it; raising it (new password, ban, "log out everywhere") makes older tokens worthless. */
  readonly tokenVersion: number;
  /** Why this account may not enter, as the operator wrote it; null: it may. */
  readonly bannedReason: string | null;
}

/** Somebody who wants to come in: what has to be known of them, in one look. */
export interface Comer {
  readonly account: Account;
  /** Where the character stands; null: nowhere. */
  readonly room: RoomId | null;
  /** What was noted of where they came in from last. */
  readonly lastAddress: string | null;
}

/**
 * Every method rejects with `AppError` `E_STORAGE` when the database cannot be reached (nothing was done, or it is
 * not known whether: a registration that did happen answers `E_NAME_TAKEN` when tried again).
 */
export interface AccountStore {
  /**
   * Makes the account and its character, standing at the world's start, in one transaction.
   * `nameKey` is the unique key (lower case). `passwordHash` is null exactly when `guest`.
   * Rejects with `E_NAME_TAKEN` when the key is in use.
   */
  createAccount(account: { username: string; nameKey: string; passwordHash: string | null; guest: boolean }): Promise<Account>;

  findByNameKey(nameKey: string): Promise<Account | undefined>;

  findById(characterId: CharacterId): Promise<Account | undefined>;

  /** Those who ask in the same moment may be read together. */
  findComer(characterId: CharacterId): Promise<Comer | undefined>;

  /**
   * Turns a guest into an account with a name and a password; the character, where it stands and what it carries
   * stay. `tokenVersion` grows by one, so that the guest's tokens end. Compare and set: undefined when the
   * character is not a guest (any more). Rejects with `E_NAME_TAKEN`.
   */
  upgradeGuest(characterId: CharacterId, account: { username: string; nameKey: string; passwordHash: string }): Promise<Account | undefined>;

  /** Remembers the time of a login, by the database's clock; for "last seen" and for clearing old guests away. */
  touchLogin(characterId: CharacterId): Promise<void>;
}
