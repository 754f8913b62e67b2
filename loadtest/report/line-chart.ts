/** Values over time as an SVG. */
import { escaped, linear, logarithmic, shortNumber, type Scale } from "./scale.ts";

export interface Series {
  readonly name: string;
  /** One a second; NaN leaves a gap. */
  readonly values: readonly number[];
}

const [WIDTH, HEIGHT] = [560, 230];
const [LEFT, RIGHT, TOP, BOTTOM] = [52, 12, 12, 30];

export function lineChart({ title, unit, series, log = false }: { title: string; unit: string; series: readonly Series[]; log?: boolean }): string {
  const all = series.flatMap(({ values }) => values).filter((value) => Number.isFinite(value) && (!log || value > 0));
  const length = Math.max(2, ...series.map(({ values }) => values.length));
  const y = log ? logarithmic(Math.min(...all, 1), Math.max(...all, 1), HEIGHT - BOTTOM, TOP) : linear(Math.max(...all, 0), HEIGHT - BOTTOM, TOP);
  const x = (index: number): number => LEFT + ((WIDTH - LEFT - RIGHT) * index) / (length - 1);
  return [
    `<figure><figcaption>${escaped(title)} <small>${escaped(unit)}</small></figcaption>`,
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(title)}">`,
    ...y.marks.map((mark) => horizontal(y, mark)),
    ...timeMarks(length).map((second) => `<text x="${x(second).toFixed(1)}" y="${HEIGHT - 10}" class="mark" text-anchor="middle">${second} s</text>`),
    ...series.map(({ values }, index) => `<path class="line c${index}" d="${pathOf(values, x, y, log)}"/>`),
    "</svg>", legend(series.map(({ name }) => name)), "</figure>",
  ].join("");
}

export const legend = (names: readonly string[]): string =>
  `<p class="legend">${names.map((name, index) => `<span><i class="c${index}"></i>${escaped(name)}</span>`).join("")}</p>`;

const horizontal = (y: Scale, mark: number): string =>
  `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y.at(mark).toFixed(1)}" y2="${y.at(mark).toFixed(1)}" class="grid"/><text x="${LEFT - 8}" y="${(y.at(mark) + 4).toFixed(1)}" class="mark" text-anchor="end">${shortNumber(mark)}</text>`;

function pathOf(values: readonly number[], x: (index: number) => number, y: Scale, log: boolean): string {
  let broken = true;
  return values.map((value, index) => {
    if (!Number.isFinite(value) || (log && value <= 0)) {
      broken = true;
      return "";
    }
    const step = `${broken ? "M" : "L"}${x(index).toFixed(1)} ${y.at(value).toFixed(1)}`;
    broken = false;
    return step;
  }).join("");
}

/** Some round seconds. */
function timeMarks(length: number): number[] {
  const step = linear(length - 1, 0, 1).marks[1] ?? 1;
  return Array.from({ length: Math.floor((length - 1) / step) + 1 }, (_, index) => index * step).filter(Number.isInteger);
}
