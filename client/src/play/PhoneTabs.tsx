import type { PanelGroup } from "../panels/Panel.tsx";

/** What a phone shows: the log, or a group of panels. */
export type Sheet = "log" | PanelGroup;

const TABS: readonly { sheet: Sheet; label: string }[] = [
  { sheet: "log", label: "Log" }, { sheet: "here", label: "Here" }, { sheet: "map", label: "Map" }, { sheet: "you", label: "You" }, { sheet: "talk", label: "Talk" },
];

/** The sheet beside one, for a swipe. */
export function nextSheet(sheet: Sheet, by: 1 | -1): Sheet {
  const at = TABS.findIndex((tab) => tab.sheet === sheet);
  return TABS[at + by]?.sheet ?? sheet;
}

interface PhoneTabsProps {
  sheet: Sheet;
  unread: number;
  pad: boolean;
  onShow: (sheet: Sheet) => void;
  onPad: () => void;
}

/** The tabs at the foot of a phone's page. */
export function PhoneTabs({ sheet, unread, pad, onShow, onPad }: PhoneTabsProps) {
  return (
    <nav className="phone-tabs" aria-label="Views">
      {TABS.map(({ sheet: name, label }) => (
        <button key={name} type="button" aria-pressed={sheet === name} onClick={() => onShow(name)}>
          {label}
          {name === "talk" && unread > 0 && <span className="talk-unread"><span aria-hidden="true">{unread}</span><span className="sr-only">, {unread} unread</span></span>}
        </button>
      ))}
      <button type="button" aria-pressed={pad} aria-label="Direction keys" onClick={onPad}>{"\u271b"}</button>
    </nav>
  );
}
