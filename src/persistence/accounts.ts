/**
 * Accounts in the database. Whoever comes back with a token, or logs in, is looked up by plain SQL: after a restart that is
 * everybody at once, and the ORM need not have been read. What makes and changes accounts goes through it.
 */
import type { EntityManager } from "@mikro-orm/sql";
import type { ItemKind } from "../engine/content.ts";
import type { CharacterId, RoomId } from "../engine/ids.ts";
import type { Role } from "../engine/world.ts";
import { AppError } from "../protocol/codes.ts";
import type { Database } from "./database.ts";
import { statementError } from "./storage-error.ts";

/** An account as the session layer knows it (its port `AccountStore` has the same shape). */
export interface AccountRecord {
  readonly characterId: CharacterId;
  readonly username: string;
  readonly role: Role;
  readonly guest: boolean;
  readonly passwordHash: string | null;
  readonly tokenVersion: number;
  readonly bannedReason: string | null;
}

/** What every new character begins with. */
export interface Beginning {
  readonly room: RoomId;
  readonly coins: number;
  readonly items: readonly { readonly kind: ItemKind; readonly quantity: number }[];
}

const FIND = `select id as "characterId", username, role, guest, password_hash as "passwordHash", token_version as "tokenVersion",
  case when banned_until is null or banned_until > now() then banned_reason end as "bannedReason" from account`;

/** Every method rejects with `E_STORAGE` when the database cannot be reached. */
export class PostgresAccountStore {
  readonly #db: Pick<Database, "sql" | "orm">;
  readonly #beginning: Beginning;

  constructor(db: Pick<Database, "sql" | "orm">, beginning: Beginning) {
    this.#db = db;
    this.#beginning = beginning;
  }

  /** Rejects with `E_NAME_TAKEN` when `nameKey` (lower case) is in use. `role` is for the first operator and for tests. */
  createAccount(account: { username: string; nameKey: string; passwordHash: string | null; guest: boolean; role?: Role }): Promise<AccountRecord> {
    return this.#write((writes, em) => writes.createAccount(em, this.#beginning, account));
  }

  async findByNameKey(nameKey: string): Promise<AccountRecord | undefined> {
    return (await this.#db.sql.query<AccountRecord>(`${FIND} where name_key = $1`, [nameKey]))[0];
  }

  async findById(characterId: CharacterId): Promise<AccountRecord | undefined> {
    return (await this.#db.sql.query<AccountRecord>(`${FIND} where id = $1`, [characterId]))[0];
  }

  /** Undefined when the character is not a guest (any more). Rejects with `E_NAME_TAKEN`. */
  upgradeGuest(characterId: CharacterId, account: { username: string; nameKey: string; passwordHash: string }): Promise<AccountRecord | undefined> {
    return this.#write((writes, em) => writes.upgradeGuest(em, characterId, account));
  }

  /**
   * What an operator may change. Tokens made before end, since the role or the right to enter may be others now.
   * Undefined when there is no such account.
   */
  change(characterId: CharacterId, changes: { role?: Role; passwordHash?: string; bannedReason?: string | null }): Promise<AccountRecord | undefined> {
    return this.#write((writes, em) => writes.changeAccount(em, characterId, changes));
  }

  async touchLogin(characterId: CharacterId): Promise<void> {
    await this.#db.sql.query(
      "with a as (update account set last_login_at = now() where id = $1) update character set last_seen_at = now() where id = $1", [characterId],
    );
  }

  async #write<T>(work: (writes: typeof import("./account-writes.ts"), em: EntityManager) => Promise<T>): Promise<T> {
    try {
      const writes = await import("./account-writes.ts");
      return await this.#db.orm((em) => work(writes, em));
    } catch (error) {
      throw error instanceof AppError ? error : statementError(error);
    }
  }
}
