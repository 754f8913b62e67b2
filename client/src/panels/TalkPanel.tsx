import * as Tabs from "@radix-ui/react-tabs";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { MAX_COMMAND_CHARS } from "../../../src/limits.ts";
import { LogEntry } from "../log/LogEntry.tsx";
import type { Game } from "../state/game.ts";
import { useStore } from "../state/store.ts";
import type { TalkTab } from "../state/talk.ts";
import { commandIn, NEARBY, TELLS } from "../state/talk.ts";

/** Lines shown of a conversation, until somebody wants those before. */
const SHOWN = 40;

const nameOf = (id: string): string => (id === NEARBY ? "Nearby" : id === TELLS ? "Tells" : id);

/** What is said, by where: nearby, to oneself alone, and each channel in a tab of its own. */
export function TalkPanel({ game }: { game: Game }) {
  const { talk } = game;
  const tabs = useStore(talk.tabs);
  const [open, setOpen] = useState(NEARBY);
  useEffect(() => {
    talk.read(open);
    return () => talk.read(undefined);
  }, [talk, open]);
  return (
    <Tabs.Root className="talk" value={open} onValueChange={setOpen} activationMode="manual">
      <Tabs.List className="talk-tabs" aria-label="Conversations">
        {tabs.map(({ id, unread }) => (
          <Tabs.Trigger key={id} value={id} className="talk-tab">
            {nameOf(id)}
            {unread > 0 && <span className="talk-unread"><span aria-hidden="true">{unread}</span><span className="sr-only">, {unread} unread</span></span>}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      {tabs.map((tab) => (
        <Tabs.Content key={tab.id} value={tab.id} className="talk-page">
          <Conversation tab={tab} />
          <TalkLine game={game} tab={tab} />
        </Tabs.Content>
      ))}
    </Tabs.Root>
  );
}

function Conversation({ tab }: { tab: TalkTab }) {
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (list.current !== null) list.current.scrollTop = list.current.scrollHeight;
  }, [tab.lines]);
  const [all, setAll] = useState(false);
  if (tab.lines.length === 0) return <p className="empty">Nothing has been said here yet.</p>;
  return (
    <div className="talk-lines" ref={list} tabIndex={0} role="group" aria-label={`Said: ${nameOf(tab.id)}`}>
      {!all && tab.lines.length > SHOWN && <button type="button" className="quiet" onClick={() => setAll(true)}>Earlier</button>}
      {(all ? tab.lines : tab.lines.slice(-SHOWN)).map((line) => <LogEntry key={line.key} entry={line} clickable={false} />)}
    </div>
  );
}

/** Answers where one reads. */
function TalkLine({ game, tab }: { game: Game; tab: TalkTab }) {
  const [text, setText] = useState("");
  const before = commandIn(tab.id, tab.lines);
  // Without anybody to tell it to, the name has to be said first.
  const label = before === "tell " ? "Tell whom what?" : before.trim();
  return (
    <form
      className="talk-line"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== "") game.run(before + text.trim());
        setText("");
      }}
    >
      <input
        type="text" aria-label={`${nameOf(tab.id)}: ${label}`} placeholder={label} value={text} maxLength={MAX_COMMAND_CHARS - before.length}
        autoComplete="off" enterKeyHint="send" onChange={(event) => setText(event.target.value)}
      />
    </form>
  );
}
