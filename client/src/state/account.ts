import { Waystone, WaystoneError } from "../../sdk/index.ts";
import type { WaystoneErrorCode } from "../../sdk/index.ts";
import { Game } from "./game.ts";
import { forgetLog, readKeptLog } from "./kept-log.ts";
import { SettingsStore } from "./settings.ts";
import { Staff } from "./staff.ts";
import { Store } from "./store.ts";
import { LoginStorage } from "./stored-login.ts";

/** A page that was away longer than this begins anew: what it would go on from is long gone. */
const RESUME_WITHIN_MS = 10 * 60_000;
/** Attempts to come in with a remembered login, for which nobody has to type anything: about a minute. */
const RETURN_ATTEMPTS = 16;

export interface Failure {
  code: WaystoneErrorCode;
  message: string;
}

/** What the page shows. */
export type Screen =
  | { name: "enter"; failure?: Failure; remembered?: string }
  | { name: "entering"; username: string }
  | { name: "play"; game: Game };

export type Entrance =
  | { how: "login" | "register"; username: string; password: string; stay: boolean }
  | { how: "guest"; stay: boolean };

/** Who plays on this page: logs in and out, remembers it, and opens the game. */
export class Account {
  readonly screen: Store<Screen>;
  readonly guest = new Store(false);
  readonly settings: SettingsStore;
  readonly staff: Staff;
  readonly #waystone: Waystone;
  readonly #storage: LoginStorage;
  #stay = false;

  constructor(waystone = new Waystone(location.origin), storage = new LoginStorage(), settings = new SettingsStore()) {
    this.settings = settings;
    this.#waystone = waystone;
    this.#storage = storage;
    this.screen = new Store<Screen>({ name: "enter" });
    this.staff = new Staff(() => waystone.identity?.token);
    // Renewed tokens are remembered as the first one was.
    waystone.onLogin((login) => {
      this.staff.tokenChanged();
      if (login === undefined) storage.clear();
      else storage.write({ login, stay: this.#stay, guest: this.guest.get() });
    });
  }

  /** Comes in with the remembered login, if there is one. */
  async start(): Promise<void> {
    const stored = this.#storage.read();
    if (stored === undefined) return;
    this.#stay = stored.stay;
    this.guest.set(stored.guest);
    this.#waystone.restore(stored.login);
    await this.#enter(RETURN_ATTEMPTS);
  }

  /** Logs in, or makes an account or a guest, and comes in. */
  async enter(entrance: Entrance): Promise<void> {
    this.#stay = entrance.stay;
    this.guest.set(entrance.how === "guest");
    try {
      if (entrance.how === "guest") await this.#waystone.guest();
      else await this.#waystone[entrance.how](entrance.username, entrance.password);
    } catch (error) {
      this.#fail(error);
      return;
    }
    await this.#enter();
  }

  /** Comes in again after the session has ended. */
  async enterAgain(): Promise<void> {
    if (this.#waystone.identity === undefined) this.#show({ name: "enter" });
    else await this.#enter();
  }

  /** Gives the guest on this page a name and a password. Throws a `WaystoneError`. */
  async keepGuest(username: string, password: string): Promise<void> {
    // Told before the login arrives, so that it is remembered as an account's.
    this.guest.set(false);
    try {
      await this.#waystone.upgrade(username, password);
    } catch (error) {
      this.guest.set(true);
      throw error;
    }
  }

  /** Leaves the world and forgets who it was. */
  async logOut(): Promise<void> {
    const screen = this.screen.get();
    this.#waystone.logout();
    this.guest.set(false);
    this.#show({ name: "enter" });
    forgetLog();
    if (screen.name === "play") await screen.game.close();
  }

  async #enter(attempts?: number): Promise<void> {
    const username = this.#waystone.identity?.username ?? "";
    this.#show({ name: "entering", username });
    try {
      const kept = readKeptLog(username);
      const leftOff = kept !== undefined && Date.now() - kept.atMs < RESUME_WITHIN_MS ? kept.leftOff : undefined;
      const session = await this.#waystone.join({ ...(attempts === undefined ? {} : { attempts }), ...(leftOff === undefined ? {} : { resume: leftOff }) });
      const shown = this.screen.get();
      // Logged out while it took its time.
      if (shown.name !== "entering") await session.close();
      else this.#play(new Game(session, { settings: this.settings, kept: kept === undefined ? undefined : { ...kept, leftOff } }));
    } catch (error) {
      if (error instanceof WaystoneError && (error.code === "E_AUTH" || error.code === "E_TOKEN_EXPIRED")) this.#waystone.logout();
      if (this.screen.get().name === "entering") this.#fail(error);
      else if (!(error instanceof WaystoneError)) throw error;
    }
  }

  #play(game: Game): void {
    this.#show({ name: "play", game });
    void game.learnWords();
  }

  /** A game that is not shown any more listens no more. */
  #show(screen: Screen): void {
    const shown = this.screen.get();
    if (shown.name === "play") shown.game.dispose();
    this.screen.set(screen);
  }

  #fail(error: unknown): void {
    if (!(error instanceof WaystoneError)) throw error;
    const remembered = this.#waystone.identity?.username;
    this.#show({
      name: "enter", failure: { code: error.code, message: error.message }, ...(remembered === undefined ? {} : { remembered }),
    });
  }
}
