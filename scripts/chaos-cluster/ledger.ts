/** What all players of a run share: each line once, however many heard it, and the tokens in their words. */
import type { RoomMessage } from "../../client/sdk/index.ts";
import type { Line } from "./evidence.ts";
import { tokenIn, tokenOf } from "./judge.ts";

export class Ledger {
  readonly #lines = new Map<string, Line>();
  readonly #heard = new Set<string>();
  #tokens = 0;

  newToken(): string {
    this.#tokens += 1;
    return tokenOf(this.#tokens);
  }

  /** The line of a message that somebody has just been shown. */
  line(message: RoomMessage): Line {
    const { id, room_id: room, message: text, message_type: type } = message;
    const number = message.line ?? null;
    const key = `${id} ${number ?? ""}`;
    const known = this.#lines.get(key);
    if (known !== undefined && known.text === text && known.room === room) return known;
    const line: Line = { id, room, number, text, type, sender: message.sender ?? null };
    this.#lines.set(key, line);
    const token = tokenIn(text);
    if (token !== null) this.#heard.add(token);
    return line;
  }

  /** Whether anybody has been shown it. */
  isHeard(token: string): boolean {
    return this.#heard.has(token);
  }
}
