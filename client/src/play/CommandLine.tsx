import { useEffect, useImperativeHandle, useRef, useState } from "react";
import type { ClipboardEvent, KeyboardEvent, Ref } from "react";
import { MAX_COMMAND_CHARS } from "../../../src/limits.ts";
import type { Game } from "../state/game.ts";
import { numpadCommand } from "../state/key-bindings.ts";
import { splitPaste } from "../state/paste.ts";
import { useStore } from "../state/store.ts";
import { useCompletion } from "./use-completion.ts";

/** What others may do with the command line. */
export interface CommandLineHandle {
  focus: () => void;
  /** Puts the beginning of a command there for the player to go on with. */
  begin: (text: string) => void;
  complete: () => void;
}

interface CommandLineProps {
  game: Game;
  ref: Ref<CommandLineHandle>;
  onPage: (direction: 1 | -1) => void;
}

/** Where one types. Up and down walk through earlier commands that begin with what was typed. */
export function CommandLine({ game, ref, onPage }: CommandLineProps) {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState("");
  const waiting = useStore(game.waiting);
  const closed = useStore(game.connection).status === "closed";
  const { tabCompletes, numpadWalks } = useStore(game.settings);
  const completion = useCompletion(game, text, setText);

  useImperativeHandle(ref, () => ({
    focus: () => input.current?.focus({ preventScroll: true }),
    begin: (beginning) => {
      setText(beginning);
      input.current?.focus({ preventScroll: true });
    },
    complete: completion.next,
  }), [completion.next]);

  useEffect(() => {
    if (matchMedia("(pointer: fine)").matches) input.current?.focus({ preventScroll: true });
  }, []);

  const recall = (event: KeyboardEvent, found: string | undefined): void => {
    event.preventDefault();
    if (found !== undefined) setText(found);
  };

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.nativeEvent.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    const walk = numpadWalks && text === "" ? numpadCommand(event.nativeEvent) : undefined;
    if (walk !== undefined) {
      event.preventDefault();
      return game.run(walk);
    }
    switch (event.key) {
      case "ArrowUp": return recall(event, game.history.older(text));
      case "ArrowDown": return recall(event, game.history.newer());
      case "Tab":
        // With nothing to complete, the key goes its way: nobody is caught in here.
        if (!event.shiftKey && tabCompletes && completion.next()) event.preventDefault();
        return;
      case "PageUp":
      case "PageDown":
        event.preventDefault();
        return onPage(event.key === "PageUp" ? -1 : 1);
      case "Escape":
        game.stopPasted();
        game.history.rest();
        return setText("");
      default: return;
    }
  };

  const onPaste = (event: ClipboardEvent<HTMLInputElement>): void => {
    const pasted = event.clipboardData.getData("text/plain");
    if (!/[\r\n]/.test(pasted.trim())) return;
    event.preventDefault();
    const { selectionStart, selectionEnd } = event.currentTarget;
    const whole = text.slice(0, selectionStart ?? text.length) + pasted + text.slice(selectionEnd ?? text.length);
    game.runAll(splitPaste(whole));
    setText("");
  };

  return (
    <form
      className="command-line" data-region
      onSubmit={(event) => {
        event.preventDefault();
        const command = text.trim();
        if (command !== "") game.run(command);
        setText("");
      }}
    >
      <label className="sr-only" htmlFor="command">What do you do?</label>
      <span className="prompt" aria-hidden="true">{"\u203a"}</span>
      <input
        id="command" ref={input} type="text" value={text} maxLength={MAX_COMMAND_CHARS} disabled={closed}
        placeholder="What do you do?" autoComplete="off" autoCapitalize="off" autoCorrect="off" spellCheck={false} enterKeyHint="send"
        onChange={(event) => {
          game.history.rest();
          completion.rest();
          setText(event.target.value);
        }}
        onKeyDown={onKeyDown} onPaste={onPaste} onBlur={completion.rest}
      />
      {waiting > 0 && <button type="button" className="quiet" onClick={() => game.stopPasted()}>Stop ({waiting} to go)</button>}
      <button type="submit" className="send" disabled={closed || text.trim() === ""}>Send</button>
    </form>
  );
}
