/** Scales and marks of axes. */

export interface Scale {
  readonly at: (value: number) => number;
  readonly marks: readonly number[];
}

/** From 0 to a round number that nothing exceeds. */
export function linear(most: number, from: number, to: number): Scale {
  const step = roundUp(Math.max(most, 1e-9) / 4);
  const end = step * Math.max(1, Math.ceil(most / step));
  const count = Math.round(end / step);
  return { at: (value) => from + ((to - from) * value) / end, marks: Array.from({ length: count + 1 }, (_, index) => index * step) };
}

/** Over whole powers of ten that take in everything. */
export function logarithmic(least: number, most: number, from: number, to: number): Scale {
  const low = Math.floor(Math.log10(Math.max(least, 1e-3)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(most, 1e-3))));
  const marks = Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index));
  return { at: (value) => from + ((to - from) * (Math.log10(Math.max(value, 10 ** low)) - low)) / (high - low), marks };
}

/** 1, 2 or 5 times a power of ten, at least as much. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 5, 10].find((step) => step * power >= value * 0.999999) ?? 10);
}

/** As much of a number as a reader wants. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return "–";
  if (value >= 10_000) return `${Number((value / 1000).toPrecision(3))}k`;
  return String(value >= 100 ? Math.round(value) : Number(value.toPrecision(2)));
}

export const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
