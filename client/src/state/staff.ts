import { isFields, isText, listOf } from "./kept.ts";
import { Store } from "./store.ts";

/** What somebody may do in this world, least first. */
const ROLES = ["player", "builder", "moderator", "operator"] as const;
export type Role = (typeof ROLES)[number];

export const isAtLeast = (role: Role, least: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(least);

/**
 * The role a token speaks of; a player's for one that speaks of none. Only for what the page shows: the server looks
 * into the account with everything that is asked of it.
 */
export function roleOf(token: string): Role {
  try {
    const payload: unknown = JSON.parse(atob((token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/")));
    return ROLES.find((role) => isFields(payload) && payload.role === role) ?? "player";
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof DOMException) return "player";
    throw error;
  }
}

/** What the server says to a deed. */
export interface DeedAnswer {
  done: boolean;
  text: string;
}

/** What those who look after the world do from this page, through the server's administration. */
export class Staff {
  readonly role = new Store<Role>("player");
  readonly #token: () => string | undefined;

  constructor(token: () => string | undefined) {
    this.#token = token;
  }

  /** A new token, or none, may bring another role. */
  tokenChanged(): void {
    const token = this.#token();
    this.role.set(token === undefined ? "player" : roleOf(token));
  }

  /** Does something to somebody: `kick`, `mute`, `teleport` … */
  async toPerson(name: string, action: string, body: object): Promise<DeedAnswer> {
    return await this.#post(`/characters/${encodeURIComponent(name)}/${action}`, body);
  }

  /** Does something to the world: `announce`, `world/weather`, `world/time`. */
  async toWorld(path: string, body: object): Promise<DeedAnswer> {
    return await this.#post(`/${path}`, body);
  }

  async #post(path: string, body: object): Promise<DeedAnswer> {
    try {
      const response = await fetch(`/admin/api${path}`, {
        method: "POST", headers: { "content-type": "application/json", authorization: `Bearer ${this.#token() ?? ""}` }, body: JSON.stringify(body),
      });
      return readAnswer(response.ok, await response.json());
    } catch (error) {
      if (error instanceof TypeError || error instanceof SyntaxError) return { done: false, text: "The server cannot be reached." };
      throw error;
    }
  }
}

function readAnswer(ok: boolean, answer: unknown): DeedAnswer {
  if (!isFields(answer)) return { done: false, text: "The answer cannot be understood." };
  if (!ok) {
    const text = isFields(answer.error) && isText(answer.error.message) ? answer.error.message : "That was refused.";
    return { done: false, text };
  }
  const said = listOf(answer.said).filter(isText).join(" ");
  if (answer.outcome === "ordered") return { done: true, text: "Ordered; it will be done where they are." };
  return { done: true, text: said === "" ? "Done." : said };
}
