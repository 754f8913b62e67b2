import * as Tabs from "@radix-ui/react-tabs";
import type { ReactNode } from "react";
import { Dialog } from "../play/Dialog.tsx";
import type { Game } from "../state/game.ts";
import { AliasSettings } from "./AliasSettings.tsx";
import { ColourSettings } from "./ColourSettings.tsx";
import { DisplaySettings } from "./DisplaySettings.tsx";
import { KeySettings } from "./KeySettings.tsx";
import { LogSettings } from "./LogSettings.tsx";
import { TransferSettings } from "./TransferSettings.tsx";
import { TriggerSettings } from "./TriggerSettings.tsx";

/** Everything that can be set, by what it is about. What is changed holds at once. */
export function SettingsDialog({ game, onClose }: { game: Game; onClose: () => void }) {
  const { settings } = game;
  const pages: readonly { id: string; title: string; body: ReactNode }[] = [
    { id: "display", title: "Display", body: <DisplaySettings settings={settings} /> },
    { id: "colours", title: "Colours", body: <ColourSettings settings={settings} /> },
    { id: "keys", title: "Keys", body: <KeySettings settings={settings} /> },
    { id: "triggers", title: "Triggers", body: <TriggerSettings settings={settings} /> },
    { id: "aliases", title: "Aliases", body: <AliasSettings settings={settings} /> },
    { id: "log", title: "Log", body: <LogSettings game={game} /> },
    { id: "transfer", title: "Take along", body: <TransferSettings settings={settings} /> },
  ];
  return (
    <Dialog title="Settings" onClose={onClose}>
      <Tabs.Root defaultValue="display" className="settings">
        <Tabs.List className="settings-tabs" aria-label="Settings">
          {pages.map(({ id, title }) => <Tabs.Trigger key={id} value={id}>{title}</Tabs.Trigger>)}
        </Tabs.List>
        {pages.map(({ id, body }) => <Tabs.Content key={id} value={id} className="settings-page">{body}</Tabs.Content>)}
      </Tabs.Root>
    </Dialog>
  );
}
