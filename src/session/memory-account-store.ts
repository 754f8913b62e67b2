/** Accounts in memory, for tests of what stands on top. Passes the same contract as the one over PostgreSQL. */
import type { CharacterId } from "../engine/ids.ts";
import { asId } from "../engine/ids.ts";
import { AppError } from "../protocol/codes.ts";
import type { Account, AccountStore, Comer } from "./account-store.ts";

export class MemoryAccountStore implements AccountStore {
  readonly accounts = new Map<CharacterId, Account>();
  readonly logins: CharacterId[] = [];
  /** While true every call rejects as it would without a database. */
  unreachable = false;
  #nextId = 1;

  async createAccount({ username, nameKey, passwordHash, guest }: { username: string; nameKey: string; passwordHash: string | null; guest: boolean }): Promise<Account> {
    this.#reach();
    this.#refuseTaken(nameKey);
    const account: Account = {
      characterId: asId<CharacterId>(`c${this.#nextId++}`), username, role: "player", guest, passwordHash, tokenVersion: 0, bannedReason: null,
    };
    this.accounts.set(account.characterId, account);
    return account;
  }

  async findByNameKey(nameKey: string): Promise<Account | undefined> {
    this.#reach();
    return [...this.accounts.values()].find((account) => account.username.toLowerCase() === nameKey);
  }

  async findById(characterId: CharacterId): Promise<Account | undefined> {
    this.#reach();
    return this.accounts.get(characterId);
  }

  async findComer(characterId: CharacterId): Promise<Comer | undefined> {
    const account = await this.findById(characterId);
    return account === undefined ? undefined : { account, room: null, lastAddress: null };
  }

  async upgradeGuest(characterId: CharacterId, { username, nameKey, passwordHash }: { username: string; nameKey: string; passwordHash: string }): Promise<Account | undefined> {
    this.#reach();
    const guest = this.accounts.get(characterId);
    if (guest === undefined || !guest.guest) return undefined;
    this.#refuseTaken(nameKey);
    const account: Account = { ...guest, username, passwordHash, guest: false, tokenVersion: guest.tokenVersion + 1 };
    this.accounts.set(characterId, account);
    return account;
  }

  async touchLogin(characterId: CharacterId): Promise<void> {
    this.#reach();
    this.logins.push(characterId);
  }

  /** What an operator would do in the database. */
  change(characterId: CharacterId, changes: Partial<Account>): void {
    const account = this.accounts.get(characterId);
    if (account === undefined) throw new Error(`There is no account ${characterId}.`);
    this.accounts.set(characterId, { ...account, ...changes });
  }

  #reach(): void {
    if (this.unreachable) throw new AppError("E_STORAGE");
  }

  #refuseTaken(nameKey: string): void {
    if ([...this.accounts.values()].some((account) => account.username.toLowerCase() === nameKey)) throw new AppError("E_NAME_TAKEN");
  }
}
