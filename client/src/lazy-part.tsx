import { lazy } from "react";
import type { ComponentType, LazyExoticComponent } from "react";

/** A server that restarts is back within these tries; a page older than the server's files is told so after them. */
const TRIES = 10;
const PAUSE_MS = 2_000;

interface LazyPart<P> {
  Part: LazyExoticComponent<ComponentType<P>>;
  /** Fetches it before it is wanted. */
  ahead: () => void;
}

/** A part of the page that is fetched when it is first wanted. A cut line makes it late; it takes nothing else along. */
export function lazyPart<P extends object>(load: () => Promise<ComponentType<P>>): LazyPart<P> {
  let coming: Promise<{ default: ComponentType<P> }> | undefined;
  const fetched = (): Promise<{ default: ComponentType<P> }> => (coming ??= persistently(load));
  return { Part: lazy(fetched), ahead: () => void fetched() };
}

async function persistently<P extends object>(load: () => Promise<ComponentType<P>>): Promise<{ default: ComponentType<P> }> {
  for (let tries = 1; tries <= TRIES; tries++) {
    try {
      return { default: await load() };
    } catch (error) {
      // What a failed import throws.
      if (!(error instanceof TypeError)) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
  return { default: Missing };
}

function Missing() {
  return <p role="alert" className="missing-part">A part of this page could not be fetched. Reload the page to have it again.</p>;
}
