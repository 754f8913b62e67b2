/** What a bench has found: printed as it comes, and kept by name so that two runs can be compared. */
import { loadavg } from "node:os";

export class Figures {
  readonly #named = new Map<string, number>();

  /** Keeps a number under a name in snake_case. Answers it. */
  keep(name: string, value: number): number {
    this.#named.set(name, Number(value.toPrecision(4)));
    return value;
  }

  /** One kept before; NaN when there is none. */
  named(name: string): number {
    return this.#named.get(name) ?? Number.NaN;
  }

  heading(title: string): void {
    console.log(`\n${title} (load of the machine ${loadavg()[0]!.toFixed(1)})`);
  }

  /** Columns as wide as what stands in them; the first to the left, the others to the right. */
  table(rows: readonly (readonly string[])[]): void {
    const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
    for (const row of rows) console.log(row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join("  "));
  }

  /** With the machine that it was. */
  json(about: Readonly<Record<string, string | number>>): string {
    return `${JSON.stringify({ about, figures: Object.fromEntries([...this.#named].map(([name, value]) => [name, Number.isFinite(value) ? value : null])) }, null, 2)}\n`;
  }
}

export const slug = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_");
export const us = (value: number): string => value.toFixed(value < 10 ? 1 : 0);
export const ms = (value: number): string => value.toFixed(value < 10 ? 1 : 0);
export const times = (value: number): string => `${value.toFixed(2)} ×`;
