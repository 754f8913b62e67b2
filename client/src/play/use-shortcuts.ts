import { useEffect, useRef } from "react";
import type { RefObject } from "react";
import type { LogHandle } from "../log/Log.tsx";
import type { Game } from "../state/game.ts";
import type { Action } from "../state/key-bindings.ts";
import { actionFor, numpadCommand } from "../state/key-bindings.ts";
import { wordsOf } from "../state/log-buffer.ts";
import type { CommandLineHandle } from "./CommandLine.tsx";

export interface ShortcutPorts {
  game: Game;
  commandLine: RefObject<CommandLineHandle | null>;
  log: RefObject<LogHandle | null>;
  onShow: (what: "keys" | "settings") => void;
}

/** Keys that move the caret in a text keep doing so while there is a text. */
const MOVES_CARET = /Arrow|End|Home/;

/** Carries out the shortcuts, wherever on the page they are pressed. */
export function useShortcuts(ports: ShortcutPorts): void {
  const { game } = ports;
  const latest = useRef(ports);
  useEffect(() => {
    latest.current = ports;
  });
  useEffect(() => {
    const review = { key: undefined as number | undefined };
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return;
      if (document.querySelector("dialog[open]") !== null) return;
      const { bindings, numpadWalks } = game.settings.get();
      const field = event.target instanceof HTMLInputElement ? event.target : undefined;
      // In the command line the number pad is looked after there.
      const walk = field === undefined && numpadWalks ? numpadCommand(event) : undefined;
      if (walk !== undefined) {
        event.preventDefault();
        return game.run(walk);
      }
      const action = actionFor(event, bindings);
      if (action === undefined) return;
      if (field !== undefined && field.value !== "" && MOVES_CARET.test(event.key) && event.ctrlKey) return;
      event.preventDefault();
      carryOut(action, latest.current, review);
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [game]);
}

function carryOut(action: Action, { game, commandLine, log, onShow }: ShortcutPorts, review: { key: number | undefined }): void {
  switch (action) {
    case "focus.line": return commandLine.current?.focus();
    case "focus.next": return focusRegion(1);
    case "focus.previous": return focusRegion(-1);
    case "help.keys": return onShow("keys");
    case "help.settings": return onShow("settings");
    case "log.search": return log.current?.search();
    case "log.end": return log.current?.toEnd();
    case "log.older": return readLine(game, review, -1);
    case "log.newer": return readLine(game, review, 1);
    case "line.complete": {
      commandLine.current?.complete();
      return;
    }
    case "say.self": return game.say(selfInWords(game));
    case "say.exits": return game.say(exitsInWords(game));
    default: return game.run(action.slice("walk.".length));
  }
}

/** Line by line through the log by ear, from the newest. */
function readLine(game: Game, review: { key: number | undefined }, by: 1 | -1): void {
  const { first, end } = game.log.extent;
  const at = Math.max(first, Math.min(end - 1, review.key === undefined ? end - 1 : review.key + by));
  const entry = game.log.at(at);
  if (entry === undefined) return;
  review.key = at;
  game.say(wordsOf(entry));
}

function selfInWords(game: Game): string {
  const { self } = game.view.get();
  return self === null ? "" : `Health ${self.health}, vigour ${self.vigour}, ${self.coins} coins${self.position === "standing" ? "" : `, ${self.position}`}.`;
}

function exitsInWords(game: Game): string {
  const { room } = game.view.get();
  if (room === null) return "";
  const ways = room.exits.map(({ name, door }) => (door === "" ? name : `${name}, ${door}`));
  return `${room.title}. ${ways.length === 0 ? "No way out that you can see." : `Ways: ${ways.join("; ")}.`}`;
}

/** The parts of the page, one after the other. */
function focusRegion(by: 1 | -1): void {
  const regions = [...document.querySelectorAll<HTMLElement>("[data-region]")].filter((region) => region.checkVisibility());
  // Parts may lie within parts: the innermost counts.
  const here = document.activeElement?.closest<HTMLElement>("[data-region]") ?? null;
  const at = here === null ? -1 : regions.indexOf(here);
  const next = regions[(at + by + regions.length) % regions.length];
  if (next === undefined) return;
  const inside = next.querySelector<HTMLElement>("input:not(:disabled), [tabindex='0'], button:not(:disabled, [tabindex='-1'])");
  (inside ?? next).focus();
}
