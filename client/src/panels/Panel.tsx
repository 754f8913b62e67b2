import { useState } from "react";
import type { DragEvent, ReactNode } from "react";
import { MenuButton } from "../menu/MenuButton.tsx";
import type { LayoutStore, PanelId } from "../state/panel-layout.ts";
import { sideOf } from "../state/panel-layout.ts";
import { useStore } from "../state/store.ts";

const PANEL_DRAG = "application/x-waystone-panel";

/** On a phone, panels are shown together by what they are about. */
export type PanelGroup = "here" | "map" | "you" | "talk";

interface PanelProps {
  id: PanelId;
  title: string;
  group: PanelGroup;
  /** Stands behind the title, for example how much is unread. */
  badge?: string | undefined;
  layout: LayoutStore;
  children: ReactNode;
}

/** A part of the side of the page, under its own heading: it collapses, moves by its menu or by dragging, and can be hidden. */
export function Panel({ id, title, group, badge, layout, children }: PanelProps) {
  const placed = useStore(layout);
  const collapsed = placed.collapsed.includes(id);
  const [over, setOver] = useState(false);
  const side = sideOf(placed, id);

  const isPanel = (event: DragEvent): boolean => event.dataTransfer.types.includes(PANEL_DRAG);
  return (
    <section
      className={`panel${over ? " panel-over" : ""}`} aria-labelledby={`panel-${id}`} data-panel={id} data-group={group} data-region tabIndex={-1}
      onDragOver={(event) => {
        if (!isPanel(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false);
        if (!isPanel(event)) return;
        event.preventDefault();
        const dragged = event.dataTransfer.getData(PANEL_DRAG) as PanelId;
        if (dragged !== id) layout.move(dragged, side, id);
      }}
    >
      <div
        className="panel-head" draggable
        onDragStart={(event) => {
          event.dataTransfer.setData(PANEL_DRAG, id);
          event.dataTransfer.effectAllowed = "move";
        }}
      >
        <h2 id={`panel-${id}`}>
          <button type="button" className="panel-title" aria-expanded={!collapsed} onClick={() => layout.toggleCollapsed(id)}>
            {title}
            {badge !== undefined && <span className="panel-badge">{badge}</span>}
          </button>
        </h2>
        <MenuButton
          label={`Panel ${title}`}
          actions={() => [
            { label: collapsed ? "Open" : "Collapse", onAct: () => layout.toggleCollapsed(id) },
            { label: "Move up", onAct: () => layout.shift(id, -1) },
            { label: "Move down", onAct: () => layout.shift(id, 1) },
            { label: "Move to the other side", onAct: () => layout.move(id, side === "left" ? "right" : "left") },
            { label: "Hide", onAct: () => layout.toggleHidden(id) },
          ]}
        />
      </div>
      {!collapsed && <div className="panel-body">{children}</div>}
    </section>
  );
}
