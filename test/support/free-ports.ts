/** Free ports, for what must be told its port before it starts. */
import { createServer, type Server } from "node:net";

const FIRST_PORT = 20_000;
const PORTS = 12_000;

/** The first of `count` ports of 127.0.0.1 that nothing listens on. Below those that the system gives to connections. */
export async function freePorts(count: number): Promise<number> {
  for (let tries = 0; tries < 100; tries += 1) {
    const first = FIRST_PORT + Math.floor(Math.random() * PORTS);
    const free = await Promise.all(Array.from({ length: count }, (_, index) => isFree(first + index)));
    if (free.every((one) => one)) return first;
  }
  throw new Error(`no ${count} free ports in a row`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

/**
 * Ports of 127.0.0.1 that nothing listens on; all are held until all are known. Below those that the system gives to connections, too: one of
 * those is somebody's a moment later, where others connect by the hundred, and the server that was to have it does not start.
 */
export async function systemPorts(count: number): Promise<number[]> {
  const held = await Promise.all(Array.from({ length: count }, hold));
  await Promise.all(held.map(({ server }) => new Promise((resolve) => server.close(resolve))));
  return held.map(({ port }) => port);
}

async function hold(): Promise<{ readonly port: number; readonly server: Server }> {
  for (let tries = 0; tries < 100; tries += 1) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORTS);
    const server = createServer();
    const isHeld = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false)).listen(port, "127.0.0.1", () => resolve(true));
    });
    if (isHeld) return { port, server };
  }
  throw new Error("no free port");
}
