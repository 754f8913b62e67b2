/**
 * A port with several doors. Node's event loop takes one new connection per round from each listening socket (libuv since
 * 1.45, measured here with 1.52), so that when many come at once (an area changes hands, a process is back after a crash)
 * the last of two hundred waits for two hundred rounds, and rounds are long just then. Linux lets several sockets listen
 * on one port (SO_REUSEPORT, socket(7)) and spreads what comes over them.
 */
import { createServer, type AddressInfo, type ListenOptions, type Server } from "node:net";
import { DOORS } from "./limits.ts";

/**
 * Lets `server.listen(port, host)` open `doors` listening sockets, where the system can; `close` closes all of them. The
 * server's events are as ever: "error" with EADDRINUSE when anybody else listens on the port. A door that cannot be opened is told to `onError`.
 */
export function widen(server: Server, onError: (error: unknown) => void, doors = process.platform === "linux" ? DOORS : 1): void {
  if (doors <= 1) return;
  const more: Server[] = [];
  const listen = server.listen.bind(server) as (options: ListenOptions, done?: () => void) => Server;
  const close = server.close.bind(server);
  const open = async (port: number, host: string | undefined, backlog: number | undefined, done: (() => void) | undefined): Promise<void> => {
    // Sockets that share a port would let in whoever shares it, too: first it has to be nobody's.
    if (port !== 0) await tryAlone(port, host);
    const shared: ListenOptions = { reusePort: true, ...(host === undefined ? {} : { host }), ...(backlog === undefined ? {} : { backlog }) };
    server.once("listening", () => {
      for (let door = 1; door < doors; door += 1) {
        const another = createServer({ noDelay: true }, (socket) => void server.emit("connection", socket)).on("error", onError);
        more.push(another.listen({ ...shared, port: (server.address() as AddressInfo).port }));
      }
      done?.();
    });
    listen({ ...shared, port });
  };
  server.listen = ((port: number, host?: string, backlog?: number, done?: () => void) => {
    open(port, host, backlog, done).catch((error: unknown) => server.emit("error", error));
    return server;
  }) as Server["listen"];
  server.close = (done) => {
    for (const door of more.splice(0)) door.close();
    return close(done);
  };
}

/** Rejects when somebody listens on the port, whether they share it or not. */
function tryAlone(port: number, host: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen({ port, ...(host === undefined ? {} : { host }) }, () => probe.close(() => resolve()));
  });
}
