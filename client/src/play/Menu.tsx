import { useEffect, useRef } from "react";
import type { ReactNode } from "react";

interface MenuProps {
  label: string;
  children: ReactNode;
}

/** A small sheet under a word; a click elsewhere or Escape closes it. */
export function Menu({ label, children }: MenuProps) {
  const menu = useRef<HTMLDetailsElement>(null);

  useEffect(() => {
    const onPointerDown = (event: PointerEvent): void => {
      if (menu.current?.open === true && !menu.current.contains(event.target as Node)) menu.current.open = false;
    };
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== "Escape" || menu.current?.open !== true) return;
      menu.current.open = false;
      menu.current.querySelector("summary")?.focus();
    };
    document.addEventListener("pointerdown", onPointerDown);
    document.addEventListener("keydown", onKeyDown);
    return () => {
      document.removeEventListener("pointerdown", onPointerDown);
      document.removeEventListener("keydown", onKeyDown);
    };
  }, []);

  return (
    <details className="menu" ref={menu}>
      <summary>{label}</summary>
      <div className="menu-body">{children}</div>
    </details>
  );
}
