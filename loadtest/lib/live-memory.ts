/**
 * What is in use in the servers' memory, asked of Node's inspector, which collects the garbage first (`--live`). Resident memory, as the system
 * counts it, has in it what has not been collected yet, and what has been freed and not given back: as much again, or several times as much.
 */
import WebSocket from "ws";

/** For the options of a server's Node: on a port of its own, which it prints. */
export const INSPECTED = "--inspect=127.0.0.1:0";
const ADDRESS = /Debugger listening on (ws:\/\/\S+)/;
/** Collecting gigabytes on a busy machine. */
const ANSWERS_WITHIN_MS = 60_000;

/** Bytes of the heaps and of buffers beside them, all servers together. Rejects when one cannot be asked. */
export async function liveBytes(servers: readonly { readonly output: string }[]): Promise<number> {
  const each = await Promise.all(servers.map(({ output }) => askOne(output)));
  return each.reduce((sum, bytes) => sum + bytes, 0);
}

async function askOne(output: string): Promise<number> {
  const address = ADDRESS.exec(output)?.[1];
  if (address === undefined) throw new Error("a server has not said where its inspector is");
  const socket = new WebSocket(address);
  try {
    await heard(socket, "open");
    await ask(socket, 1, "HeapProfiler.enable");
    // What is only found to be unused by the first, as by its finalizers, goes with the second.
    await ask(socket, 2, "HeapProfiler.collectGarbage");
    await ask(socket, 3, "HeapProfiler.collectGarbage");
    const answer = await ask(socket, 4, "Runtime.evaluate", { expression: "(({ heapUsed, external }) => heapUsed + external)(process.memoryUsage())", returnByValue: true });
    return (answer as { result: { value: number } }).result.value;
  } finally {
    socket.terminate();
  }
}

async function ask(socket: WebSocket, id: number, method: string, params: object = {}): Promise<unknown> {
  socket.send(JSON.stringify({ id, method, params }));
  for (;;) {
    const said = JSON.parse(String(await heard(socket, "message"))) as { id?: number; result?: unknown; error?: { message: string } };
    if (said.id !== id) continue;
    if (said.error !== undefined) throw new Error(`${method}: ${said.error.message}`);
    return said.result;
  }
}

function heard(socket: WebSocket, what: "open" | "message"): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const give = setTimeout(() => reject(new Error("the inspector of a server does not answer")), ANSWERS_WITHIN_MS);
    const over = (): void => {
      clearTimeout(give);
      for (const event of [what, "error", "close"]) socket.removeAllListeners(event);
    };
    socket.once(what, (data?: unknown) => { over(); resolve(data); });
    socket.once("error", (error) => { over(); reject(error); });
    socket.once("close", () => { over(); reject(new Error("the inspector of a server has closed")); });
  });
}
