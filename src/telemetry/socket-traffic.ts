/**
 * Connections of a port and their bytes. The kernel counts for us: a socket knows its bytes, which are added up when it
 * closes and when somebody asks, so that a frame costs nothing.
 */
import type { Server } from "node:http";
import type { Socket } from "node:net";

export type SocketKind = "websocket" | "http";

export interface SocketBytes {
  in: number;
  out: number;
}

export interface SocketTraffic {
  open(): Readonly<Record<SocketKind, number>>;
  bytes(): Readonly<Record<SocketKind, Readonly<SocketBytes>>>;
  /** Counts no more. */
  stop(): void;
}

/** Counts from now on; before the server listens. */
export function watchSockets(server: Server): SocketTraffic {
  const live = new Map<Socket, SocketKind>();
  const closed: Record<SocketKind, SocketBytes> = { websocket: { in: 0, out: 0 }, http: { in: 0, out: 0 } };
  const add = (to: SocketBytes, socket: Socket): void => {
    to.in += socket.bytesRead;
    to.out += socket.bytesWritten;
  };
  const onConnection = (socket: Socket): void => {
    live.set(socket, "http");
    socket.once("close", () => {
      add(closed[live.get(socket) ?? "http"], socket);
      live.delete(socket);
    });
  };
  const onUpgrade = ({ socket }: { readonly socket: Socket }): void => {
    if (live.has(socket)) live.set(socket, "websocket");
  };
  server.on("connection", onConnection);
  server.on("upgrade", onUpgrade);
  return {
    open: () => {
      const count: Record<SocketKind, number> = { websocket: 0, http: 0 };
      for (const kind of live.values()) count[kind] += 1;
      return count;
    },
    bytes: () => {
      const sum: Record<SocketKind, SocketBytes> = { websocket: { ...closed.websocket }, http: { ...closed.http } };
      for (const [socket, kind] of live) add(sum[kind], socket);
      return sum;
    },
    stop: () => {
      server.off("connection", onConnection);
      server.off("upgrade", onUpgrade);
    },
  };
}
