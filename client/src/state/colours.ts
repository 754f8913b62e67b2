/** The colours of terminals: sixteen with names, 256 in xterm's cube, or any. */
import type { Palette } from "./settings.ts";

/** The sixteen as xterm draws them. */
const SIXTEEN = [
  "#000000", "#cd0000", "#00cd00", "#cdcd00", "#0000ee", "#cd00cd", "#00cdcd", "#e5e5e5",
  "#7f7f7f", "#ff0000", "#00ff00", "#ffff00", "#5c5cff", "#ff00ff", "#00ffff", "#ffffff",
] as const;
/** The steps of xterm's 6 × 6 × 6 cube. */
const STEPS = [0, 95, 135, 175, 215, 255] as const;

const hex = (parts: readonly number[]): string => `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;

/** One of xterm's 256: 0–15 by name, 16–231 the cube, 232–255 greys. */
export function xtermColour(index: number): string {
  if (index < 16) return SIXTEEN[index] ?? "#ffffff";
  if (index >= 232) return hex([8, 8, 8].map((base) => base + (index - 232) * 10));
  const cube = index - 16;
  return hex([Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map((step) => STEPS[step] ?? 0));
}

const PALETTES: Readonly<Record<Palette, readonly string[]>> = {
  true: [],
  "256": Array.from({ length: 256 }, (_, index) => xtermColour(index)),
  "16": SIXTEEN,
};

const parts = (colour: string): number[] => [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));

/** The colour as this palette has it: the nearest one. */
export function inPalette(colour: string, palette: Palette): string {
  const wanted = parts(colour);
  const distance = (other: string): number => parts(other).reduce((sum, part, at) => sum + (part - (wanted[at] ?? 0)) ** 2, 0);
  return PALETTES[palette].reduce((best, other) => (distance(other) < distance(best) ? other : best), PALETTES[palette][0] ?? colour);
}

/** WCAG 2's contrast of two colours, 1 to 21. */
export function contrastOf(one: string, other: string): number {
  const [brighter = 0, darker = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (brighter + 0.05) / (darker + 0.05);
}

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = parts(colour).map((part) => {
    const value = part / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** The least contrast of a text on its ground (WCAG 2.2 AA). */
const READABLE = 4.5;

/** The colour, moved towards black or white until it can be read on this ground. */
export function readableOn(colour: string, ground: string): string {
  const target = luminance(ground) > 0.18 ? 0 : 255;
  let mixed = colour;
  for (let step = 0; step <= 20 && contrastOf(mixed, ground) < READABLE; step++) {
    mixed = hex(parts(colour).map((part) => Math.round(part + ((target - part) * step) / 20)));
  }
  return mixed;
}
