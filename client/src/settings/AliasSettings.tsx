import { useState } from "react";
import { MAX_CLIENT_ALIASES, readAliases } from "../state/aliases.ts";
import type { SettingsStore } from "../state/settings.ts";
import { useStore } from "../state/store.ts";

/** Short words of one's own, kept in this browser. The world has an alias command too; its aliases go where one goes. */
export function AliasSettings({ settings }: { settings: SettingsStore }) {
  const { aliases } = useStore(settings);
  const [name, setName] = useState("");
  const [expansion, setExpansion] = useState("");
  const [wrong, setWrong] = useState("");
  const add = (): void => {
    const [alias] = readAliases([{ name, expansion }]);
    if (alias === undefined) return setWrong("The word must be one word, and stand for something.");
    if (aliases.length >= MAX_CLIENT_ALIASES) return setWrong(`At most ${MAX_CLIENT_ALIASES} aliases.`);
    settings.change({ aliases: [...aliases.filter((it) => it.name !== alias.name), alias] });
    setName("");
    setExpansion("");
    setWrong("");
  };
  return (
    <>
      <p className="hint">$1 to $9 stand for the words you type behind it, $* for all of them; semicolons part commands.</p>
      <form
        className="setting-form"
        onSubmit={(event) => {
          event.preventDefault();
          add();
        }}
      >
        <label className="setting"><span>Word</span><input type="text" value={name} autoCapitalize="off" spellCheck={false} onChange={(event) => setName(event.target.value)} /></label>
        <label className="setting"><span>Stands for</span><input type="text" value={expansion} autoCapitalize="off" spellCheck={false} onChange={(event) => setExpansion(event.target.value)} /></label>
        <p className="failure" role="alert">{wrong}</p>
        <button type="submit">Add</button>
      </form>
      <ul className="setting-list" aria-label="Aliases">
        {aliases.map((alias) => (
          <li key={alias.name}>
            <span><code>{alias.name}</code> <span className="hint">{alias.expansion}</span></span>
            <button type="button" className="quiet" aria-label={`Remove the alias ${alias.name}`} onClick={() => settings.change({ aliases: aliases.filter((it) => it !== alias) })}>Remove</button>
          </li>
        ))}
      </ul>
    </>
  );
}
