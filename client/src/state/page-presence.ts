/** Whether somebody is at the page: it is shown and not about to go. */
export interface Presence {
  here: () => boolean;
  /** Calls with every change, and with false whenever the page may be about to go; returns the way to stop. */
  watch: (listener: (here: boolean) => void) => () => void;
}

const isShown = (): boolean => typeof document === "undefined" || document.visibilityState !== "hidden";

export const pagePresence: Presence = {
  here: isShown,
  watch: (listener) => {
    if (typeof document === "undefined") return () => undefined;
    const changes = (): void => listener(isShown());
    const goes = (): void => listener(false);
    document.addEventListener("visibilitychange", changes);
    addEventListener("pagehide", goes);
    addEventListener("pageshow", changes);
    return () => {
      document.removeEventListener("visibilitychange", changes);
      removeEventListener("pagehide", goes);
      removeEventListener("pageshow", changes);
    };
  },
};
