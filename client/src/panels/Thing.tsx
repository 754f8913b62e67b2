import type { MenuAction } from "../menu/ActionMenu.tsx";
import { useMenu } from "../menu/ActionMenu.tsx";
import { MenuButton } from "../menu/MenuButton.tsx";
import type { DraggedThing, TakesThing } from "./thing-drag.ts";
import { beginDrag, takesThings } from "./thing-drag.ts";

interface ThingProps {
  name: string;
  /** What stands behind the name: how many, how they are. */
  detail?: string | undefined;
  onLook: () => void;
  actions: () => readonly MenuAction[];
  /** What it is when dragged. */
  dragged?: DraggedThing | undefined;
  /** It takes what is dropped on it: somebody is given it, a container holds it. */
  onThing?: TakesThing | undefined;
}

/** Somebody or something by name: a click looks at it, its menu does more, and a mouse may drag it. */
export function Thing({ name, detail, onLook, actions, dragged, onThing }: ThingProps) {
  const openMenu = useMenu();
  return (
    <li
      className="thing" draggable={dragged !== undefined}
      onDragStart={(event) => { if (dragged !== undefined) beginDrag(event, dragged); }}
      onContextMenu={(event) => {
        event.preventDefault();
        openMenu({ label: name, actions: actions(), anchor: event.currentTarget.querySelector("button") ?? event.currentTarget });
      }}
      {...(onThing === undefined ? {} : takesThings(onThing))}
    >
      <button type="button" className="thing-name" onClick={onLook}>{name}</button>
      {detail !== undefined && detail !== "" && <span className="thing-detail">{detail}</span>}
      <MenuButton label={`More for ${name}`} actions={actions} />
    </li>
  );
}
