import { useEffect, useState } from "react";
import type { ConnectionState } from "../../sdk/index.ts";
import type { Account } from "../state/account.ts";
import type { Game } from "../state/game.ts";
import { useStore } from "../state/store.ts";
import { farewell } from "../state/words.ts";

/** A hitch shorter than this is not worth a word. */
const QUIET_MS = 600;

/** True once `active` has lasted a while. */
function useLasting(active: boolean): boolean {
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    if (!active) return;
    const timer = setTimeout(() => setLasting(true), QUIET_MS);
    return () => {
      clearTimeout(timer);
      setLasting(false);
    };
  }, [active]);
  return active && lasting;
}

const STATUS: Readonly<Record<ConnectionState["status"], string>> = {
  connecting: "Connecting", online: "Connected", transferring: "Connected", reconnecting: "Line cut", closed: "Not connected",
};

/** A word and a light for the head of the page. */
export function ConnectionBadge({ game }: { game: Game }) {
  const { status } = useStore(game.connection);
  const ms = useStore(game.latency.ms);
  return (
    <span className={`badge badge-${status}`}>
      <span className="badge-light" aria-hidden="true" />
      <span className="badge-word">{STATUS[status]}</span>
      {ms !== undefined && <span className="badge-latency" title="How long the server takes to answer">{ms} ms</span>}
    </span>
  );
}

/** What to know and to do while the line is cut, or when the session is over. */
export function ConnectionNotice({ game, account }: { game: Game; account: Account }) {
  const state = useStore(game.connection);
  const cut = useLasting(state.status === "reconnecting");
  return (
    <div role="status" className="notices">
      {cut && state.status === "reconnecting" && (
        <div className="notice">
          <p>The line is cut. Coming back by itself{state.attempt > 1 ? ` (try ${state.attempt})` : ""}; what you type is kept.</p>
          <button type="button" onClick={() => game.retryNow()}>Try now</button>
        </div>
      )}
      {state.status === "closed" && (
        <div className="notice">
          <p>{farewell(state.code, state.message)}</p>
          <button type="button" onClick={() => void account.enterAgain()}>Enter again</button>
          <button type="button" className="quiet" onClick={() => void account.logOut()}>Log out</button>
        </div>
      )}
    </div>
  );
}
