import { createContext, Suspense, useContext, useEffect, useState } from "react";
import type { ReactNode } from "react";
import { lazyPart } from "../lazy-part.tsx";

export interface MenuAction {
  label: string;
  /** A command, shown beside the label where it is not the same. */
  hint?: string | undefined;
  onAct: () => void;
}

/** A menu to open: what it is about, what can be done, and the element it belongs to. */
export interface MenuRequest {
  label: string;
  actions: readonly MenuAction[];
  anchor: HTMLElement;
}

// The menus of Radix weigh as much as all the rest of this page's own code: they come when the page stands.
const { Part: OpenedMenu, ahead } = lazyPart(async () => (await import("./OpenedMenu.tsx")).OpenedMenu);
/** By then the first room is on the screen, in ms. */
const AHEAD_MS = 1_500;

const OpenMenu = createContext<(request: MenuRequest) => void>(() => undefined);

/** Opens the one menu of the page at an element. */
export const useMenu = (): ((request: MenuRequest) => void) => useContext(OpenMenu);

/** The one menu of the page: at a name, a thing, a way, wherever somebody asks for it. */
export function ActionMenus({ children }: { children: ReactNode }) {
  const [request, setRequest] = useState<MenuRequest | undefined>(undefined);
  const [container, setContainer] = useState<HTMLDivElement | null>(null);
  useEffect(() => {
    const timer = setTimeout(ahead, AHEAD_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <OpenMenu value={setRequest}>
      {children}
      <div ref={setContainer} role="region" aria-label="Menu" hidden={request === undefined}>
        <Suspense fallback={null}>
          {request !== undefined && container !== null && <OpenedMenu request={request} container={container} onClose={() => setRequest(undefined)} />}
        </Suspense>
      </div>
    </OpenMenu>
  );
}
