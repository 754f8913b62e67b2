import type { Login } from "../../sdk/index.ts";

/** A login as it is remembered. */
export interface StoredLogin {
  login: Login;
  /** Kept when the browser closes; otherwise it lasts as long as this tab. */
  stay: boolean;
  guest: boolean;
}

const KEY = "waystone.login";

/** Remembers the login in the browser. A browser that keeps nothing (a private window) is no error. */
export class LoginStorage {
  read(): StoredLogin | undefined {
    for (const stay of [false, true]) {
      const stored = parse(this.#storage(stay)?.getItem(KEY));
      if (stored !== undefined) return { ...stored, stay };
    }
    return undefined;
  }

  write({ login, stay, guest }: StoredLogin): void {
    this.clear();
    try {
      this.#storage(stay)?.setItem(KEY, JSON.stringify({ login, guest }));
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
  }

  clear(): void {
    for (const stay of [false, true]) this.#storage(stay)?.removeItem(KEY);
  }

  /** Undefined where the browser does not allow storage at all. */
  #storage(stay: boolean): Storage | undefined {
    try {
      return stay ? localStorage : sessionStorage;
    } catch (error) {
      if (isRefusal(error)) return undefined;
      throw error;
    }
  }
}

/** Storage is forbidden or full. */
const isRefusal = (error: unknown): boolean => error instanceof DOMException;

/** Anybody can write to the storage, so nothing is taken for granted. */
function parse(text: string | null | undefined): { login: Login; guest: boolean } | undefined {
  if (text === null || text === undefined) return undefined;
  try {
    const { login, guest } = JSON.parse(text) as { login?: Partial<Login>; guest?: boolean };
    if (typeof login?.token !== "string" || typeof login.username !== "string" || typeof login.expires_at !== "string") return undefined;
    return { login: { token: login.token, username: login.username, expires_at: login.expires_at }, guest: guest === true };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}
