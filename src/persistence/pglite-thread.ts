/** The server's end of `pglite-worker.ts`. */
import { Worker } from "node:worker_threads";
import type { PgliteAnswer, PgliteEngine } from "./pglite-engine.ts";
import type { SqlValue } from "./sql.ts";

export type WorkerRequest =
  | { readonly id: number; readonly type: "query"; readonly text: string; readonly values: readonly SqlValue[] }
  | { readonly id: number; readonly type: "script"; readonly text: string }
  | { readonly id: number; readonly type: "close" };
/** Id 0 says that the database is open. */
export type WorkerAnswer =
  | ({ readonly id: number } & PgliteAnswer)
  | { readonly id: number; readonly error: { readonly message: string; readonly stack: string; readonly fields: Readonly<Record<string, string>> } };

type Waiting = { resolve: (answer: PgliteAnswer) => void; reject: (error: unknown) => void };
/** Without the keys of the union's other half. */
type RequestBody = { type: "query"; text: string; values: readonly SqlValue[] } | { type: "script"; text: string } | { type: "close" };

/** Opens the database in a thread of its own. When the thread dies, everything under way rejects without a SQLSTATE. */
export async function openPgliteThread(folder: string): Promise<PgliteEngine> {
  const worker = new Worker(new URL("./pglite-worker.ts", import.meta.url), { workerData: { folder } });
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let gone: Error | undefined;

  const fail = (error: Error): void => {
    gone ??= error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  worker.on("error", (error) => fail(error instanceof Error ? error : new Error(String(error))));
  worker.on("exit", (code) => fail(new Error(`the database's thread ended with code ${code}`)));
  worker.on("message", (answer: WorkerAnswer) => {
    const request = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ("error" in answer) request?.reject(revived(answer.error));
    else request?.resolve(answer);
  });

  const ask = (body: RequestBody): Promise<PgliteAnswer> =>
    new Promise((resolve, reject) => {
      if (gone !== undefined) return reject(gone);
      lastId += 1;
      waiting.set(lastId, { resolve, reject });
      worker.postMessage({ id: lastId, ...body } satisfies WorkerRequest);
    });

  await new Promise<PgliteAnswer>((resolve, reject) => waiting.set(0, { resolve, reject }));
  // The server keeps itself alive by its port; a database with nothing to do must not.
  worker.unref();
  return {
    query: (text, values) => ask({ type: "query", text, values }),
    script: (text) => ask({ type: "script", text }),
    close: async () => {
      await ask({ type: "close" });
      await worker.terminate();
    },
  };
}

function revived(error: Extract<WorkerAnswer, { error: object }>["error"]): Error {
  const revivedError = Object.assign(new Error(error.message), error.fields);
  revivedError.stack = error.stack;
  return revivedError;
}
