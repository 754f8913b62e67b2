import { useCallback } from "react";
import type { KeyboardEvent, MouseEvent } from "react";
import { useMenu } from "../menu/ActionMenu.tsx";
import type { MenuAction } from "../menu/ActionMenu.tsx";
import { actionsOnWords } from "../panels/actions.ts";
import type { CommandPorts } from "../panels/actions.ts";

const refAt = (target: EventTarget): HTMLElement | null => (target as Element).closest<HTMLElement>("button.ref");

/** What clicks and keys do in the log: a click on words carries out their command; a menu has more; arrows walk through them. */
export function useLogActions(ports: CommandPorts): {
  onClick: (event: MouseEvent<HTMLElement>) => void;
  onContextMenu: (event: MouseEvent<HTMLElement>) => void;
  onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
} {
  const openMenu = useMenu();
  const menuAt = useCallback((words: HTMLElement): void => {
    const label = words.textContent;
    const actions: readonly MenuAction[] = actionsOnWords({ kind: words.dataset.kind ?? "", text: label, command: words.dataset.command ?? "" }, ports);
    openMenu({ label, actions, anchor: words });
  }, [openMenu, ports]);

  const onClick = useCallback((event: MouseEvent<HTMLElement>) => {
    const command = refAt(event.target)?.dataset.command;
    if (command !== undefined) ports.run(command);
  }, [ports]);

  const onContextMenu = useCallback((event: MouseEvent<HTMLElement>) => {
    const words = refAt(event.target);
    if (words === null) return;
    event.preventDefault();
    menuAt(words);
  }, [menuAt]);

  const onKeyDown = useCallback((event: KeyboardEvent<HTMLElement>) => {
    const words = refAt(event.target);
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      event.preventDefault();
      step(event.currentTarget, words, event.key === "ArrowLeft" ? -1 : 1);
    } else if (words !== null && (event.key === "ArrowDown" || (event.key === "Enter" && event.shiftKey))) {
      event.preventDefault();
      menuAt(words);
    }
  }, [menuAt]);

  return { onClick, onContextMenu, onKeyDown };
}

/** To the words before or after; from the log itself to the newest. */
function step(log: HTMLElement, from: HTMLElement | null, by: 1 | -1): void {
  const all = [...log.querySelectorAll<HTMLElement>("button.ref")];
  const next = from === null ? all.at(-1) : all[all.indexOf(from) + by];
  next?.focus();
}
