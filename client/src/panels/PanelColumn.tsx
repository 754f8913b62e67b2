import { Suspense } from "react";
import type { DragEvent, ReactNode } from "react";
import { lazyPart } from "../lazy-part.tsx";
import type { Game } from "../state/game.ts";
import type { LayoutStore, PanelId, Side } from "../state/panel-layout.ts";
import type { Staff } from "../state/staff.ts";
import { isAtLeast } from "../state/staff.ts";
import { useStore } from "../state/store.ts";
import type { CommandPorts } from "./actions.ts";
import { CharacterPanel } from "./CharacterPanel.tsx";
import { InventoryPanel } from "./InventoryPanel.tsx";
import { MapPanel } from "./MapPanel.tsx";
import { Panel } from "./Panel.tsx";
import type { PanelGroup } from "./Panel.tsx";
import { PanelGuard } from "./PanelGuard.tsx";
import { QuestsPanel } from "./QuestsPanel.tsx";
import { RoomPanel } from "./RoomPanel.tsx";
import { SkyPanel } from "./SkyPanel.tsx";
import { TalkPanel } from "./TalkPanel.tsx";
import { WhoPanel } from "./WhoPanel.tsx";

// Few ever see it.
const { Part: OperatorPanel } = lazyPart(async () => (await import("./OperatorPanel.tsx")).OperatorPanel);

/** What each panel is called, and with which others it is shown on a phone. */
export const PANEL_FACTS: Readonly<Record<PanelId, { title: string; group: PanelGroup }>> = {
  room: { title: "Here", group: "here" }, map: { title: "Map", group: "map" }, character: { title: "You", group: "you" },
  inventory: { title: "Things", group: "you" }, quests: { title: "Quests", group: "you" }, talk: { title: "Talk", group: "talk" },
  who: { title: "Who is here", group: "talk" }, sky: { title: "Clock and weather", group: "here" },
  operator: { title: "Operators", group: "talk" },
};

interface PanelColumnProps {
  side: Side;
  game: Game;
  staff: Staff;
  layout: LayoutStore;
  ports: CommandPorts;
}

/** The panels of one side, in the order somebody has put them in. */
export function PanelColumn({ side, game, staff, layout, ports }: PanelColumnProps) {
  const placed = useStore(layout);
  const moderates = isAtLeast(useStore(staff.role), "moderator");
  const dropAtEnd = {
    onDragOver: (event: DragEvent) => { if (event.dataTransfer.types.includes("application/x-waystone-panel")) event.preventDefault(); },
    onDrop: (event: DragEvent) => {
      const dragged = event.dataTransfer.getData("application/x-waystone-panel");
      if (dragged !== "" && !event.isDefaultPrevented()) layout.move(dragged as PanelId, side);
    },
  };
  return (
    <section className={`side side-${side}`} aria-label={side === "left" ? "Panels, left" : "Panels, right"} {...dropAtEnd}>
      {placed[side].filter((id) => !placed.hidden.includes(id) && (id !== "operator" || moderates))
        .map((id) => <OnePanel key={id} id={id} game={game} staff={staff} layout={layout} ports={ports} />)}
    </section>
  );
}

function OnePanel({ id, game, staff, layout, ports }: { id: PanelId; game: Game; staff: Staff; layout: LayoutStore; ports: CommandPorts }) {
  const view = useStore(game.view);
  const unread = useStore(game.talk.unread);
  const body: Readonly<Record<PanelId, () => ReactNode>> = {
    room: () => <RoomPanel room={view.room} selfId={view.self?.id} ports={ports} />,
    map: () => <MapPanel game={game} ports={ports} />,
    character: () => <CharacterPanel self={view.self} />,
    inventory: () => <InventoryPanel self={view.self} room={view.room} ports={ports} />,
    quests: () => <QuestsPanel quests={view.self?.quests ?? []} />,
    talk: () => <TalkPanel game={game} />,
    who: () => <WhoPanel game={game} ports={ports} />,
    sky: () => <SkyPanel clock={view.clock} weather={view.weather} />,
    operator: () => <Suspense fallback={null}><OperatorPanel game={game} staff={staff} /></Suspense>,
  };
  const { title, group } = PANEL_FACTS[id];
  const shownTitle = id === "character" && view.self !== null ? view.self.name : title;
  return <Panel id={id} title={shownTitle} group={group} layout={layout} badge={id === "talk" && unread > 0 ? `${unread} unread` : undefined}><PanelGuard>{body[id]()}</PanelGuard></Panel>;
}
