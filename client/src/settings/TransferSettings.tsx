import { useRef, useState } from "react";
import type { SettingsStore } from "../state/settings.ts";
import { DEFAULT_SETTINGS, readSettings } from "../state/settings.ts";
import { isFields } from "../state/kept.ts";
import { download } from "./fields.tsx";

/** A file of settings is small; one beyond this is something else. */
const MAX_FILE_BYTES = 256 * 1024;

/** All settings as a file, and from one: for another browser. */
export function TransferSettings({ settings }: { settings: SettingsStore }) {
  const input = useRef<HTMLInputElement>(null);
  const [said, setSaid] = useState("");
  const take = async (file: File): Promise<void> => {
    const read = file.size > MAX_FILE_BYTES ? undefined : parse(await file.text());
    if (!isFields(read) || read.waystone !== "settings") return setSaid("This is no file of Waystone's settings.");
    settings.change(readSettings(read));
    setSaid("The settings have been taken over.");
  };
  return (
    <>
      <p>Display, colours, keys, triggers and aliases in one file.</p>
      <div className="setting-buttons">
        <button type="button" onClick={() => download("waystone-settings.json", "application/json", JSON.stringify({ waystone: "settings", ...settings.get() }, null, 2))}>Save the settings</button>
        <button type="button" onClick={() => input.current?.click()}>Take settings from a file</button>
        <button type="button" className="quiet" onClick={() => { settings.change(DEFAULT_SETTINGS); setSaid("Everything is as it was at first."); }}>Everything as it was at first</button>
      </div>
      <input
        ref={input} type="file" accept="application/json,.json" hidden aria-label="A file of settings"
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = "";
          if (file !== undefined) void take(file);
        }}
      />
      <p role="status">{said}</p>
    </>
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
