/**
 * What a server needs, and not at once, is read when the rush of its start is over: the ORM and what runs background jobs are half of all modules, and while
 * they are read nothing else runs. A process that nobody waits for reads them before it opens: in a rolling reload the next one closes as soon as this one
 * is open, and gives it people, who would wait for it.
 */
import type { ProcessRecord } from "./cluster/lease-postgres.ts";
import { timeout } from "./timers.ts";

/** Nobody who registers later waits for it. */
const WARM_UP_AFTER_MS = 5_000;

export interface WarmUpOptions {
  /** Everybody alive by the rows, before this process is among them. Rejects with `StorageError`. */
  readonly processes: () => Promise<readonly Pick<ProcessRecord, "address">[]>;
  /** Where this process will be reached, `host:port`. */
  readonly address: string;
  /** What is read, one after the other. */
  readonly reads: readonly (() => Promise<unknown>)[];
  readonly onError: (error: unknown) => void;
}

/** Resolves when the server may open; what it answers cancels what has yet to be read. Rejects with what `processes` rejects with. */
export async function warmUp({ processes, address, reads, onError }: WarmUpOptions): Promise<() => void> {
  const read = async (): Promise<void> => {
    for (const one of reads) await one();
  };
  const others = await processes();
  // Whoever is here by the rows has died: its people are waiting.
  const isAwaited = others.length === 0 || others.some((process) => process.address === address);
  if (isAwaited) return timeout(read, WARM_UP_AFTER_MS, onError);
  // Whoever needs it later asks again.
  await read().catch(onError);
  return () => undefined;
}
