import { useEffect } from "react";
import type { RefObject } from "react";
import type { CommandLineHandle } from "./CommandLine.tsx";

/** A letter typed anywhere on the page goes into the command line, unless another field has the focus. */
export function useTypeAnywhere(commandLine: RefObject<CommandLineHandle | null>): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key.length !== 1 || event.key === " " || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      if ((event.target as Element).closest("input, textarea, select, [contenteditable], dialog, [role=menu]") !== null) return;
      commandLine.current?.focus();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [commandLine]);
}
