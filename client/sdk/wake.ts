/** The few things of a browser that this library uses; in Node they are not there. */
interface Page {
  document?: { visibilityState: string; addEventListener(type: string, run: () => void): void; removeEventListener(type: string, run: () => void): void };
  addEventListener?: (type: string, run: () => void) => void;
  removeEventListener?: (type: string, run: () => void) => void;
}

/** Calls `woke` when the page comes to the front again or the network is back; returns the way to stop it. */
export function onWake(woke: () => void): () => void {
  const page = globalThis as unknown as Page;
  const { document } = page;
  if (document === undefined || page.addEventListener === undefined) return () => undefined;
  const shown = (): void => {
    if (document.visibilityState === "visible") woke();
  };
  document.addEventListener("visibilitychange", shown);
  page.addEventListener("online", woke);
  page.addEventListener("pageshow", woke);
  return () => {
    document.removeEventListener("visibilitychange", shown);
    page.removeEventListener?.("online", woke);
    page.removeEventListener?.("pageshow", woke);
  };
}
