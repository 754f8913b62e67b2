/**
 * What changes accounts, as units of work of the ORM. An account and its character have one id and are made in one
 * transaction, with a journal entry that says where the first coins and things came from. Imported with the ORM.
 */
import { UniqueConstraintViolationException } from "@mikro-orm/core";
import { raw, type EntityManager } from "@mikro-orm/sql";
import type { DurableEvent } from "../engine/events.ts";
import { carriedBy, type CharacterId, type ItemId } from "../engine/ids.ts";
import { MAX_HEALTH, MAX_VIGOUR, type Role } from "../engine/world.ts";
import { AppError } from "../protocol/codes.ts";
import type { AccountRecord, Beginning } from "./accounts.ts";
import { COMMIT, commitValues } from "./batch.ts";
import { Account, type AccountRow } from "./entities/account.ts";
import { Character } from "./entities/index.ts";
import { fold } from "./fold.ts";
import { itemsOfKind } from "./item-of-kind.ts";
import { newId } from "./new-id.ts";

export async function createAccount(em: EntityManager, beginning: Beginning, account: { username: string; nameKey: string; passwordHash: string | null; guest: boolean; role?: Role }): Promise<AccountRecord> {
  const id = newId() as CharacterId;
  return await named(em.transactional(async (tx) => {
    const { username, nameKey, passwordHash, guest, role = "player" } = account;
    const row = tx.create(Account, {
      id, username, nameKey, passwordHash, guest, role, tokenVersion: 0, bannedReason: null, createdAt: new Date(), lastLoginAt: null,
    });
    await tx.flush();
    tx.create(Character, {
      id, accountId: id, name: username, nameKey, roomId: beginning.room, coins: 0,
      settings: { aliases: {}, brief: false, mutedChannels: [] }, position: "standing", health: MAX_HEALTH, vigour: MAX_VIGOUR,
      playtimeS: 0, createdAt: new Date(), lastSeenAt: null, lastSeq: 0, lastStep: -1,
    });
    await tx.flush();
    await giveBeginning(tx, id, beginning);
    return recordOf(row);
  }));
}

export async function upgradeGuest(em: EntityManager, characterId: CharacterId, account: { username: string; nameKey: string; passwordHash: string }): Promise<AccountRecord | undefined> {
  return await named(em.transactional(async (tx) => {
    const changed = await tx.nativeUpdate(Account, { id: characterId, guest: true }, { ...account, guest: false, tokenVersion: raw<number>("token_version + 1") });
    if (changed === 0) return undefined;
    await tx.nativeUpdate(Character, { id: characterId }, { name: account.username, nameKey: account.nameKey });
    return recordOf(await tx.findOneOrFail(Account, { id: characterId }));
  }));
}

export async function changeAccount(em: EntityManager, characterId: CharacterId, changes: { role?: Role; passwordHash?: string; bannedReason?: string | null }): Promise<AccountRecord | undefined> {
  await em.nativeUpdate(Account, { id: characterId }, { ...changes, tokenVersion: raw<number>("token_version + 1") });
  const row = await em.findOne(Account, { id: characterId });
  return row === null ? undefined : recordOf(row);
}

/** The only unique thing that two may want at once is a name. */
async function named<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof UniqueConstraintViolationException ? new AppError("E_NAME_TAKEN", undefined, { cause: error }) : error;
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
