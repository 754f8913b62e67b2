/**
 * A room as somebody would write it with Colyseus and nothing else: a minimal state, a reply to each command, and what was said
 * broadcast to everybody in the room. `node colyseus.ts <port> line`: each line at once; `… tick`: the lines of 50 ms as one message.
 */
import { defineRoom, defineServer, Room, type Client } from "@colyseus/core";
import { schema, t } from "@colyseus/schema";
import { WebSocketTransport } from "@colyseus/ws-transport";
import type { CommandMessage } from "../../../src/protocol/client-messages.ts";
import type { RoomMessage } from "../../../src/protocol/server-messages.ts";
import { lineFor, replyTo, TICK_MS, welcomeTo } from "./words.ts";

const [port, mode] = [Number(process.argv[2]), process.argv[3]];
const MAX_PLAYERS = 2_000;

const State = schema({ players: t.number() }, "State");

class TalkRoom extends Room<{ state: InstanceType<typeof State> }> {
  override maxClients = MAX_PLAYERS;
  override autoDispose = false;
  override patchRate = 100;
  #place = "";
  #lines = 0;
  #waiting: RoomMessage[] = [];

  override onCreate({ place }: { place: string }): void {
    this.#place = place;
    this.state = new State({ players: 0 });
    this.onMessage("command", (client: Client, message: CommandMessage) => this.#command(client, message));
    if (mode === "tick") this.clock.setInterval(() => this.#flush(), TICK_MS);
  }

  override onJoin(client: Client): void {
    this.state.players += 1;
    client.send("welcome", welcomeTo(this.#place, client.sessionId));
  }

  override onLeave(): void {
    this.state.players -= 1;
  }

  #command(client: Client, message: CommandMessage): void {
    client.send("response", replyTo(message));
    this.#lines += 1;
    const line = lineFor(message, this.#place, client.sessionId, this.#lines);
    if (mode === "tick") this.#waiting.push(line);
    else this.broadcast("events", [line], { except: client });
  }

  #flush(): void {
    if (this.#waiting.length === 0) return;
    this.broadcast("events", this.#waiting);
    this.#waiting = [];
  }
}

const server = defineServer({ rooms: { world: defineRoom(TalkRoom).filterBy(["place"]) }, transport: new WebSocketTransport({ maxPayload: 8192 }), greet: false });
await server.listen(port, "127.0.0.1");
process.send?.("open");
process.on("disconnect", () => process.exit(0));
