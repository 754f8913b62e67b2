import { MAX_NAME_CHARS, MAX_PASSWORD_CHARS, MIN_NAME_CHARS, MIN_PASSWORD_CHARS } from "../../../src/limits.ts";
import type { Field } from "../state/words.ts";

interface CredentialFieldsProps {
  /** Makes the ids of the fields unique on the page. */
  id: string;
  failure: { text: string; field: Field } | undefined;
  /** A password that is being chosen, not given. */
  newPassword: boolean;
}

/** What was typed into the fields of a form. */
export function readCredentials(form: HTMLFormElement): { username: string; password: string } {
  const data = new FormData(form);
  const text = (name: string): string => {
    const value = data.get(name);
    return typeof value === "string" ? value : "";
  };
  return { username: text("name").trim(), password: text("password") };
}

/** A name and a password, and what was wrong with them. */
export function CredentialFields({ id, failure, newPassword }: CredentialFieldsProps) {
  const wrong = (field: Field): { "aria-invalid"?: true; "aria-describedby"?: string } =>
    failure !== undefined && failure.field === field ? { "aria-invalid": true, "aria-describedby": `${id}-failure` } : {};
  return (
    <>
      <div className="field">
        <label htmlFor={`${id}-name`}>Name</label>
        <input
          id={`${id}-name`} name="name" type="text" required minLength={newPassword ? MIN_NAME_CHARS : 1} maxLength={MAX_NAME_CHARS}
          autoComplete="username" autoCapitalize="off" autoCorrect="off" spellCheck={false} {...wrong("name")}
        />
      </div>
      <div className="field">
        <label htmlFor={`${id}-password`}>Password</label>
        <input
          id={`${id}-password`} name="password" type="password" required minLength={newPassword ? MIN_PASSWORD_CHARS : 1} maxLength={MAX_PASSWORD_CHARS}
          autoComplete={newPassword ? "new-password" : "current-password"} {...wrong("password")}
        />
        {newPassword && <p className="hint">At least {MIN_PASSWORD_CHARS} characters.</p>}
      </div>
      <p className="failure" role="alert" id={`${id}-failure`}>{failure?.text}</p>
    </>
  );
}
