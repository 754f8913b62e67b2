import * as DropdownMenu from "@radix-ui/react-dropdown-menu";
import type { MenuRequest } from "./ActionMenu.tsx";

/** A menu that is open, at the element it belongs to. */
export function OpenedMenu({ request, container, onClose }: { request: MenuRequest; container: HTMLElement; onClose: () => void }) {
  const { label, actions, anchor } = request;
  // A sentence may break over lines; its first piece is what was meant.
  const box = anchor.getClientRects()[0] ?? anchor.getBoundingClientRect();
  return (
    <DropdownMenu.Root open modal={false} onOpenChange={(open) => { if (!open) onClose(); }}>
      <DropdownMenu.Trigger asChild>
        <span className="menu-anchor" aria-hidden="true" style={{ left: box.left, top: box.top, width: box.width, height: box.height }} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal container={container}>
        <DropdownMenu.Content
          className="action-menu" aria-labelledby={undefined} aria-label={label} align="start" sideOffset={4} collisionPadding={8} loop
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            // An action may have moved the focus already, for example into the command line.
            if (document.activeElement === document.body || document.activeElement === null) anchor.focus({ preventScroll: true });
          }}
        >
          {actions.map(({ label: words, hint, onAct }) => (
            <DropdownMenu.Item key={words} className="action-menu-item" onSelect={onAct}>
              {words}
              {hint !== undefined && <span className="action-menu-hint">{hint}</span>}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
