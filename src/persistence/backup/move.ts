/** Takes a world from one database into another. The source is only read; the target takes its place when it is the same. */
import { AppError } from "../../protocol/codes.ts";
import { MIGRATION_NAMES, type MigrationName } from "../migrations/names.ts";
import type { Sql } from "../sql.ts";
import { readWorld } from "./copy.ts";
import { nameOf, openPlace, type OpenDeps, type Place } from "./place.ts";
import { fill } from "./restore.ts";
import { rowsIn, type Sums } from "./sums.ts";
import { servedBy, shapeOf } from "./tables.ts";

export interface MoveOptions extends OpenDeps {
  readonly from: Place;
  readonly to: Place;
  /** Takes the place of a world that is in the target, which is kept aside. */
  readonly replace: boolean;
}

export interface MoveResult {
  readonly rows: number;
  readonly tables: number;
  /** Where what was in the target before is now; undefined: there was nothing. */
  readonly before: string | undefined;
}

/** Rejects with a sentence; both places are what they were then. */
export async function moveWorld({ from, to, replace, ...deps }: MoveOptions): Promise<MoveResult> {
  const source = await openPlace(from, deps);
  try {
    await refuseIfServed(source.sql, from);
    const { schema } = await shapeOf(source.sql);
    const unknown = schema.find((name) => !(MIGRATION_NAMES as readonly string[]).includes(name));
    if (schema.length === 0) throw new AppError("E_STORAGE", `There is no world in ${nameOf(from)}.`);
    if (unknown !== undefined) throw new AppError("E_STORAGE", `The world in ${nameOf(from)} is of a newer server: this one does not know ${unknown}.`);
    const before = await lastEpochs(source.sql);
    let sums: Sums = {};
    const aside = await fill(to, { replace, migrateTo: schema.at(-1) as MigrationName, endTokens: false }, deps, async (take) => {
      ({ sums } = await readWorld(source.sql, take));
      return sums;
    }, async () => {
      // A server that was started meanwhile has written what was not read.
      await refuseIfServed(source.sql, from);
      if (await lastEpochs(source.sql) !== before) throw new AppError("E_STORAGE", `A server was running on ${nameOf(from)} meanwhile; nothing was moved. Stop it and try again.`);
    });
    return { rows: rowsIn(sums), tables: Object.keys(sums).length, before: aside };
  } finally {
    await source.close();
  }
}

/** An embedded database lets no server in beside us; by its rows a killed one may seem to live for some seconds more. */
async function refuseIfServed(sql: Sql, place: Place): Promise<void> {
  if (place.kind === "embedded") return;
  const address = await servedBy(sql);
  if (address !== undefined) throw new AppError("E_STORAGE", `A server (at ${address}) is running on ${nameOf(place)}; stop it first.`);
}

/** Changes whenever anybody takes an area, or writes anything for good. */
async function lastEpochs(sql: Sql): Promise<string> {
  const [row] = await sql.query<{ all: string }>(
    "select (select coalesce(sum(epoch), 0) from area_owner)::text || ' ' || (select coalesce(max(id), 0) from journal)::text || ' ' || (select coalesce(string_agg(id, ' ' order by id), '') from process) as all",
  );
  return row?.all ?? "";
}
