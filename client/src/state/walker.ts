import type { Response, WorldView } from "../../sdk/index.ts";
import type { MapBook } from "./map-book.ts";
import { pathTo } from "./map-book.ts";
import { Store } from "./store.ts";

/** How long the synced state may take to show the room that a step led to, in ms. */
const ARRIVE_MS = 8_000;

/** What walking needs of the game. */
export interface WalkerPorts {
  readonly map: MapBook;
  readonly view: Store<WorldView>;
  /** Carries out a command as if it had been typed; undefined when it got no answer. */
  command: (command: string) => Promise<Response | undefined>;
  note: (text: string) => void;
}

/** Walks to a room that has been seen, step by step, for as long as each step leads where the map says. */
export class Walker {
  /** The title of the room it is on its way to. */
  readonly goal = new Store<string | undefined>(undefined);
  readonly #ports: WalkerPorts;
  #turn = 0;
  #stopWaiting: (() => void) | undefined;

  constructor(ports: WalkerPorts) {
    this.#ports = ports;
  }

  /** With `further`, takes that way out of it in the end. */
  async walkTo(id: string, further?: string): Promise<void> {
    this.stop();
    const turn = this.#turn;
    const rooms = this.#ports.map.rooms.get();
    const here = this.#ports.view.get().room?.id;
    const title = rooms.get(id)?.title ?? id;
    const path = here === undefined ? undefined : pathTo(rooms, here, id);
    if (path === undefined) return this.#ports.note(`You know no way to ${title} from here.`);
    this.goal.set(title);
    for (const { exit, room } of path) {
      const answer = await this.#ports.command(exit);
      if (turn !== this.#turn) return;
      if (answer?.status !== "ok" || !(await this.#arrives(room))) {
        if (turn === this.#turn) this.#end(`You stop on the way to ${title}.`);
        return;
      }
      if (turn !== this.#turn) return;
    }
    this.#end();
    if (further !== undefined) await this.#ports.command(further);
  }

  /** Ends the walk after the step that is under way. */
  stop(): void {
    this.#turn++;
    this.#stopWaiting?.();
    this.goal.set(undefined);
  }

  #end(note?: string): void {
    this.goal.set(undefined);
    if (note !== undefined) this.#ports.note(note);
  }

  async #arrives(room: string): Promise<boolean> {
    const { view } = this.#ports;
    const there = (): boolean => view.get().room?.id === room;
    if (there()) return true;
    return await new Promise<boolean>((resolve) => {
      const settle = (arrived: boolean): void => {
        clearTimeout(timer);
        stopWatching();
        this.#stopWaiting = undefined;
        resolve(arrived);
      };
      const timer = setTimeout(() => settle(false), ARRIVE_MS);
      const stopWatching = view.subscribe(() => {
        if (there()) settle(true);
      });
      this.#stopWaiting = () => settle(false);
    });
  }
}
