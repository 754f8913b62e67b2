import { Store } from "./store.ts";
import type { LineEntry } from "./log-buffer.ts";

/** Lines kept per tab. */
const MAX_PER_TAB = 300;
/** The tabs that are always there. */
export const NEARBY = "nearby";
export const TELLS = "tells";

export interface TalkTab {
  readonly id: string;
  readonly lines: readonly LineEntry[];
  readonly unread: number;
}

/** What is said, sorted: nearby, to oneself alone, and each channel. */
export class Talk {
  readonly tabs = new Store<readonly TalkTab[]>([NEARBY, TELLS].map((id) => ({ id, lines: [], unread: 0 })));
  /** Lines unread in all tabs. */
  readonly unread = new Store(0);
  /** The tab that is being read; what comes there is not unread. */
  #open: string | undefined;
  #pending = new Map<string, LineEntry[]>();

  /** Channels that the world has, so that each has its tab before anybody speaks. */
  know(channels: readonly string[]): void {
    const tabs = this.tabs.get();
    const fresh = channels.filter((name) => !tabs.some(({ id }) => id === name));
    if (fresh.length > 0) this.tabs.set([...tabs, ...fresh.map((id) => ({ id, lines: [], unread: 0 }))]);
  }

  /** Sorts a line in; what is no talk is left alone. Shown with the next `flush`. */
  take(line: LineEntry): void {
    const id = tabOf(line);
    if (id === undefined) return;
    const waiting = this.#pending.get(id);
    if (waiting === undefined) this.#pending.set(id, [line]);
    else waiting.push(line);
  }

  /** Shows what came since the last time. */
  flush(): void {
    if (this.#pending.size === 0) return;
    this.know([...this.#pending.keys()]);
    this.#show(this.tabs.get().map((tab) => {
      const fresh = this.#pending.get(tab.id);
      if (fresh === undefined) return tab;
      const unread = tab.id === this.#open ? 0 : tab.unread + fresh.filter(({ own, old }) => own !== true && old !== true).length;
      return { id: tab.id, lines: [...tab.lines, ...fresh].slice(-MAX_PER_TAB), unread };
    }));
    this.#pending = new Map();
  }

  #show(tabs: readonly TalkTab[]): void {
    this.tabs.set(tabs);
    this.unread.set(tabs.reduce((sum, tab) => sum + tab.unread, 0));
  }

  /** The reader turns to a tab, or away from all of them. */
  read(id: string | undefined): void {
    this.#open = id;
    const tabs = this.tabs.get();
    if (tabs.some((tab) => tab.id === id && tab.unread > 0)) this.#show(tabs.map((tab) => (tab.id === id ? { ...tab, unread: 0 } : tab)));
  }
}

function tabOf({ type, channel }: LineEntry): string | undefined {
  switch (type) {
    case "say": case "shout": case "emote": case "whisper": return NEARBY;
    case "tell": return TELLS;
    case "channel": return channel;
    default: return undefined;
  }
}

/** How to answer in a tab: what stands before the words. */
export function commandIn(tab: string, lines: readonly LineEntry[]): string {
  if (tab === NEARBY) return "say ";
  if (tab !== TELLS) return `channel ${tab} `;
  const partner = lines.findLast(({ partner: name }) => name !== undefined)?.partner;
  return partner === undefined ? "tell " : `tell ${partner} `;
}
