/**
 * The views of an area's clients, used one after another. Given up to the garbage collector a StateView is struck out of everything in the area when it is
 * collected, and all of those of one collection in one go: half a thousand people who walked about stopped a process for 150 ms so (docs/performance.md).
 * Disposed of it costs the same at once, as it looks at all there is in the area. Here it is taken from what it saw, and that alone.
 */
import { StateView } from "@colyseus/schema";

type Seen = Parameters<StateView["add"]>[0];

export class ViewPool {
  /** No more than were in use at one time, which are no more than the process has connections (MAX_CONNECTIONS). */
  readonly #free: StateView[] = [];

  /** A view that sees nothing. */
  take(): StateView {
    return this.#free.pop() ?? new StateView();
  }

  /** Takes back a view that no client has any longer. `seen`: all that it has been given and not been taken from again, but for what is in the area no more. */
  giveBack(view: StateView, seen: readonly (Seen | undefined)[]): void {
    for (const part of seen) if (part !== undefined) view.remove(part);
    // What its client was still to be told.
    view.changes = new Map();
    this.#free.push(view);
  }
}
