/** Random things to send, of the kinds that programs are known to fall over; all from one seeded chance. */

export type Chance = () => number;

export const oneOf = <T>(chance: Chance, list: readonly T[]): T => list[Math.floor(chance() * list.length)]!;
export const upTo = (chance: Chance, most: number): number => Math.floor(chance() * (most + 1));

/** Names that every object of the language knows. */
export const PROTOTYPE_NAMES = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "__defineGetter__"] as const;

/** A player that may be hurt, for what staff can do to one. */
export const VICTIM = "Victorin";

const TEXTS: readonly ((chance: Chance) => string)[] = [
  () => "", () => " ", () => VICTIM, () => "town_square", () => "player", () => "moderator", () => "203.0.113.5", () => "lantern", () => "a@example.com", () => "because",
  (chance) => oneOf(chance, PROTOTYPE_NAMES), () => "\0", () => "a\0b", () => "\ud800", () => "\ufeff\u202e\u200b", () => "💥".repeat(40), () => "' or 1=1 --", () => "${7*7}{{7*7}}", () => "../../../etc/passwd", () => "%00%zz%c0%ae",
  () => "-1", () => "9".repeat(40), () => "NaN", () => "1e999", () => "\r\nX-Evil: 1", (chance) => "x".repeat(upTo(chance, 5_000)), (chance) => "🦊é\n".repeat(upTo(chance, 300)),
  (chance) => Array.from({ length: upTo(chance, 30) }, () => String.fromCharCode(upTo(chance, 0xffff))).join(""),
];

export const text = (chance: Chance): string => oneOf(chance, TEXTS)(chance);

const NUMBERS = [0, -0, 1, -1, 0.5, 7, 2 ** 31, 2 ** 53, -(2 ** 53) - 2, 1e308, Number.MIN_VALUE, 4_294_967_296] as const;

/** Anything that JSON can say. */
export function value(chance: Chance, depth = 0): unknown {
  const kind = upTo(chance, depth > 3 ? 5 : 8);
  if (kind <= 2) return text(chance);
  if (kind === 3) return oneOf(chance, NUMBERS);
  if (kind === 4) return chance() < 0.5;
  if (kind === 5) return null;
  if (kind === 6) return Array.from({ length: upTo(chance, 5) }, () => value(chance, depth + 1));
  if (kind === 7) return nested(chance, upTo(chance, 300));
  return object(chance, [...PROTOTYPE_NAMES, "a", "type", "id", text(chance).slice(0, 20)], depth + 1);
}

/** One with some of these keys, `__proto__` as a key of its own. */
export function object(chance: Chance, keys: readonly string[], depth = 0): object {
  const made = Object.create(null) as Record<string, unknown>;
  for (const key of keys) if (chance() < 0.4) Object.defineProperty(made, key, { value: value(chance, depth + 1), enumerable: true, configurable: true, writable: true });
  return made;
}

/** Arrays or objects within each other. */
export function nested(chance: Chance, depth: number): unknown {
  let inner: unknown = 1;
  const asList = chance() < 0.5;
  for (let level = 0; level < depth; level += 1) inner = asList ? [inner] : { a: inner };
  return inner;
}

export const bytes = (chance: Chance, most: number): Buffer => Buffer.from(Array.from({ length: upTo(chance, most) }, () => upTo(chance, 255)));
