/** Which rooms fit, and in which order, as Colyseus' own drivers decide it. Pure. */
import type { IRoomCache, SortOptions } from "@colyseus/core";

/** Fields of a room's record or, where it has none of that name, of its metadata. */
export type Conditions = Partial<IRoomCache> & Readonly<Record<string, unknown>>;

/** The rooms that meet every condition; a new list. */
export function matching(rooms: readonly IRoomCache[], conditions: Conditions, sortOptions?: SortOptions): IRoomCache[] {
  const wanted = Object.entries(conditions);
  const fitting = rooms.filter((room) => wanted.every(([field, value]) => has(room, field) && valueOf(room, field) === value));
  if (sortOptions === undefined) return fitting;
  const orders = Object.entries(sortOptions).map(([field, order]) => [field, order === 1 || order === "asc" || order === "ascending" ? 1 : -1] as const);
  return fitting.sort((one, other) => {
    for (const [field, direction] of orders) {
      const by = compare(valueOf(one, field), valueOf(other, field));
      if (by !== 0) return by * direction;
    }
    return 0;
  });
}

const metadataOf = (room: IRoomCache): Record<string, unknown> => (room.metadata ?? {}) as Record<string, unknown>;
const has = (room: IRoomCache, field: string): boolean => Object.hasOwn(room, field) || Object.hasOwn(metadataOf(room), field);
const valueOf = (room: IRoomCache, field: string): unknown => (Object.hasOwn(room, field) ? (room as unknown as Record<string, unknown>)[field] : metadataOf(room)[field]);

function compare(one: unknown, other: unknown): number {
  if (typeof one === "string" && typeof other === "string") return one < other ? -1 : one > other ? 1 : 0;
  const difference = Number(one) - Number(other);
  // Infinity and Infinity, or what is no number: as it came.
  return Number.isNaN(difference) ? 0 : difference;
}
