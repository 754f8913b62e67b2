/** Waits by class: from the median to the slowest, on one logarithmic axis. */
import type { LogHistogram } from "../lib/log-histogram.ts";
import { legend } from "./line-chart.ts";
import { escaped, logarithmic, shortNumber } from "./scale.ts";

const SHARES = [["p50", 0.5], ["p95", 0.95], ["p99", 0.99], ["max", 1]] as const;
const [WIDTH, ROW, LEFT, RIGHT, TOP] = [560, 26, 120, 20, 10];

export function latencyPlot(title: string, rows: readonly { readonly name: string; readonly histogram: LogHistogram }[]): string {
  const shown = rows.filter(({ histogram }) => histogram.count > 0);
  const values = shown.flatMap(({ histogram }) => [histogram.quantile(0.5), histogram.maxMs]);
  const x = logarithmic(Math.min(...values, 1), Math.max(...values, 10), LEFT, WIDTH - RIGHT);
  const height = TOP + ROW * shown.length + 30;
  const bottom = height - 26;
  return [
    `<figure><figcaption>${escaped(title)} <small>ms</small></figcaption><svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(title)}">`,
    ...x.marks.map((mark) => `<line y1="${TOP}" y2="${bottom}" x1="${x.at(mark).toFixed(1)}" x2="${x.at(mark).toFixed(1)}" class="grid"/><text x="${x.at(mark).toFixed(1)}" y="${height - 8}" class="mark" text-anchor="middle">${shortNumber(mark)}</text>`),
    ...shown.map(({ name, histogram }, index) => rowOf(name, histogram, TOP + ROW * (index + 0.5), x.at)),
    "</svg>", legend(SHARES.map(([share]) => share)), "</figure>",
  ].join("");
}

function rowOf(name: string, histogram: LogHistogram, y: number, x: (ms: number) => number): string {
  const at = SHARES.map(([, share]) => (share === 1 ? histogram.maxMs : histogram.quantile(share)));
  return [
    `<text x="${LEFT - 10}" y="${y + 4}" class="name" text-anchor="end">${escaped(name)}</text>`,
    `<line x1="${x(at[0]!).toFixed(1)}" x2="${x(at.at(-1)!).toFixed(1)}" y1="${y}" y2="${y}" class="span"/>`,
    ...at.map((ms, index) => `<circle cx="${x(ms).toFixed(1)}" cy="${y}" r="5" class="dot c${index}"><title>${escaped(name)} ${SHARES[index]![0]}: ${ms.toFixed(2)} ms</title></circle>`),
  ].join("");
}
