import type { RoomMessage, WelcomeMessage } from "../../src/protocol/server-messages.ts";

/** What a later session needs to go on where one left off. */
export interface LeftOff {
  place: { room_id: string; line: number };
  /** Ids of the last lines heard, so that none is heard twice. */
  heard: readonly string[];
}

/** Where a session would go on from: the room, and its line counter at the last line heard there. */
export class ResumePoint {
  #stood: string | undefined;
  #place: { room_id: string; line: number } | undefined;

  constructor(place?: { room_id: string; line: number }) {
    if (place !== undefined) this.#place = { ...place };
  }

  /** Undefined before the first welcome. */
  get place(): { readonly room_id: string; readonly line: number } | undefined {
    return this.#place;
  }

  /**
   * In the same room the own count goes on: missed lines are about to be sent again. `stands`: where the first synced state says that the
   * character is. It may have walked on before the connection was ready, and that state is sent before the welcome and all lines heard until
   * then: what was said on the way has yet to come, and where it stands counts once it changes again.
   */
  entered({ room_id, line }: WelcomeMessage, stands?: string): void {
    this.#stood = stands;
    if (this.#place?.room_id !== room_id) this.#place = { room_id, line };
  }

  /** A later state says where the character stands, and from which line on. It lags behind the lines, so only a change counts. */
  stands(room_id: string, line: number): void {
    if (room_id === this.#stood) return;
    this.#stood = room_id;
    if (this.#place?.room_id !== room_id) this.#place = { room_id, line };
  }

  /**
   * A line heard. Within an area a character walks from room to room, and each has its own counter. What is sent again of a room that it has
   * left came before the welcome, which says where it is since: to go on from there would leave out what is said where it is, once it has left that, too.
   */
  heard({ room_id, line, replayed }: RoomMessage): void {
    if (line === undefined) return;
    if (this.#place?.room_id === room_id) this.#place.line = Math.max(this.#place.line, line);
    else if (replayed !== true) this.#place = { room_id, line };
  }
}
