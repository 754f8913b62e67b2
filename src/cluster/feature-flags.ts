/**
 * Switches between an old way of doing something and a new one, for a share of the players, while the server runs: rows
 * of `feature_flag`. A player is always on the same side of the same switch, in every process; raising a share only adds
 * players, lowering it only takes some away. While the database is away, what was read last holds.
 */
import { hashText } from "../engine/hash.ts";
import { FLAGS_EVERY_MS, MAX_CLIENT_FLAGS, MAX_FLAG_NAME_CHARS, MAX_FLAGS } from "../limits.ts";
import type { Sql } from "../persistence/sql.ts";
import { AppError } from "../protocol/codes.ts";
import { interval } from "../timers.ts";

export interface FlagRow {
  readonly name: string;
  /** 0: nobody; 1: everybody. */
  readonly share: number;
  readonly note: string | null;
}

/** Flags whose names begin so are told to the client in its welcome. */
export const CLIENT_FLAG_PREFIX = "client-";

const NAME = new RegExp(`^[a-z][a-z0-9-]{0,${MAX_FLAG_NAME_CHARS - 1}}$`);

/**
 * Whether somebody is among a flag's share. The name goes into the hash, so that it is not always the same players who
 * meet what is new.
 */
export function isAmong(flag: string, subject: string, share: number): boolean {
  return hashText(`${flag}\n${subject}`) / 2 ** 32 < share;
}

/** All flags, by name. Rejects with `StorageError`. */
export async function readFlags(sql: Sql): Promise<FlagRow[]> {
  return await sql.query<FlagRow>(`select name, share::float8 as share, note from feature_flag order by name limit ${MAX_FLAGS}`);
}

/** Sets one, or makes it. Rejects with `E_BAD_REQUEST` when the name or the share is none, or with `StorageError`. */
export async function writeFlag(sql: Sql, { name, share, note }: { readonly name: string; readonly share: number; readonly note?: string | undefined }): Promise<void> {
  if (!NAME.test(name)) throw new AppError("E_BAD_REQUEST", `The name of a flag is small letters, digits and hyphens (at most ${MAX_FLAG_NAME_CHARS}), not "${name}".`);
  if (!(share >= 0 && share <= 1)) throw new AppError("E_BAD_REQUEST", `A share is a number from 0 to 1, not ${share}.`);
  await sql.query(
    `insert into feature_flag (name, share, note) values ($1, $2, $3)
     on conflict (name) do update set share = excluded.share, note = coalesce(excluded.note, feature_flag.note), updated_at = now()`,
    [name, share, note ?? null],
  );
}

/** Whether it was there. Rejects with `StorageError`. */
export async function removeFlag(sql: Sql, name: string): Promise<boolean> {
  return (await sql.query("delete from feature_flag where name = $1 returning name", [name])).length > 0;
}

export interface FeatureFlagsOptions {
  readonly read: () => Promise<readonly FlagRow[]>;
  /** How often, in ms. */
  readonly everyMs?: number;
  readonly log: { info(fields: object, message: string): void; warn(fields: object, message: string): void };
  readonly onError: (error: unknown) => void;
}

/** The flags as last read: at the start, every few seconds, and when the bus says that they have changed. */
export class FeatureFlags {
  readonly #options: FeatureFlagsOptions;
  #shares: ReadonlyMap<string, number> = new Map();
  #reading: Promise<void> | undefined;
  #failing = false;
  #stopPolling: () => void = () => undefined;

  constructor(options: FeatureFlagsOptions) {
    this.#options = options;
  }

  /** Reads them, and goes on doing so until `stop`. Never rejects: without an answer every flag is off. */
  async start(): Promise<void> {
    this.#stopPolling = interval(() => this.refresh(), this.#options.everyMs ?? FLAGS_EVERY_MS, this.#options.onError);
    await this.refresh();
  }

  stop(): void {
    this.#stopPolling();
  }

  /** Whether that player (by the character's id) goes the new way. A flag that nobody has set is off. */
  isOn(flag: string, subject: string): boolean {
    const share = this.#shares.get(flag);
    return share !== undefined && isAmong(flag, subject, share);
  }

  /** The flags that are on for that player and are the client's to act on, in the order of their names. */
  forClient(subject: string): string[] {
    const told = [...this.#shares.keys()].filter((name) => name.startsWith(CLIENT_FLAG_PREFIX) && this.isOn(name, subject));
    return told.sort().slice(0, MAX_CLIENT_FLAGS);
  }

  /** The share of a flag; 0 when nobody has set it. */
  shareOf(flag: string): number {
    return this.#shares.get(flag) ?? 0;
  }

  /** Reads them now; whoever asks meanwhile waits for the same answer. Never rejects. */
  refresh(): Promise<void> {
    return (this.#reading ??= this.#read().finally(() => (this.#reading = undefined)));
  }

  async #read(): Promise<void> {
    try {
      const shares = new Map((await this.#options.read()).map(({ name, share }) => [name, share]));
      this.#failing = false;
      for (const name of new Set([...shares.keys(), ...this.#shares.keys()])) {
        const [before, now] = [this.#shares.get(name) ?? 0, shares.get(name) ?? 0];
        if (before !== now) this.#options.log.info({ flag: name, share: now, before }, "a feature flag has changed");
      }
      this.#shares = shares;
    } catch (error) {
      // Once for each outage: it is asked every few seconds.
      if (!this.#failing) this.#options.log.warn({ err: error }, "the feature flags cannot be read; they stay as they were");
      this.#failing = true;
    }
  }
}
