import { useState } from "react";
import type { Action, Bindings } from "../state/key-bindings.ts";
import { ACTIONS, chordOf, isBindable, keysOf } from "../state/key-bindings.ts";
import type { SettingsStore } from "../state/settings.ts";
import { useStore } from "../state/store.ts";
import { Switch } from "./fields.tsx";

/** Which keys do what. A key that is taken by something else moves over. */
export function KeySettings({ settings }: { settings: SettingsStore }) {
  const { bindings, tabCompletes, numpadWalks } = useStore(settings);
  const [listening, setListening] = useState<Action | undefined>(undefined);
  const [said, setSaid] = useState("");
  const bind = (action: Action, keys: string): void => {
    const others = (Object.keys(ACTIONS) as Action[]).filter((other) => other !== action && keys !== "" && keysOf(other, bindings) === keys);
    const next: Bindings = { ...bindings, [action]: keys, ...Object.fromEntries(others.map((other) => [other, ""])) };
    settings.change({ bindings: next });
    setListening(undefined);
    setSaid(`${ACTIONS[action].label}: ${keys === "" ? "no key" : keys}.`);
  };
  return (
    <>
      <Switch label="Tab completes" hint="Only while there is something to complete; otherwise it goes on to the next part of the page." checked={tabCompletes} onChange={(value) => settings.change({ tabCompletes: value })} />
      <Switch label="The number pad walks" hint="While the command line is empty." checked={numpadWalks} onChange={(value) => settings.change({ numpadWalks: value })} />
      <ul className="bindings">
        {(Object.keys(ACTIONS) as Action[]).map((action) => {
          const { label } = ACTIONS[action];
          const keys = keysOf(action, bindings);
          return (
            <li key={action}>
              <span>{label}</span>
              <button
                type="button" aria-label={`${label}: ${keys === "" ? "no key" : keys}. Press to change.`}
                onClick={() => {
                  setListening(action);
                  setSaid(`Press the new keys for: ${label}. Escape leaves them as they are.`);
                }}
                onBlur={() => setListening(undefined)}
                onKeyDown={(event) => {
                  if (listening !== action) return;
                  const chord = chordOf(event);
                  if (chord === "" || chord === "Tab") return;
                  event.preventDefault();
                  event.stopPropagation();
                  if (chord === "Escape") setListening(undefined);
                  else if (isBindable(chord)) bind(action, chord);
                  else setSaid("Use Ctrl, Alt or a function key: other keys are for typing.");
                }}
              >
                <kbd>{listening === action ? "\u2026" : keys === "" ? "none" : keys}</kbd>
              </button>
            </li>
          );
        })}
      </ul>
      <p role="status" className="hint">{said}</p>
      <button type="button" onClick={() => settings.change({ bindings: {} })}>The usual keys</button>
    </>
  );
}
