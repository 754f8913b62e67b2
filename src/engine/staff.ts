/** What those who look after the world do in its name, as data; and what players report to them. */
import type { CharacterId, RoomId } from "./ids.ts";
import { ROLES, type Character, type Role } from "./world.ts";

/** One deed, written into the record with whatever carries it out (`persistence/migrations/staff-function-v1.ts`). */
export interface StaffOrder {
  readonly id: string;
  readonly action: string;
  /** Whose character did it; null: the password of the configuration. */
  readonly staff: CharacterId | null;
  readonly staffName: string;
  readonly via: "game" | "api";
  /** Where it came from, where that is known. */
  readonly address: string | null;
  /** A character's id, or what else it is about. */
  readonly target: string | null;
  readonly targetName: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly reason: string | null;
}

/** Why somebody may not speak, and until when (ms since 1970); null: until it is taken back. */
export interface Mute {
  readonly reason: string;
  readonly untilMs: number | null;
}

/** A line that somebody heard. */
export interface HeardLine {
  readonly text: string;
  readonly type: string;
  readonly sender?: string;
}

export interface Report {
  readonly id: string;
  readonly reporter: CharacterId;
  readonly reported: CharacterId | null;
  readonly room: RoomId;
  readonly words: string;
  readonly lines: readonly HeardLine[];
}

/** Somebody of the world, whether in it now or not. */
export interface Somebody {
  readonly id: CharacterId;
  readonly name: string;
  readonly role: Role;
  /** Where they stand, or will wake. */
  readonly room: RoomId;
}

export const isAtLeast = (role: Role, least: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(least);

/** Nobody has anything done to their equals or betters; operators may to everybody. */
export const mayActOn = (staff: Role, target: Role): boolean => staff === "operator" || ROLES.indexOf(staff) > ROLES.indexOf(target);

/** The mute that holds now. */
export function muteOf(character: Pick<Character, "muted">, nowMs: number): Mute | undefined {
  const { muted } = character;
  return muted === undefined || (muted.untilMs !== null && muted.untilMs <= nowMs) ? undefined : muted;
}

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `30m`, `2h`, `7d`, or a number of minutes, in ms; undefined: it is none of these. */
export function durationMs(word: string): number | undefined {
  const [, number, unit = "m"] = /^(\d{1,6})([mhd])?$/i.exec(word) ?? [];
  return number === undefined || Number(number) === 0 ? undefined : Number(number) * UNIT_MS[unit.toLowerCase() as keyof typeof UNIT_MS];
}

/** A time in words: "3 minutes", "2 hours", "5 days"; at least a minute. */
export function durationWords(ms: number): string {
  const [count, unit] = ms >= 2 * UNIT_MS.d ? [ms / UNIT_MS.d, "day"] : ms >= 2 * UNIT_MS.h ? [ms / UNIT_MS.h, "hour"] : [ms / UNIT_MS.m, "minute"];
  const whole = Math.max(1, Math.ceil(count));
  return `${whole} ${unit}${whole === 1 ? "" : "s"}`;
}
