/** Random messages and frames over WebSockets to a running server, and what is wrong with what comes back. */
import { WebSocket } from "ws";
import { Refusal, takeSeat } from "../../loadtest/bots/link.ts";
import type { Response } from "../../src/protocol/server-messages.ts";
import { bytes, object, oneOf, PROTOTYPE_NAMES, text, upTo, value, type Chance } from "./fuzz-values.ts";
import { StockPlayer } from "./players.ts";

const LINES = ["look", "say", "tell", "get", "drop all", "n", "s", "e", "w", "who", "alias", "chat", "emote", "give", "put", "mail", "report", "trade", "buy", "help", "inventory", "quit!", "!", "^a^b", "wear", "announce", "ban", "goto", "score", "follow", ";"];
/** How a connection may end that was sent nonsense: too much of it, no frame at all, no text, too large, no message; or it was replaced by another, moved on or was taken out. */
const CLOSES = new Set([1000, 1002, 1006, 1007, 1009, 4000, 4002, 4400, 4403, 4408, 4409, 4410]);

interface Wire {
  send(type: string | number, payload?: unknown): void;
  sendBytes(type: string | number, payload: Uint8Array): void;
  onMessage(type: string, heard: (message: never) => void): void;
  onLeave(left: (code: number) => void): void;
  connection: { transport: { ws: { send(bytes: Uint8Array | string): void; readyState: number } } };
}

/** One player that sends nonsense, and comes in again whenever it is shown the door. */
export class Nuisance {
  readonly #player: StockPlayer;
  readonly #chance: Chance;
  readonly #endpoint: string;
  readonly faults: string[] = [];
  answers = 0;
  rejoined = 0;
  #last = "";

  private constructor(endpoint: string, player: StockPlayer, chance: Chance) {
    this.#endpoint = endpoint;
    this.#player = player;
    this.#chance = chance;
    this.#listen();
  }

  static async enter(endpoint: string, name: string, chance: Chance): Promise<Nuisance> {
    return new Nuisance(endpoint, await enterPatiently(endpoint, name), chance);
  }

  get #room(): Wire {
    return this.#player.room as unknown as Wire;
  }

  #listen(): void {
    this.#room.onMessage("response", (reply: never) => this.#judge(reply));
    this.#room.onLeave((code) => { if (!CLOSES.has(code)) this.faults.push(`closed with ${code} after ${this.#last}`); });
  }

  #judge(reply: Response | Response[]): void {
    for (const { status, code } of Array.isArray(reply) ? reply : [reply]) {
      this.answers += 1;
      if (status === "error" && !/^E_[A-Z_]+$/.test(code ?? "")) this.faults.push(`an error without a code after ${this.#last}`);
      if (code === "E_INTERNAL") this.faults.push(`E_INTERNAL after ${this.#last}`);
    }
  }

  /** Sends something. Rejects only when there is no way back in. */
  async annoy(): Promise<void> {
    if (this.#room.connection.transport.ws.readyState !== 1) await this.#comeBack();
    const chance = this.#chance;
    const room = this.#room;
    const kind = upTo(chance, 11);
    const sends = (what: unknown, send: () => void): void => {
      this.#last = typeof what === "string" ? what.slice(0, 200) : (JSON.stringify(what) ?? String(what)).slice(0, 200);
      try {
        send();
      } catch (error) {
        // What the stock client cannot encode is not sent.
        if (!(error instanceof Error)) throw error;
      }
    };
    const line = (): string => `${oneOf(chance, LINES)} ${text(chance)} ${chance() < 0.3 ? text(chance) : ""}`.slice(0, 1_024);
    if (kind <= 4) sends(line(), () => room.send("command", { type: "command", command: line(), id: `r${upTo(chance, 1e9)}`, ...(chance() < 0.2 ? { seq: upTo(chance, 2 ** 31) } : {}) }));
    else if (kind === 5) { const payload = object(chance, ["type", "command", "id", "seq", ...PROTOTYPE_NAMES]); sends(payload, () => room.send("command", payload)); }
    else if (kind === 6) { const payload = value(chance); sends(payload, () => room.send("command", payload)); }
    else if (kind === 7) { const payload = Array.from({ length: upTo(chance, 40) }, () => (chance() < 0.5 ? value(chance) : { type: "command", command: line(), id: "r" })); sends(payload, () => room.send("command", payload)); }
    else if (kind === 8) { const type = chance() < 0.5 ? oneOf(chance, PROTOTYPE_NAMES) : upTo(chance, 300); sends({ type }, () => room.send(type, value(chance))); }
    else if (kind === 9) { const frame = bytes(chance, 300); sends(frame.toString("hex"), () => room.connection.transport.ws.send(frame)); }
    else if (kind === 10) { const frame = Buffer.concat([Buffer.from([oneOf(chance, [9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 0x8d, 0xff])]), bytes(chance, 80)]); sends(frame.toString("hex"), () => room.connection.transport.ws.send(frame)); }
    else { const frame = chance() < 0.2 ? Buffer.alloc(upTo(chance, 1_400_000), 13) : text(chance); sends(`${frame.length} bytes`, () => room.connection.transport.ws.send(frame)); }
  }

  /** Frames that no library would make, over a seat of its own, which that is the end of. */
  async breakFrames(): Promise<void> {
    const seat = await takeSeat(this.#endpoint, this.#player.token, {}).catch(notNow);
    if (seat === null) return;
    const socket = new WebSocket(`${this.#endpoint.replace("http", "ws")}/${seat.processId}/${seat.roomId}?sessionId=${seat.sessionId}`);
    await new Promise<void>((resolve) => {
      socket.on("error", () => undefined).on("close", () => resolve());
      socket.on("open", () => {
        const raw = (socket as unknown as { _socket: { write(bytes: Uint8Array): void } })._socket;
        const chance = this.#chance;
        const mask = [1, 2, 3, 4];
        raw.write(Buffer.from(oneOf(chance, [
          [0x82, 0x01, 0x0d], [0xf2, 0x80, ...mask], [0x83, 0x80, ...mask], [0x80, 0x80, ...mask], [0x89, 0xfe, 0x01, 0x00, ...mask], [0x09, 0x80, ...mask], [0x88, 0x81, ...mask, 0x00], [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe7],
          [0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28], [0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, ...mask], [0x82, 0xff, 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, ...mask], [...bytes(chance, 60)],
        ])));
        // Some of them are right as far as they go; the server waits for the rest, and a client goes.
        setTimeout(() => socket.terminate(), 300);
      });
    });
  }

  async #comeBack(): Promise<void> {
    await joinPatiently(this.#player);
    this.rejoined += 1;
    this.#listen();
  }

  async leave(): Promise<void> {
    if (this.#room.connection.transport.ws.readyState === 1) await this.#player.leaves();
  }
}

/** A new player in the world. */
export async function enterPatiently(endpoint: string, name: string): Promise<StockPlayer> {
  const player = new StockPlayer(endpoint, name);
  await player.authenticate("register");
  await joinPatiently(player);
  return player;
}

/** Shown the door a moment ago, as often as an account may come in a minute, or the machine is too slow just now: later, then. */
async function joinPatiently(player: StockPlayer): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await player.join();
    } catch (error) {
      if (tries === 90) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }
}

/** An account may ask for so many ways in; a world that is busy says so. */
function notNow(error: unknown): null {
  if (error instanceof Refusal && ["E_RATE", "E_BUSY", "E_MOVED", "E_STORAGE"].includes(error.code)) return null;
  throw error;
}
