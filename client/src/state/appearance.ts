import type { MessageType } from "../../sdk/index.ts";
import { inPalette, readableOn } from "./colours.ts";
import type { Settings } from "./settings.ts";
import { Store } from "./store.ts";

/** Kinds of lines that have a colour of their own. */
export const COLOURED = ["say", "whisper", "emote", "shout", "tell", "channel", "npc", "ambiance", "move", "quest", "system", "error"] as const satisfies readonly MessageType[];

/** The colour that texts of the log stand on. */
export const groundColour = new Store("#13151b");

const prefersLight = (): boolean => matchMedia("(prefers-color-scheme: light)").matches;

/** Dresses the page as the settings say, now and whenever they or the system's theme change; returns the way to stop. */
export function followAppearance(settings: Store<Settings>): () => void {
  const dress = (): void => applyAppearance(settings.get());
  dress();
  const scheme = matchMedia("(prefers-color-scheme: light)");
  scheme.addEventListener("change", dress);
  const stop = settings.subscribe(dress);
  return () => {
    stop();
    scheme.removeEventListener("change", dress);
  };
}

function applyAppearance({ display, theme, font, sizePercent, palette, colours }: Settings): void {
  const root = document.documentElement;
  root.dataset.display = display;
  root.dataset.theme = theme === "system" ? (prefersLight() ? "light" : "dark") : theme;
  root.dataset.font = font;
  root.style.fontSize = `${sizePercent}%`;
  for (const type of COLOURED) root.style.removeProperty(`--${type}`);
  const style = getComputedStyle(root);
  const ground = style.getPropertyValue("--ground").trim();
  groundColour.set(/^#[0-9a-f]{6}$/i.test(ground) ? ground : "#13151b");
  if (palette === "true" && Object.keys(colours).length === 0) return;
  const wanted = COLOURED.map((type) => [type, colours[type] ?? style.getPropertyValue(`--${type}`).trim()] as const);
  for (const [type, colour] of wanted) {
    if (/^#[0-9a-f]{6}$/i.test(colour)) root.style.setProperty(`--${type}`, readableOn(inPalette(colour, palette), groundColour.get()));
  }
}
