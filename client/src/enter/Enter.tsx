import { useState } from "react";
import type { Account, Failure } from "../state/account.ts";
import { explain } from "../state/words.ts";
import { CredentialFields, readCredentials } from "./CredentialFields.tsx";
import { DisplayChoice } from "./DisplayChoice.tsx";
import { Waymark } from "./Waymark.tsx";

interface EnterProps {
  account: Account;
  failure: Failure | undefined;
  /** Who is still logged in, though coming in has failed. */
  remembered: string | undefined;
}

/** The door: log in, make an account, or come in as a guest. */
export function Enter({ account, failure, remembered }: EnterProps) {
  const [creating, setCreating] = useState(false);
  const [stay, setStay] = useState(true);
  const [busy, setBusy] = useState(false);
  const explained = failure === undefined ? undefined : explain(failure);

  const during = async (work: Promise<void>): Promise<void> => {
    setBusy(true);
    try {
      await work;
    } finally {
      setBusy(false);
    }
  };

  return (
    <main className="enter">
      <div className="enter-card">
        <Waymark />
        <h1>Waystone</h1>
        <p className="tagline">A world made of words, and others in it.</p>
        {remembered !== undefined && (
          <div className="remembered">
            <p className="failure" role="alert">{explained?.text}</p>
            <button type="button" className="primary" disabled={busy} onClick={() => void during(account.enterAgain())}>Enter as {remembered}</button>
            <button type="button" className="quiet" onClick={() => void account.logOut()}>Be somebody else</button>
          </div>
        )}
        {remembered === undefined && (
          <form
            aria-label={creating ? "Create an account" : "Log in"}
            onSubmit={(event) => {
              event.preventDefault();
              void during(account.enter({ how: creating ? "register" : "login", stay, ...readCredentials(event.currentTarget) }));
            }}
          >
            <div className="choice" role="group" aria-label="What to do">
              <button type="button" aria-pressed={!creating} onClick={() => setCreating(false)}>Log in</button>
              <button type="button" aria-pressed={creating} onClick={() => setCreating(true)}>New here</button>
            </div>
            <CredentialFields id="enter" failure={explained} newPassword={creating} />
            <label className="check">
              <input type="checkbox" checked={stay} onChange={(event) => setStay(event.target.checked)} />
              Stay logged in on this device
            </label>
            <button type="submit" className="primary" disabled={busy}>{creating ? "Create and enter" : "Enter"}</button>
            <p className="or"><span>or</span></p>
            <button type="button" className="secondary" disabled={busy} onClick={() => void during(account.enter({ how: "guest", stay }))}>Look around as a guest</button>
          </form>
        )}
        <DisplayChoice settings={account.settings} name="enter-display" />
      </div>
    </main>
  );
}
