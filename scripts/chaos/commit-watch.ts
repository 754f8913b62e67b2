/** Reads along on the way to the database: which connections have sent a commit that nobody has answered yet. */
import type { Watch } from "../../test/support/tcp-proxy.ts";

const COMMIT = Buffer.from("waystone_commit");
/** The last six bytes of every answer of PostgreSQL: ReadyForQuery, whose last byte is the state of the transaction. */
const READY = Buffer.from([0x5a, 0, 0, 0, 5]);
const READY_BYTES = 6;

export class CommitWatch implements Watch {
  /** By connection: how the answer that is under way ends so far. */
  readonly #open = new Map<number, Buffer>();
  #waiting: (() => void)[] = [];
  /** Commits that went out. */
  sentCount = 0;

  /** Connections on which a commit has gone out and its answer not come back. */
  get outstanding(): number {
    return this.#open.size;
  }

  /** Calls back in the moment in which the next commit has been passed on. Answers the way to stop waiting. */
  onNextCommit(run: () => void): () => void {
    this.#waiting.push(run);
    return () => (this.#waiting = this.#waiting.filter((other) => other !== run));
  }

  sent(connection: number, bytes: Buffer): void {
    if (!bytes.includes(COMMIT)) return;
    this.#open.set(connection, Buffer.alloc(0));
    this.sentCount += 1;
    const waiting = this.#waiting;
    this.#waiting = [];
    // After the proxy has passed it on, before it can look at any answer.
    if (waiting.length > 0) queueMicrotask(() => waiting.forEach((run) => run()));
  }

  answered(connection: number, bytes: Buffer): void {
    const before = this.#open.get(connection);
    if (before === undefined) return;
    // TCP may tear an answer anywhere.
    const end = Buffer.concat([before, bytes.subarray(-READY_BYTES)]).subarray(-READY_BYTES);
    if (end.length === READY_BYTES && end.subarray(0, -1).equals(READY)) this.#open.delete(connection);
    else this.#open.set(connection, end);
  }

  closed(connection: number): void {
    this.#open.delete(connection);
  }
}
