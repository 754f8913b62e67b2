import type { TokenAnswer } from "../../src/protocol/server-messages.ts";
import { callAuth } from "./auth-api.ts";
import type { AuthCall, Credentials } from "./auth-api.ts";
import { JOIN_ATTEMPTS } from "./bounds.ts";
import { ColyseusConnector } from "./colyseus-connector.ts";
import { Emitter } from "./emitter.ts";
import { WaystoneError } from "./errors.ts";
import type { Connector } from "./link.ts";
import type { LeftOff } from "./resume-point.ts";
import { Session } from "./session.ts";

/** A token and what is known about it: what a client may store to stay logged in. */
export type Login = TokenAnswer;

export interface WaystoneOptions {
  /** Opens the connections; for tests. */
  connector?: Connector;
  /** The chance in the pauses between attempts; for tests. */
  random?: () => number;
}

export interface JoinSettings {
  attempts?: number;
  /** Where an earlier session left off (its `leftOff`), such as the one of the page before a reload. */
  resume?: LeftOff;
}

/**
 * A player's way into a Waystone world.
 *
 *     const waystone = new Waystone("http://localhost:2567");
 *     await waystone.login("ann", "correct horse");
 *     const session = await waystone.join();
 *     session.on("lines", (lines) => lines.forEach((line) => console.log(line.message)));
 *     const answer = await session.command("look");
 *     await session.close();
 */
export class Waystone {
  readonly #base: string;
  readonly #connector: Connector;
  readonly #random: () => number;
  readonly #events = new Emitter<{ login: Login | undefined }>();
  #login: Login | undefined;

  /** `endpoint` is the server's address: `http://…`, `https://…`, `ws://…` or `wss://…`. */
  constructor(endpoint: string, options: WaystoneOptions = {}) {
    this.#base = endpoint.replace(/^ws/, "http").replace(/\/+$/, "");
    this.#connector = options.connector ?? new ColyseusConnector(this.#base);
    this.#random = options.random ?? Math.random;
  }

  /** Who is logged in, with the token of the moment. */
  get identity(): Login | undefined {
    return this.#login;
  }

  /** Makes an account and logs in. */
  async register(username: string, password: string): Promise<Login> {
    return await this.#call("register", { credentials: { username, password } });
  }

  async login(username: string, password: string): Promise<Login> {
    return await this.#call("login", { credentials: { username, password } });
  }

  /** Makes a guest and logs in as it. */
  async guest(): Promise<Login> {
    return await this.#call("guest", {});
  }

  /** Exchanges the token for a new one. Joined sessions do this by themselves in good time. */
  async refresh(): Promise<Login> {
    return await this.#call("refresh", { token: this.#requireToken() });
  }

  /** Turns the guest that is logged in into an account with a name and a password. */
  async upgrade(username: string, password: string): Promise<Login> {
    return await this.#call("upgrade", { credentials: { username, password }, token: this.#requireToken() });
  }

  /** Uses a login from before, for example a stored one. */
  restore(login: Login): void {
    this.#setLogin(login);
  }

  /** Forgets the login. Sessions that are open are not closed by it. */
  logout(): void {
    this.#setLogin(undefined);
  }

  /** Called with every new login or token, and with undefined after `logout`; returns the way to stop. */
  onLogin(listener: (login: Login | undefined) => void): () => void {
    return this.#events.on("login", listener);
  }

  /**
   * Enters the world where the character stands. Resolves after the welcome; lines that come before a listener is
   * there are kept for it. Throws when the world cannot be entered after `attempts` tries.
   */
  async join({ attempts = JOIN_ATTEMPTS, resume }: JoinSettings = {}): Promise<Session> {
    this.#requireToken();
    const session = new Session({
      connector: this.#connector,
      random: this.#random,
      requestPrefix: `req${this.#random().toString(36).slice(2, 10)}`,
      token: () => this.#login?.token ?? "",
      refresh: async () => void (await this.refresh()),
      tokenLifeMs: () => lifeMs(this.#login),
      ...(resume === undefined ? {} : { resume }),
    });
    await session.open(attempts);
    return session;
  }

  async #call(call: AuthCall, options: { credentials?: Credentials; token?: string }): Promise<Login> {
    const login = await callAuth(this.#base, call, options);
    this.#setLogin(login);
    return login;
  }

  #requireToken(): string {
    if (this.#login === undefined) throw new WaystoneError("E_AUTH", "Please log in first.");
    return this.#login.token;
  }

  #setLogin(login: Login | undefined): void {
    this.#login = login;
    this.#events.emit("login", login);
  }
}

function lifeMs(login: Login | undefined): number | undefined {
  const expires = Date.parse(login?.expires_at ?? "");
  return Number.isNaN(expires) ? undefined : expires - Date.now();
}
