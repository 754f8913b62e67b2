/** A walk that a document describes: blocks for the shell, what they print, and what players type; read as written. */
import { spawn, type ChildProcess } from "node:child_process";
import { StockPlayer, textOf } from "./players.ts";

export interface Block {
  readonly kind: "sh" | "text" | "game";
  readonly text: string;
  /** In the document, for whoever looks for what is untrue. */
  readonly line: number;
}

/** The fenced blocks of one section, in their order. Throws when there is one of an unknown kind. */
export function blocksOf(markdown: string, heading: string): Block[] {
  const lines = markdown.split("\n");
  const first = lines.indexOf(heading);
  if (first < 0) throw new Error(`there is no section "${heading}"`);
  const blocks: Block[] = [];
  for (let at = first + 1; at < lines.length && !/^##? /.test(lines[at]!); at += 1) {
    const [, kind] = /^```(\w*)$/.exec(lines[at]!) ?? [];
    if (kind === undefined) continue;
    if (kind !== "sh" && kind !== "text" && kind !== "game") throw new Error(`line ${at + 1}: a block of the kind "${kind}"`);
    const end = lines.indexOf("```", at + 1);
    blocks.push({ kind, text: lines.slice(at + 1, end).join("\n"), line: at + 1 });
    at = end;
  }
  return blocks;
}

/** What was printed has each of these lines, in their order; `…` is anything within a line. */
export function expectPrinted(printed: string, { text, line }: Block): void {
  let rest = printed;
  for (const wanted of text.split("\n")) {
    const pattern = new RegExp(wanted.split("…").map((part) => part.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")).join(".*"));
    const found = pattern.exec(rest);
    if (found === null) throw new Error(`line ${line}: "${wanted}" was not printed, but:\n${printed}`);
    rest = rest.slice(found.index + found[0].length);
  }
}

/** One shell for all blocks, as somebody would type them; the first command that fails ends it. */
export class WalkShell {
  readonly #child: ChildProcess;
  #printed = "";
  #ended = false;
  #count = 0;

  constructor(cwd: string, env: Readonly<Record<string, string>>) {
    // A group of its own, so that what it starts can be ended with it.
    this.#child = spawn("bash", ["--noprofile", "--norc"], { cwd, env, stdio: ["pipe", "pipe", "pipe"], detached: true });
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream?.on("data", (chunk: Buffer) => (this.#printed += chunk.toString()));
    this.#child.once("exit", () => (this.#ended = true));
    this.#child.stdin?.write("set -e\n");
  }

  /** Answers what it printed. Rejects with that when a command fails. */
  async run({ text, line }: Block, patienceMs: number): Promise<string> {
    const from = this.#printed.length;
    const end = `walk-block-${this.#count += 1}-done`;
    // In two pieces, so that an echo of the command is not taken for its end.
    this.#child.stdin?.write(`${text}\nprintf '%s%s\\n' '${end.slice(0, 5)}' '${end.slice(5)}'\n`);
    const startedMs = performance.now();
    while (!this.#printed.slice(from).includes(end)) {
      if (this.#ended || performance.now() - startedMs > patienceMs) throw new Error(`line ${line}: ${this.#ended ? "a command failed" : "it takes too long"}:\n${text}\n${this.#printed.slice(from)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return this.#printed.slice(from, this.#printed.indexOf(end, from));
  }

  /** Ends it and all that it has started. */
  end(): void {
    if (this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, "SIGKILL");
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
    }
  }
}

/** People who play as a document says: `Ada> typed`, `Ada: in the answer`, `Ada! in a refusal`, `Ada< heard`. */
export class WalkPlayers {
  readonly #endpoint: string;
  readonly #players = new Map<string, StockPlayer>();

  constructor(endpoint: string) {
    this.#endpoint = endpoint;
  }

  async play({ text, line: first }: Block): Promise<void> {
    let last: { status: string; text: string; isJudged: boolean } | undefined;
    const judge = (): void => {
      if (last !== undefined && !last.isJudged && last.status !== "ok") throw new Error(`line ${first}: refused: ${last.text}`);
    };
    for (const [at, each] of text.split("\n").entries()) {
      const where = `line ${first + at + 1}: ${each}`;
      const [, name, sign, words] = /^(\w+)([>:!<]) (.+)$/.exec(each) ?? [];
      if (name === undefined || words === undefined) throw new Error(`${where}: this is not how a player's line is written`);
      if (sign !== ":" && sign !== "!") judge();
      if (sign === "<") await (await this.#player(name)).hears(words);
      if (sign === ">") {
        // A trade that has just changed is not accepted: nobody can have read it.
        if (words === "accept") await new Promise((resolve) => setTimeout(resolve, 1_100));
        const reply = await (await this.#player(name)).typesTillEnd(words);
        last = { status: reply.status, text: textOf(reply), isJudged: false };
      }
      if (sign === ":" || sign === "!") {
        if (last === undefined || !last.text.includes(words) || (last.status === "ok") !== (sign === ":")) throw new Error(`${where}: the answer was "${last?.text}" (${last?.status})`);
        last = { ...last, isJudged: true };
      }
    }
    judge();
  }

  /** Whoever has lost the connection logs in again. */
  async #player(name: string): Promise<StockPlayer> {
    const known = this.#players.get(name);
    if (known?.room.connection.isOpen === true) return known;
    const player = await StockPlayer.login(this.#endpoint, name);
    this.#players.set(name, player);
    return player;
  }
}
