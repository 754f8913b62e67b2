import { useState } from "react";
import { askForNotices } from "../state/notifier.ts";
import type { SettingsStore } from "../state/settings.ts";
import { useStore } from "../state/store.ts";
import type { Trigger, TriggerAction } from "../state/triggers.ts";
import { MAX_TRIGGERS, whatIsWrong } from "../state/triggers.ts";
import { Choice, Switch } from "./fields.tsx";

const ACTIONS: readonly (readonly [TriggerAction, string])[] = [["highlight", "Mark the line"], ["gag", "Leave the line out"], ["notify", "Mark it and notify me"]];
const wordOf = (action: TriggerAction): string => ACTIONS.find(([id]) => id === action)?.[1] ?? action;

/** What to do with lines that say certain things. */
export function TriggerSettings({ settings }: { settings: SettingsStore }) {
  const { triggers } = useStore(settings);
  const [draft, setDraft] = useState<Trigger>({ text: "", pattern: false, action: "highlight" });
  const [wrong, setWrong] = useState<string | undefined>(undefined);
  const add = (): void => {
    const problem = whatIsWrong(draft) ?? (triggers.length >= MAX_TRIGGERS ? `At most ${MAX_TRIGGERS} triggers.` : undefined);
    setWrong(problem);
    if (problem !== undefined) return;
    settings.change({ triggers: [...triggers, draft] });
    setDraft({ ...draft, text: "" });
    if (draft.action === "notify") void askForNotices();
  };
  return (
    <>
      <form
        className="setting-form"
        onSubmit={(event) => {
          event.preventDefault();
          add();
        }}
      >
        <label className="setting">
          <span>Lines that contain</span>
          <input type="text" value={draft.text} aria-invalid={wrong !== undefined} aria-describedby="trigger-wrong" onChange={(event) => setDraft({ ...draft, text: event.target.value })} />
        </label>
        <Switch label="It is a regular expression" checked={draft.pattern} onChange={(pattern) => setDraft({ ...draft, pattern })} />
        <Choice label="What to do" value={draft.action} options={ACTIONS} onChange={(action) => setDraft({ ...draft, action })} />
        <p className="failure" role="alert" id="trigger-wrong">{wrong}</p>
        <button type="submit">Add</button>
      </form>
      <ul className="setting-list" aria-label="Triggers">
        {triggers.map((trigger, index) => (
          <li key={`${index} ${trigger.text}`}>
            <span><code>{trigger.text}</code> {trigger.pattern && "(pattern) "}<span className="hint">{wordOf(trigger.action)}</span></span>
            <button type="button" className="quiet" aria-label={`Remove the trigger ${trigger.text}`} onClick={() => settings.change({ triggers: triggers.filter((it) => it !== trigger) })}>Remove</button>
          </li>
        ))}
      </ul>
    </>
  );
}
