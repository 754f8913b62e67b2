import type { MenuAction } from "./ActionMenu.tsx";
import { useMenu } from "./ActionMenu.tsx";

interface MenuButtonProps {
  /** What the menu is about, for whoever does not see where it stands. */
  label: string;
  actions: () => readonly MenuAction[];
  children?: string;
}

/** A small button that opens a menu. */
export function MenuButton({ label, actions, children = "\u22ef" }: MenuButtonProps) {
  const openMenu = useMenu();
  return (
    <button
      type="button" className="menu-button" aria-haspopup="menu" aria-label={label}
      onClick={(event) => openMenu({ label, actions: actions(), anchor: event.currentTarget })}
    >
      {children}
    </button>
  );
}
