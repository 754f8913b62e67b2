import { withoutStyle } from "./ansi.ts";
import type { Entry } from "./log-buffer.ts";
import { wordsOf } from "./log-buffer.ts";

const two = (value: number): string => String(value).padStart(2, "0");

/** The time of day, by the clock of whoever reads. */
export function timeOf(atMs: number): string {
  const at = new Date(atMs);
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** The log as a text file: one entry a line, with its time. */
export function logAsText(entries: readonly Entry[]): string {
  return entries.map((entry) => `${timeOf(entry.atMs)}  ${withoutStyle(wordsOf(entry)).replaceAll("\n", "\n          ")}\n`).join("");
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);

const STYLE = `body{max-width:44rem;margin:2rem auto;padding:0 1rem;font:1.05rem/1.6 Georgia,serif;background:#f6f1e6;color:#2b2620}
p{margin:0 0 .3rem;white-space:pre-line}time{margin-right:.8rem;color:#665c4d;font-size:.8rem}
.echo,.note{color:#665c4d}.room_title{font-size:1.3rem;margin-top:1rem}.say,.whisper,.shout{color:#201b15}.tell{color:#96304a}
.channel{color:#1d5f69}.npc{color:#65500f}.ambiance{color:#47604e;font-style:italic}.quest{color:#7f5310}.system{color:#33508d}.error{color:#9c3420}`;

/** The log as a page of its own, readable without this one. */
export function logAsHtml(entries: readonly Entry[], title: string): string {
  const lines = entries.map((entry) => {
    const kind = entry.kind === "line" ? entry.type : entry.kind;
    return `<p class="${escaped(kind)}"><time datetime="${new Date(entry.atMs).toISOString()}">${timeOf(entry.atMs)}</time>${escaped(withoutStyle(wordsOf(entry)))}</p>`;
  });
  return `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title><style>${STYLE}</style></head>\n<body><h1>${escaped(title)}</h1>\n${lines.join("\n")}\n</body></html>\n`;
}
