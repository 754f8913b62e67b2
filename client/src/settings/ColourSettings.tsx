import type { MessageType } from "../../sdk/index.ts";
import { COLOURED, groundColour } from "../state/appearance.ts";
import { inPalette, readableOn } from "../state/colours.ts";
import type { SettingsStore } from "../state/settings.ts";
import { useStore } from "../state/store.ts";
import { Choice } from "./fields.tsx";

const NAMES: Readonly<Record<(typeof COLOURED)[number], string>> = {
  say: "Said", whisper: "Whispered", emote: "Emotes", shout: "Shouted", tell: "Told to you", channel: "Channels", npc: "People of the world",
  ambiance: "Ambience", move: "Coming and going", quest: "Quests", system: "Notices", error: "Not possible",
};

/** The colour of each kind of line: what is chosen is taken into the palette and moved until it can be read. */
export function ColourSettings({ settings }: { settings: SettingsStore }) {
  const { colours, palette } = useStore(settings);
  const ground = useStore(groundColour);
  const set = (type: MessageType, colour: string | undefined): void => {
    const { [type]: _before, ...others } = colours;
    settings.change({ colours: colour === undefined ? others : { ...others, [type]: colour } });
  };
  return (
    <>
      <Choice
        label="Palette" value={palette} options={[["true", "True colour"], ["256", "256 colours, as terminals have them"], ["16", "16 colours"]]}
        onChange={(chosen) => settings.change({ palette: chosen })}
      />
      <ul className="colours">
        {COLOURED.map((type) => {
          const own = colours[type];
          const shown = own === undefined ? getComputedStyle(document.documentElement).getPropertyValue(`--${type}`).trim() : readableOn(inPalette(own, palette), ground);
          return (
            <li key={type}>
              <label>
                <input type="color" value={/^#[0-9a-f]{6}$/i.test(shown) ? shown : "#808080"} onChange={(event) => set(type, event.target.value)} />
                <span style={{ color: shown }}>{NAMES[type]}</span>
              </label>
              {own !== undefined && <button type="button" className="quiet" aria-label={`${NAMES[type]}: the usual colour`} onClick={() => set(type, undefined)}>Usual</button>}
            </li>
          );
        })}
      </ul>
    </>
  );
}
