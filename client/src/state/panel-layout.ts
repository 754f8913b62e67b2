import { isFields, keep, listOf, readKept } from "./kept.ts";
import { Store } from "./store.ts";

export const PANELS = ["room", "map", "character", "inventory", "quests", "talk", "who", "sky", "operator"] as const;
export type PanelId = (typeof PANELS)[number];
export type Side = "left" | "right";

export interface PanelLayout {
  readonly left: readonly PanelId[];
  readonly right: readonly PanelId[];
  readonly collapsed: readonly PanelId[];
  readonly hidden: readonly PanelId[];
}

export const DEFAULT_LAYOUT: PanelLayout = {
  left: ["room", "map", "sky"], right: ["character", "inventory", "quests", "talk", "who", "operator"], collapsed: [], hidden: [],
};

const isPanel = (value: unknown): value is PanelId => (PANELS as readonly unknown[]).includes(value);

/** A layout from the storage, with every panel in it once. */
export function readLayout(value: unknown): PanelLayout {
  if (!isFields(value)) return DEFAULT_LAYOUT;
  const left = [...new Set(listOf(value.left).filter(isPanel))];
  const right = [...new Set(listOf(value.right).filter(isPanel))].filter((id) => !left.includes(id));
  const missing = PANELS.filter((id) => !left.includes(id) && !right.includes(id));
  return {
    left: [...left, ...missing.filter((id) => DEFAULT_LAYOUT.left.includes(id))],
    right: [...right, ...missing.filter((id) => DEFAULT_LAYOUT.right.includes(id))],
    collapsed: listOf(value.collapsed).filter(isPanel), hidden: listOf(value.hidden).filter(isPanel),
  };
}

export const sideOf = (layout: PanelLayout, id: PanelId): Side => (layout.left.includes(id) ? "left" : "right");

/** Takes a panel out and puts it before another of a side, or at its end. */
export function movePanel(layout: PanelLayout, id: PanelId, side: Side, before?: PanelId): PanelLayout {
  if (before === id) return layout;
  const without = { left: layout.left.filter((it) => it !== id), right: layout.right.filter((it) => it !== id) };
  const column = without[side];
  const at = before === undefined ? -1 : column.indexOf(before);
  return { ...layout, ...without, [side]: at < 0 ? [...column, id] : [...column.slice(0, at), id, ...column.slice(at)] };
}

/** One place up or down among those of its side that are shown. */
export function shiftPanel(layout: PanelLayout, id: PanelId, by: 1 | -1): PanelLayout {
  const side = sideOf(layout, id);
  const column = layout[side].filter((it) => !layout.hidden.includes(it));
  const at = column.indexOf(id);
  if (by === -1) return at <= 0 ? layout : movePanel(layout, id, side, column[at - 1]);
  return at < 0 || at === column.length - 1 ? layout : movePanel(layout, id, side, column[at + 2]);
}

const toggled = (ids: readonly PanelId[], id: PanelId): PanelId[] => (ids.includes(id) ? ids.filter((it) => it !== id) : [...ids, id]);

/** Where the panels are, remembered in this browser. */
export class LayoutStore extends Store<PanelLayout> {
  constructor() {
    super(readLayout(readKept("panels")));
  }

  move(id: PanelId, side: Side, before?: PanelId): void {
    this.#change(movePanel(this.get(), id, side, before));
  }

  shift(id: PanelId, by: 1 | -1): void {
    this.#change(shiftPanel(this.get(), id, by));
  }

  toggleCollapsed(id: PanelId): void {
    this.#change({ ...this.get(), collapsed: toggled(this.get().collapsed, id) });
  }

  toggleHidden(id: PanelId): void {
    this.#change({ ...this.get(), hidden: toggled(this.get().hidden, id) });
  }

  reset(): void {
    this.#change(DEFAULT_LAYOUT);
  }

  #change(layout: PanelLayout): void {
    this.set(layout);
    keep("panels", layout);
  }
}
