/** Players with the stock Colyseus SDK, as anybody could write one: register, join, command, hear, follow a transfer. */
import { Client, type Room } from "@colyseus/sdk";
import type { Response, RoomMessage, WelcomeMessage } from "../../src/protocol/server-messages.ts";

const WAIT_MS = 10_000;

export interface ViewOf {
  area: string;
  rooms: Map<string, { id: string; title: string; exits: { name: string; door: string }[]; characters: Map<string, { name: string }>; npcs: Map<string, { kind: string; name: string }>; items: Map<string, { kind: string; quantity: number }> }>;
  selves: Map<string, { name: string; room_id: string; coins: number; items: Map<string, { kind: string; quantity: number; slot: string; in: string }> }>;
}

export class StockPlayer {
  readonly name: string;
  readonly client: Client;
  token = "";
  room!: Room;
  /** Lines heard since the last `forget`. */
  lines: string[] = [];
  messages: RoomMessage[] = [];
  welcome: WelcomeMessage | undefined;
  transfers = 0;
  /** Takes no seat before this. */
  waits: Promise<void> = Promise.resolve();
  /** Answers that came as messages: final ones after a "queued". */
  responses: Response[] = [];
  readonly #endpoint: string;
  #count = 0;
  #moving: Promise<void> = Promise.resolve();

  constructor(endpoint: string, name: string) {
    this.name = name;
    this.#endpoint = endpoint;
    this.client = new Client(endpoint);
  }

  static async register(endpoint: string, name: string): Promise<StockPlayer> {
    const player = new StockPlayer(endpoint, name);
    await player.authenticate("register");
    await player.join();
    return player;
  }

  static async login(endpoint: string, name: string): Promise<StockPlayer> {
    const player = new StockPlayer(endpoint, name);
    await player.authenticate("login");
    await player.join();
    return player;
  }

  async authenticate(how: "register" | "login"): Promise<void> {
    const answer = await fetch(`${this.#endpoint}/auth/${how}`, {
      method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ username: this.name, password: `secret of ${this.name}` }),
    });
    const body = (await answer.json()) as { token: string };
    if (!answer.ok) throw new Error(`${how} ${this.name}: ${JSON.stringify(body)}`);
    this.token = body.token;
    this.client.auth.token = body.token;
  }

  async join(options: object = {}): Promise<void> {
    this.#listen(await this.#takeSeat(options));
    await this.#until(() => this.welcome !== undefined, "welcome");
  }

  /** Asks again where the answer is to do so, as every client has to: an area may be changing hands just then. */
  async #takeSeat(options: object): Promise<Room> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.client.joinOrCreate("world", options);
      } catch (error) {
        if (tries === 10 || !/E_MOVED|E_BUSY|E_DRAINING/.test(String((error as Error).message))) throw error;
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
    }
  }

  #listen(room: Room): void {
    this.room = room;
    this.welcome = undefined;
    room.reconnection.enabled = false;
    room.onMessage("welcome", (welcome: WelcomeMessage) => { this.welcome = welcome; });
    room.onMessage("response", (response: Response) => { this.responses.push(response); });
    room.onMessage("events", (events: RoomMessage[]) => {
      for (const event of events) {
        this.lines.push(event.message);
        this.messages.push(event);
      }
    });
    room.onMessage("transfer", ({ seat }: { seat: unknown }) => {
      this.transfers += 1;
      this.#moving = this.waits.then(() => this.client.consumeSeatReservation(seat as never)).then(async (next) => {
        const old = this.room;
        this.#listen(next);
        await this.#until(() => this.welcome !== undefined, "welcome after a transfer");
        await old.leave();
      });
    });
  }

  get view(): ViewOf {
    return (this.room as unknown as { state: ViewOf }).state;
  }

  /** Types a line; the answer once it is final, and the transfer it caused done. */
  async types(command: string): Promise<Response> {
    await this.#moving;
    this.#count += 1;
    const answer = await (this.room as unknown as { request(type: string, payload: object): Promise<Response> })
      .request("command", { type: "command", command, id: `req_${this.#count}` });
    await this.#moving;
    return answer;
  }

  /** The same for a line that leads over borders: the first answer says "queued", the final one comes from where it ends. */
  async typesTillEnd(command: string): Promise<Response> {
    const first = await this.types(command);
    if (first.status !== "queued") return first;
    const end = (): Response | undefined => this.responses.find(({ id, status }) => id === first.id && status !== "queued");
    await this.#until(() => end() !== undefined, `the end of "${command}"`);
    await this.#moving;
    return end()!;
  }

  /** Waits until a line that contains this was heard. */
  async hears(part: string): Promise<string> {
    await this.#until(() => this.lines.some((line) => line.includes(part)), `"${part}" in ${JSON.stringify(this.lines.slice(-10))}`);
    return this.lines.find((line) => line.includes(part))!;
  }

  forget(): void {
    this.lines = [];
    this.messages = [];
  }

  async leaves(): Promise<void> {
    await this.room.leave();
  }

  async until(holds: () => boolean, what: string): Promise<void> {
    await this.#until(holds, what);
  }

  async #until(holds: () => boolean, what: string): Promise<void> {
    const end = Date.now() + WAIT_MS;
    while (!holds()) {
      if (Date.now() > end) throw new Error(`${this.name} waited in vain for ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

/** The text of a reply. */
export const textOf = (reply: Response): string => reply.messages.map((line) => line.message).join("\n");
