/** The thread that runs PGlite: WebAssembly does not yield, and a statement of some milliseconds must not stop the talk. */
import { parentPort, workerData } from "node:worker_threads";
import { openPglite } from "./pglite-engine.ts";
import type { WorkerAnswer, WorkerRequest } from "./pglite-thread.ts";

const port = parentPort;
if (port === null) throw new Error("pglite-worker.ts runs in a worker thread only");
const answer = (message: WorkerAnswer): void => port.postMessage(message);


const { folder } = workerData as { folder: string };
const engine = await openPglite(folder);

port.on("message", (request: WorkerRequest) => {
  void serve(request).then(answer, (error: unknown) => answer({ id: request.id, error: plainError(error) }));
});
answer({ id: 0, rows: [], affectedRows: 0 });

async function serve(request: WorkerRequest): Promise<WorkerAnswer> {
  if (request.type === "close") {
    await engine.close();
    return { id: request.id, rows: [], affectedRows: 0 };
  }
  if (request.type === "script") return { id: request.id, ...(await engine.script(request.text)) };
  return { id: request.id, ...(await engine.query(request.text, request.values)) };
}

/** An error's own fields, which cloning between threads would lose. */
function plainError(error: unknown): Extract<WorkerAnswer, { error: object }>["error"] {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const fields: Record<string, string> = {};
  for (const name of ["code", "constraint", "severity", "detail", "where"]) {
    const value: unknown = typeof error === "object" && error !== null ? Reflect.get(error, name) : undefined;
    if (typeof value === "string") fields[name] = value;
  }
  return { message, stack: stack ?? "", fields };
}
