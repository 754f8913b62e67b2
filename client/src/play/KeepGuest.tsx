import { useState } from "react";
import { WaystoneError } from "../../sdk/index.ts";
import { CredentialFields, readCredentials } from "../enter/CredentialFields.tsx";
import type { Account } from "../state/account.ts";
import { explain } from "../state/words.ts";

/** Lets a guest become somebody with a name and a password. */
export function KeepGuest({ account }: { account: Account }) {
  const [failure, setFailure] = useState<ReturnType<typeof explain> | undefined>(undefined);
  const [busy, setBusy] = useState(false);

  const keep = async ({ username, password }: { username: string; password: string }): Promise<void> => {
    setBusy(true);
    try {
      await account.keepGuest(username, password);
    } catch (error) {
      if (!(error instanceof WaystoneError)) throw error;
      setFailure(explain(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <form
      className="keep-guest"
      onSubmit={(event) => {
        event.preventDefault();
        void keep(readCredentials(event.currentTarget));
      }}
    >
      <p>You are a guest. Choose a name and a password to keep this character.</p>
      <CredentialFields id="keep" failure={failure} newPassword />
      <button type="submit" disabled={busy}>Keep this character</button>
    </form>
  );
}
