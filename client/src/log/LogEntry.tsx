import { memo } from "react";
import type { MessageType } from "../../sdk/index.ts";
import type { EchoMark, Entry } from "../state/log-buffer.ts";
import { timeOf } from "../state/log-export.ts";
import { LineText } from "./LineText.tsx";

/** A sign in the margin for what the words alone do not tell apart: colour is never the only cue. */
const MARGIN: Readonly<Partial<Record<MessageType, string>>> = {
  whisper: "\u2025", tell: "\u2192", shout: "!", channel: "#", quest: "\u2726", system: "\u203b", error: "\u00d7", help: "?", move: "\u00b7",
};

/** The same for the ear, where the words may not say it. */
const SPOKEN: Readonly<Partial<Record<MessageType, string>>> = { system: "Notice: ", error: "Not possible: ", quest: "Quest: " };

const MARK: Readonly<Partial<Record<EchoMark, string>>> = { queued: "waiting for the world", refused: "refused", unanswered: "no answer" };

interface LogEntryProps {
  entry: Entry;
  /** What it names can be clicked. */
  clickable?: boolean;
  /** A search has led here. */
  found?: boolean;
  /** A screen reader hears long texts in short. */
  brief?: boolean;
}

/** One thing in the log. */
export const LogEntry = memo(function LogEntry({ entry, clickable = true, found = false, brief = false }: LogEntryProps) {
  const time = <time className="line-time" dateTime={new Date(entry.atMs).toISOString()}>{timeOf(entry.atMs)}</time>;
  const mark = found ? " line-found" : "";
  switch (entry.kind) {
    case "line":
      return (
        <p className={`line line-${entry.type}${entry.highlight === true ? " line-highlight" : ""}${mark}`} data-key={entry.key}>
          {time}
          {MARGIN[entry.type] !== undefined && <span className="margin-sign" aria-hidden="true">{MARGIN[entry.type]}</span>}
          {SPOKEN[entry.type] !== undefined && <span className="sr-only">{SPOKEN[entry.type]}</span>}
          {entry.highlight === true && <span className="sr-only">Marked: </span>}
          {brief && entry.brief !== undefined ? (
            <>
              <span className="sr-only">{entry.brief}</span>
              <span aria-hidden="true"><LineText message={entry.message} refs={entry.refs} clickable={false} /></span>
            </>
          ) : <LineText message={entry.message} refs={entry.refs} clickable={clickable} />}
        </p>
      );
    case "echo":
      return (
        <p className={`line echo echo-${entry.mark}${mark}`} data-key={entry.key}>
          {time}
          <span className="margin-sign" aria-hidden="true">{entry.mark === "done" ? "\u2713" : "\u203a"}</span>
          <span className="sr-only">You typed: </span>
          {entry.command}
          {MARK[entry.mark] !== undefined && <span className="echo-mark">{MARK[entry.mark]}</span>}
        </p>
      );
    case "note":
      return <p className={`line note${mark}`} data-key={entry.key}>{time}{entry.text}</p>;
    default:
      return entry satisfies never;
  }
});
