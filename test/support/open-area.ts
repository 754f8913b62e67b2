/** Has a process of the cluster open an area, as if somebody had walked into it there. */
import { Peers } from "../../src/cluster/peers.ts";
import { AppError } from "../../src/protocol/codes.ts";
import type { ServerProcess } from "./server-process.ts";

const PATIENCE_MS = 60_000;

export async function openAreaOn(server: ServerProcess, area: string, secret: string): Promise<void> {
  const peers = new Peers({ secret, nowMs: () => Date.now() });
  try {
    for (const endMs = Date.now() + PATIENCE_MS; ; ) {
      try {
        // The seat is never taken, and expires.
        await peers.call(`127.0.0.1:${server.port}`, "seat", { area, auth: { characterId: "nobody", username: "Nobody" }, options: {} }, 30_000);
        return;
      } catch (error) {
        // On a machine that is very busy a lease may have run out for a moment.
        if (!(error instanceof AppError) || error.code !== "E_STORAGE" || Date.now() > endMs) throw error;
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    }
  } finally {
    peers.close();
  }
}
