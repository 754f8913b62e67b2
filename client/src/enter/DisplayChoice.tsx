import type { Display, SettingsStore } from "../state/settings.ts";
import { useStore } from "../state/store.ts";

export const DISPLAY_FACTS: readonly { display: Display; label: string; hint: string }[] = [
  { display: "standard", label: "Standard", hint: "Words, colours, a drawn map." },
  { display: "reader", label: "Screen reader", hint: "Long texts in short, the map as a list." },
  { display: "contrast", label: "High contrast", hint: "Strong colours on black, larger edges." },
];

/** How the page is to be used: asked before the first room, and remembered. */
export function DisplayChoice({ settings, name }: { settings: SettingsStore; name: string }) {
  const { display } = useStore(settings);
  return (
    <fieldset className="display-choice">
      <legend>How do you want to play?</legend>
      {DISPLAY_FACTS.map(({ display: value, label, hint }) => (
        <label key={value}>
          <input type="radio" name={name} value={value} checked={display === value} onChange={() => settings.choose(value)} />
          <span>{label}<span className="hint">{hint}</span></span>
        </label>
      ))}
    </fieldset>
  );
}
