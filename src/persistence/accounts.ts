/**
 * Accounts in the database. Whoever comes back with a token, or logs in, is looked up by plain SQL: after a restart that is
 * everybody at once, and the ORM need not have been read. What makes and changes accounts goes through it.
 */
import type { EntityManager } from "@mikro-orm/sql";
import type { ItemKind } from "../engine/content.ts";
import type { CharacterId, RoomId } from "../engine/ids.ts";
import type { Role } from "../engine/world.ts";
import { LOADS_AT_ONCE, MAX_CHARACTERS_PER_LOAD } from "../limits.ts";
import { AppError } from "../protocol/codes.ts";
import type { Database } from "./database.ts";
import { GatheredLoads } from "./gathered-loads.ts";
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

/** Somebody who wants to come in (the session layer's `Comer`). */
export interface ComerRecord {
  readonly account: AccountRecord;
  readonly room: RoomId | null;
  readonly lastAddress: string | null;
}

/** What every new character begins with. */
export interface Beginning {
  readonly room: RoomId;
  readonly coins: number;
  readonly items: readonly { readonly kind: ItemKind; readonly quantity: number }[];
}

const COLUMNS = `id as "characterId", username, role, guest, password_hash as "passwordHash", token_version as "tokenVersion",
  case when banned_until is null or banned_until > now() then banned_reason end as "bannedReason"`;
const FIND = `select ${COLUMNS} from account`;
/** With where their characters stand (`character.id` is the account's), so that coming in takes one look. */
const COMERS = `select ${COLUMNS}, last_address as "lastAddress", (select c.room_id from character c where c.id = account.id) as room from account where id = any($1::text[])`;

/** Every method rejects with `E_STORAGE` when the database cannot be reached. */
export class PostgresAccountStore {
  readonly #db: Pick<Database, "sql" | "orm">;
  readonly #beginning: Beginning;
  readonly #comers = new GatheredLoads<CharacterId, ComerRecord>({ load: (ids) => this.#loadComers(ids), atOnce: LOADS_AT_ONCE, most: MAX_CHARACTERS_PER_LOAD });

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

  /** The account with where its character stands and where it came in from last. */
  findComer(characterId: CharacterId): Promise<ComerRecord | undefined> {
    return this.#comers.load(characterId);
  }

  async #loadComers(ids: readonly CharacterId[]): Promise<ReadonlyMap<CharacterId, ComerRecord>> {
    const rows = await this.#db.sql.query<AccountRecord & Omit<ComerRecord, "account">>(COMERS, [[...ids]], { name: "waystone_comers" });
    return new Map(rows.map(({ room, lastAddress, ...account }) => [account.characterId, { account, room, lastAddress }]));
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
