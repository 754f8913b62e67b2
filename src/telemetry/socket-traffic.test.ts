import { createServer } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { once } from "node:events";
import { afterEach, expect, test } from "vitest";
import { watchSockets } from "./socket-traffic.ts";

const server = createServer((_request, response) => response.end("hello"));
afterEach(() => new Promise<void>((resolve) => { server.close(() => resolve()); server.closeAllConnections(); }));

test("bytes are counted while a connection is open and after it has closed, by what it carries", async () => {
  const traffic = watchSockets(server);
  const port = await new Promise<number>((resolve) => server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)));
  server.on("upgrade", (_request, socket) => {
    socket.write("HTTP/1.1 101 Switching Protocols\r\n\r\n");
    socket.on("end", () => socket.end()).resume();
  });

  const body = await (await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: "close" } })).text();
  expect(body).toBe("hello");
  const line = connect(port, "127.0.0.1");
  const request = "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
  line.write(request);
  const [answer] = (await once(line, "data")) as [Buffer];
  expect(traffic.open().websocket).toBe(1);
  expect(traffic.bytes().websocket).toEqual({ in: request.length, out: answer.length });
  line.end();
  await once(line, "close");
  await expect.poll(() => traffic.open().websocket).toBe(0);
  expect(traffic.bytes().websocket).toEqual({ in: request.length, out: answer.length });
  await expect.poll(() => traffic.open().http).toBe(0);
  expect(traffic.bytes().http.in).toBeGreaterThan(0);
  expect(traffic.bytes().http.out).toBeGreaterThan("hello".length);
});
