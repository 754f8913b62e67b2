import { memo } from "react";
import type { MessageType } from "../../sdk/index.ts";
import type { EchoMark, Entry } from "../state/log-buffer.ts";
import { LineText } from "./LineText.tsx";

/** A sign in the margin for what the words alone do not tell apart: colour is never the only cue. */
const MARGIN: Readonly<Partial<Record<MessageType, string>>> = {
  whisper: "\u2025", tell: "\u2192", shout: "!", channel: "#", quest: "\u2726", system: "\u203b", error: "\u00d7", help: "?", move: "\u00b7",
};

/** The same for the ear, where the words may not say it. */
const SPOKEN: Readonly<Partial<Record<MessageType, string>>> = { system: "Notice: ", error: "Not possible: " };

const MARK: Readonly<Partial<Record<EchoMark, string>>> = { queued: "waiting for the world", refused: "refused", unanswered: "no answer" };

interface LogEntryProps {
  entry: Entry;
  onCommand: (command: string) => void;
}

/** One thing in the log. */
export const LogEntry = memo(function LogEntry({ entry, onCommand }: LogEntryProps) {
  switch (entry.kind) {
    case "line":
      return (
        <p className={`line line-${entry.type}`}>
          {MARGIN[entry.type] !== undefined && <span className="margin-sign" aria-hidden="true">{MARGIN[entry.type]}</span>}
          {SPOKEN[entry.type] !== undefined && <span className="sr-only">{SPOKEN[entry.type]}</span>}
          <LineText message={entry.message} refs={entry.refs} onCommand={onCommand} />
        </p>
      );
    case "echo":
      return (
        <p className={`line echo echo-${entry.mark}`}>
          <span className="margin-sign" aria-hidden="true">{"\u203a"}</span>
          <span className="sr-only">You typed: </span>
          {entry.command}
          {MARK[entry.mark] !== undefined && <span className="echo-mark">{MARK[entry.mark]}</span>}
        </p>
      );
    case "note":
      return <p className="line note">{entry.text}</p>;
    default:
      return entry satisfies never;
  }
});
