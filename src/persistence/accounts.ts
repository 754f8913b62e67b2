/**
 * Accounts over MikroORM. An account and its character have one id and are made in one transaction, with a journal
 * entry that says where the first coins and things came from.
 */
import { UniqueConstraintViolationException } from "@mikro-orm/core";
import { raw, type EntityManager } from "@mikro-orm/sql";
import type { ItemKind } from "../engine/content.ts";
import type { DurableEvent } from "../engine/events.ts";
import { carriedBy, type CharacterId, type ItemId, type RoomId } from "../engine/ids.ts";
import { MAX_HEALTH, MAX_VIGOUR, type Role } from "../engine/world.ts";
import { AppError } from "../protocol/codes.ts";
import { COMMIT, commitValues } from "./batch.ts";
import type { Database } from "./database.ts";
import { Account, type AccountRow } from "./entities/account.ts";
import { Character } from "./entities/index.ts";
import { fold } from "./fold.ts";
import { itemsOfKind } from "./item-of-kind.ts";
import { newId } from "./new-id.ts";
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

/** Every method rejects with `E_STORAGE` when the database cannot be reached. */
export class PostgresAccountStore {
  readonly #db: Pick<Database, "orm">;
  readonly #beginning: Beginning;

  constructor(db: Pick<Database, "orm">, beginning: Beginning) {
    this.#db = db;
    this.#beginning = beginning;
  }

  /** Rejects with `E_NAME_TAKEN` when `nameKey` (lower case) is in use. `role` is for the first operator and for tests. */
  createAccount(account: { username: string; nameKey: string; passwordHash: string | null; guest: boolean; role?: Role }): Promise<AccountRecord> {
    const id = newId() as CharacterId;
    return this.#attempt((em) =>
      em.transactional(async (tx) => {
        const { username, nameKey, passwordHash, guest, role = "player" } = account;
        const row = tx.create(Account, {
          id, username, nameKey, passwordHash, guest, role, tokenVersion: 0, bannedReason: null, createdAt: new Date(), lastLoginAt: null,
        });
        await tx.flush();
        tx.create(Character, {
          id, accountId: id, name: username, nameKey, roomId: this.#beginning.room, coins: 0,
          settings: { aliases: {}, brief: false, mutedChannels: [] }, position: "standing", health: MAX_HEALTH, vigour: MAX_VIGOUR,
          playtimeS: 0, createdAt: new Date(), lastSeenAt: null, lastSeq: 0, lastStep: -1,
        });
        await tx.flush();
        await giveBeginning(tx, id, this.#beginning);
        return recordOf(row);
      }),
    );
  }

  findByNameKey(nameKey: string): Promise<AccountRecord | undefined> {
    return this.#find({ nameKey });
  }

  findById(characterId: CharacterId): Promise<AccountRecord | undefined> {
    return this.#find({ id: characterId });
  }

  /** Undefined when the character is not a guest (any more). Rejects with `E_NAME_TAKEN`. */
  upgradeGuest(characterId: CharacterId, account: { username: string; nameKey: string; passwordHash: string }): Promise<AccountRecord | undefined> {
    return this.#attempt((em) =>
      em.transactional(async (tx) => {
        const changed = await tx.nativeUpdate(Account, { id: characterId, guest: true }, { ...account, guest: false, tokenVersion: raw<number>("token_version + 1") });
        if (changed === 0) return undefined;
        await tx.nativeUpdate(Character, { id: characterId }, { name: account.username, nameKey: account.nameKey });
        return recordOf(await tx.findOneOrFail(Account, { id: characterId }));
      }),
    );
  }

  /**
   * What an operator may change. Tokens made before end, since the role or the right to enter may be others now.
   * Undefined when there is no such account.
   */
  change(characterId: CharacterId, changes: { role?: Role; passwordHash?: string; bannedReason?: string | null }): Promise<AccountRecord | undefined> {
    return this.#attempt(async (em) => {
      await em.nativeUpdate(Account, { id: characterId }, { ...changes, tokenVersion: raw<number>("token_version + 1") });
      const row = await em.findOne(Account, { id: characterId });
      return row === null ? undefined : recordOf(row);
    });
  }

  async touchLogin(characterId: CharacterId): Promise<void> {
    await this.#attempt(async (em) => {
      await em.nativeUpdate(Account, { id: characterId }, { lastLoginAt: raw<Date>("now()") });
      await em.nativeUpdate(Character, { id: characterId }, { lastSeenAt: raw<Date>("now()") });
    });
  }

  #find(where: { id: string } | { nameKey: string }): Promise<AccountRecord | undefined> {
    return this.#attempt(async (em) => {
      const row = await em.findOne(Account, where);
      return row === null ? undefined : recordOf(row);
    });
  }

  async #attempt<T>(work: (em: EntityManager) => Promise<T>): Promise<T> {
    try {
      return await this.#db.orm(work);
    } catch (error) {
      if (error instanceof UniqueConstraintViolationException) throw new AppError("E_NAME_TAKEN", undefined, { cause: error });
      if (error instanceof AppError) throw error;
      throw statementError(error);
    }
  }
}

async function giveBeginning(tx: EntityManager, id: CharacterId, beginning: Beginning): Promise<void> {
  const items = beginning.items.flatMap(({ kind, quantity }) => itemsOfKind(kind, quantity, carriedBy(id), () => newId() as ItemId));
  const events: DurableEvent[] = items.map((item) => ({ type: "item-created", item, cause: "start" }));
  if (beginning.coins > 0) events.push({ type: "coins-changed", character: id, delta: beginning.coins, cause: "start" });
  const unit = { area: null, epoch: null, actor: id, room: beginning.room, request: { deterministicId: `start:${id}` }, command: "(begins)", events, reply: null };
  const values = commitValues([{ unit, rows: fold(events), commitId: newId() }]);
  await tx.getConnection().execute(COMMIT.replace(/\$\d+/g, "?"), values, "all", tx.getTransactionContext());
}

function recordOf(row: AccountRow): AccountRecord {
  return {
    characterId: row.id as CharacterId, username: row.username, role: row.role, guest: row.guest,
    passwordHash: row.passwordHash ?? null, tokenVersion: row.tokenVersion, bannedReason: row.bannedReason ?? null,
  };
}
