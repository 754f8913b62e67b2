import { DisplayChoice } from "../enter/DisplayChoice.tsx";
import type { SettingsStore } from "../state/settings.ts";
import { MAX_SIZE_PERCENT, MIN_SIZE_PERCENT } from "../state/settings.ts";
import { useStore } from "../state/store.ts";
import { Choice, Switch } from "./fields.tsx";

export function DisplaySettings({ settings }: { settings: SettingsStore }) {
  const now = useStore(settings);
  return (
    <>
      <DisplayChoice settings={settings} name="settings-display" />
      <Choice label="Theme" value={now.theme} options={[["system", "As the system"], ["light", "Light"], ["dark", "Dark"]]} onChange={(theme) => settings.change({ theme })} />
      <Choice label="Font" value={now.font} options={[["serif", "Book (serif)"], ["sans", "Plain (sans serif)"], ["mono", "Typewriter (monospace)"]]} onChange={(font) => settings.change({ font })} />
      <label className="setting">
        <span>Size: {now.sizePercent} %</span>
        <input type="range" min={MIN_SIZE_PERCENT} max={MAX_SIZE_PERCENT} step={5} value={now.sizePercent} onChange={(event) => settings.change({ sizePercent: Number(event.target.value) })} />
      </label>
      <Switch label="Show the time of each line" checked={now.timestamps} onChange={(timestamps) => settings.change({ timestamps })} />
      <Switch label="Sounds" hint="A soft tone when somebody speaks to you alone, or a trigger wants it." checked={now.sounds} onChange={(sounds) => settings.change({ sounds })} />
      <Choice
        label="Long texts are spoken" value={now.speech} options={[["full", "In full"], ["short", "In short, unless asked for with look or read"]]}
        onChange={(speech) => settings.change({ speech })}
      />
    </>
  );
}
