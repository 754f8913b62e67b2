import type { MessageType } from "../../sdk/index.ts";
import type { ClientAlias } from "./aliases.ts";
import { readAliases } from "./aliases.ts";
import type { Bindings } from "./key-bindings.ts";
import { readBindings } from "./key-bindings.ts";
import { isFields, isText, keep, oneOf, readKept } from "./kept.ts";
import { Store } from "./store.ts";
import type { Trigger } from "./triggers.ts";
import { readTriggers } from "./triggers.ts";

/** How the page is to be used: chosen before the first room. */
export const DISPLAYS = ["standard", "reader", "contrast"] as const;
export type Display = (typeof DISPLAYS)[number];
export const THEMES = ["system", "light", "dark"] as const;
export const FONTS = ["serif", "sans", "mono"] as const;
export const PALETTES = ["true", "256", "16"] as const;
export type Palette = (typeof PALETTES)[number];
export const SPEECHES = ["full", "short"] as const;

/** Size of the text, in percent of the browser's own. */
export const MIN_SIZE_PERCENT = 75;
export const MAX_SIZE_PERCENT = 200;

export interface Settings {
  display: Display;
  theme: (typeof THEMES)[number];
  font: (typeof FONTS)[number];
  sizePercent: number;
  timestamps: boolean;
  /** Tones for what is meant for oneself. Off until somebody wants them. */
  sounds: boolean;
  /** Long texts that come by themselves are spoken in short. */
  speech: (typeof SPEECHES)[number];
  palette: Palette;
  /** Own colours of lines, by what they are; `#rrggbb`. */
  colours: Partial<Record<MessageType, string>>;
  /** The Tab key completes while something is typed that it can complete. */
  tabCompletes: boolean;
  /** The number pad walks, also while the command line has the focus. */
  numpadWalks: boolean;
  bindings: Bindings;
  triggers: readonly Trigger[];
  aliases: readonly ClientAlias[];
}

export const DEFAULT_SETTINGS: Settings = {
  display: "standard", theme: "system", font: "serif", sizePercent: 100, timestamps: false, sounds: false, speech: "full",
  palette: "true", colours: {}, tabCompletes: true, numpadWalks: true, bindings: {}, triggers: [], aliases: [],
};

const COLOUR = /^#[0-9a-f]{6}$/i;

/** Settings from a file or the storage: what is missing or makes no sense is as it is by default. */
export function readSettings(value: unknown): Settings {
  const from = isFields(value) ? value : {};
  const flag = (name: keyof Settings): boolean => (typeof from[name] === "boolean" ? from[name] : DEFAULT_SETTINGS[name] === true);
  const size = typeof from.sizePercent === "number" && Number.isFinite(from.sizePercent) ? from.sizePercent : 100;
  return {
    display: oneOf(from.display, DISPLAYS, "standard"),
    theme: oneOf(from.theme, THEMES, "system"),
    font: oneOf(from.font, FONTS, "serif"),
    sizePercent: Math.min(MAX_SIZE_PERCENT, Math.max(MIN_SIZE_PERCENT, Math.round(size))),
    timestamps: flag("timestamps"), sounds: flag("sounds"), tabCompletes: flag("tabCompletes"), numpadWalks: flag("numpadWalks"),
    speech: oneOf(from.speech, SPEECHES, "full"),
    palette: oneOf(from.palette, PALETTES, "true"),
    colours: isFields(from.colours) ? Object.fromEntries(Object.entries(from.colours).filter(([, colour]) => isText(colour) && COLOUR.test(colour))) : {},
    bindings: readBindings(from.bindings),
    triggers: readTriggers(from.triggers),
    aliases: readAliases(from.aliases),
  };
}

/** The settings of this browser: remembered with every change. */
export class SettingsStore extends Store<Settings> {
  /** Whether somebody has chosen a display before. */
  readonly chosen: boolean;

  constructor() {
    const kept = readKept("settings");
    super(readSettings(kept));
    this.chosen = kept !== undefined;
  }

  change(some: Partial<Settings>): void {
    this.set({ ...this.get(), ...some });
    keep("settings", this.get());
  }

  /** Chooses how the page is used, with what goes along with it; everything can be changed again one by one. */
  choose(display: Display): void {
    this.change({ display, speech: display === "reader" ? "short" : "full" });
  }
}
