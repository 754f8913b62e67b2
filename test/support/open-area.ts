/** Has a process of the cluster open an area, as if somebody had walked into it there. */
import { Peers } from "../../src/cluster/peers.ts";
import type { ServerProcess } from "./server-process.ts";

export async function openAreaOn(server: ServerProcess, area: string, secret: string): Promise<void> {
  const peers = new Peers({ secret, nowMs: () => Date.now() });
  try {
    // The seat is never taken, and expires.
    await peers.call(`127.0.0.1:${server.port}`, "seat", { area, auth: { characterId: "nobody", username: "Nobody" }, options: {} }, 30_000);
  } finally {
    peers.close();
  }
}
