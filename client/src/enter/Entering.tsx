import type { Account } from "../state/account.ts";
import { Waymark } from "./Waymark.tsx";

/** The moment between the door and the world. */
export function Entering({ account, username }: { account: Account; username: string }) {
  return (
    <main className="enter">
      <div className="enter-card entering">
        <Waymark />
        <p role="status">Finding your place, {username}{"\u2026"}</p>
        <button type="button" className="quiet" onClick={() => void account.logOut()}>Log out</button>
      </div>
    </main>
  );
}
