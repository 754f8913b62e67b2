/**
 * The floor: `ws` alone, no library above it, one frame a tick with the lines of a place, encoded once. The seats that it hands
 * out have the shape of Colyseus', so that the same bots come in. `node bare-ws.ts <port>`
 */
import { createServer } from "node:http";
import { getMessageBytes, Protocol } from "@colyseus/core";
import { unpack } from "msgpackr";
import { WebSocketServer, type WebSocket } from "ws";
import type { CommandMessage } from "../../../src/protocol/client-messages.ts";
import type { RoomMessage } from "../../../src/protocol/server-messages.ts";
import { lineFor, replyTo, TICK_MS, welcomeTo } from "./words.ts";

const port = Number(process.argv[2]);
/** Behind the code of the message and the text "command". */
const PAYLOAD_AT = 2 + "command".length;

interface Place {
  readonly name: string;
  readonly sockets: Set<WebSocket>;
  waiting: RoomMessage[];
  lines: number;
}

const places = new Map<string, Place>();
let seats = 0;

const http = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk: Buffer) => (body += chunk.toString()));
  request.on("end", () => {
    const { place } = JSON.parse(body || "{}") as { place: string };
    seats += 1;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ name: "world", sessionId: `s${seats}`, roomId: place, processId: "one" }));
  });
});
const server = new WebSocketServer({ server: http, perMessageDeflate: false });

server.on("connection", (socket, request) => {
  const url = new URL(request.url ?? "/", "http://localhost");
  const name = url.pathname.split("/").at(-1)!;
  const sender = url.searchParams.get("sessionId")!;
  let place = places.get(name);
  if (place === undefined) {
    place = { name, sockets: new Set(), waiting: [], lines: 0 };
    places.set(name, place);
  }
  const here = place;
  here.sockets.add(socket);
  socket.on("close", () => here.sockets.delete(socket));
  socket.on("message", (data: Buffer) => {
    if (data[0] !== Protocol.ROOM_DATA) return;
    const message = unpack(data.subarray(PAYLOAD_AT)) as CommandMessage;
    socket.send(getMessageBytes.raw(Protocol.ROOM_DATA, "response", replyTo(message)));
    here.lines += 1;
    here.waiting.push(lineFor(message, name, sender, here.lines));
  });
  socket.send(getMessageBytes.raw(Protocol.ROOM_DATA, "welcome", welcomeTo(name, sender)));
});

setInterval(() => {
  for (const place of places.values()) {
    if (place.waiting.length === 0) continue;
    const frame = getMessageBytes.raw(Protocol.ROOM_DATA, "events", place.waiting);
    place.waiting = [];
    for (const socket of place.sockets) socket.send(frame);
  }
}, TICK_MS);

http.listen(port, "127.0.0.1", () => process.send?.("open"));
process.on("disconnect", () => process.exit(0));
