import { createServer, connect, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { tcpProxy, type TcpProxy } from "./tcp-proxy.ts";

let echo: Server;
let proxy: TcpProxy;
let log: string[];
beforeEach(async () => {
  // Says back what it hears, and "bye" when it is told that nothing more will come.
  echo = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => socket.destroy());
    socket.on("data", (bytes) => socket.write(bytes));
    socket.on("end", () => socket.end("bye"));
  });
  await new Promise<void>((resolve) => echo.listen(0, "127.0.0.1", resolve));
  log = [];
  proxy = await tcpProxy(portOf(echo), {
    sent: (connection, bytes) => log.push(`${connection}> ${bytes.toString()}`),
    answered: (connection, bytes) => log.push(`${connection}< ${bytes.toString()}`),
    closed: (connection) => log.push(`${connection} closed`),
  });
});
afterEach(async () => {
  await proxy.close();
  await new Promise((resolve) => echo.close(resolve));
});

const portOf = (server: Server): number => (server.address() as { port: number }).port;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

class Caller {
  heard = "";
  end: string | undefined;
  readonly socket: Socket;

  constructor(port: number) {
    this.socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    this.socket.on("data", (bytes) => (this.heard += bytes.toString()));
    this.socket.on("end", () => (this.end ??= "end"));
    this.socket.on("error", (error: NodeJS.ErrnoException) => (this.end = error.code));
    this.socket.on("close", () => (this.end ??= "close"));
  }

  async hears(text: string): Promise<void> {
    for (let tries = 0; this.heard !== text; tries += 1) {
      if (tries > 300) throw new Error(`heard ${JSON.stringify(this.heard)}, not ${JSON.stringify(text)}`);
      await pause(10);
    }
  }

  async ends(): Promise<string> {
    for (let tries = 0; this.end === undefined; tries += 1) {
      if (tries > 300) throw new Error("it goes on");
      await pause(10);
    }
    return this.end;
  }
}

describe("a wire that can be hurt", () => {
  test("passes on what is said, and tells who watches", async () => {
    const caller = new Caller(proxy.port);
    caller.socket.write("hello");
    await caller.hears("hello");
    caller.socket.destroy();
    await pause(50);
    expect(log).toEqual(["1> hello", "1< hello", "1< bye", "1 closed"]);
  });

  test("a black hole swallows both ways without a word; mended, all of it arrives in its order", async () => {
    const caller = new Caller(proxy.port);
    caller.socket.write("a");
    await caller.hears("a");
    proxy.blackHole();
    caller.socket.write("b");
    const late = new Caller(proxy.port);
    late.socket.write("x");
    await pause(80);
    caller.socket.write("c");
    await pause(80);
    expect([caller.heard, caller.end, late.heard, late.end]).toEqual(["a", undefined, "", undefined]);
    proxy.mend();
    await caller.hears("abc");
    await late.hears("x");
    caller.socket.destroy();
    late.socket.destroy();
  });

  test("a delay holds everything up and changes no order, also when it ends", async () => {
    const caller = new Caller(proxy.port);
    caller.socket.write("a");
    await caller.hears("a");
    proxy.delay(150);
    const startedMs = performance.now();
    caller.socket.write("b");
    await caller.hears("ab");
    expect(performance.now() - startedMs).toBeGreaterThan(290);
    caller.socket.write("c");
    await pause(20);
    proxy.mend();
    caller.socket.write("d");
    await caller.hears("abcd");
    caller.socket.destroy();
  });

  test("a reset is one, for those it is meant for", async () => {
    const [one, two] = [new Caller(proxy.port), new Caller(proxy.port)];
    one.socket.write("1");
    await one.hears("1");
    two.socket.write("2");
    await two.hears("2");
    proxy.reset((index) => index === 0);
    expect(await one.ends()).toBe("ECONNRESET");
    expect(two.end).toBeUndefined();
    expect(proxy.connections).toBe(1);
    two.socket.destroy();
  });

  test("half closed, the other half still delivers", async () => {
    const caller = new Caller(proxy.port);
    caller.socket.write("a");
    await caller.hears("a");
    proxy.halfClose("target");
    await caller.hears("abye");
    expect(await caller.ends()).toBe("end");
    caller.socket.destroy();
  });

  test("parted, neither end learns that the other has gone; what was held back arrives all the same, and then the end", async () => {
    const caller = new Caller(proxy.port);
    caller.socket.write("a");
    await caller.hears("a");
    proxy.partition();
    caller.socket.write("b");
    await pause(50);
    caller.socket.destroy();
    await pause(80);
    expect(log).not.toContain("1 closed");
    expect(proxy.connections).toBe(1);
    proxy.mend();
    for (let tries = 0; proxy.connections > 0 && tries < 300; tries += 1) await pause(10);
    // The echo had "b" before it heard of the end.
    expect(log.slice(0, 3)).toEqual(["1> a", "1< a", "1> b"]);
    expect(log.at(-1)).toBe("1 closed");
  });

  test("gone, nothing listens there, until it is back on the same port", async () => {
    const caller = new Caller(proxy.port);
    caller.socket.write("a");
    await caller.hears("a");
    proxy.leave();
    expect(await caller.ends()).toBe("ECONNRESET");
    expect(await new Caller(proxy.port).ends()).toBe("ECONNREFUSED");
    await proxy.comeBack();
    const again = new Caller(proxy.port);
    again.socket.write("b");
    await again.hears("b");
    again.socket.destroy();
  });

  test("connections go where it points when they are made", async () => {
    const other = createServer((socket) => socket.end("other"));
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    proxy.retarget(portOf(other));
    const caller = new Caller(proxy.port);
    await caller.hears("other");
    caller.socket.destroy();
    await new Promise((resolve) => other.close(resolve));
  });
});
