/** The bots as one: their processes, what they are told and what they answer. */
import { fork, type ChildProcess } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { setPriority } from "node:os";
import { fileURLToPath } from "node:url";
import type { CrowdOrder, CrowdReport, WindowOrder, WindowReport } from "../bots/crowd.ts";
import type { Entry } from "../bots/player.ts";
import type { FromBots, ToBots } from "../bots/process.ts";
import { LogHistogram, type PackedHistogram } from "./log-histogram.ts";
import type { Second } from "../bots/tally.ts";

const PROCESS = fileURLToPath(new URL("../bots/process.ts", import.meta.url));

export interface BotOptions extends Omit<CrowdOrder, "players" | "seed" | "entries"> {
  readonly players: number;
  readonly seed: number;
  /** Processes to spread them over. */
  readonly processes: number;
  /** 0 to 19: how far the bots step back for others on the same processors. */
  readonly nice: number;
  readonly entries?: readonly Entry[];
}

/** When nobody else has come in or found their place for so long, the servers do not take players. */
const NO_PROGRESS_MS = 60_000;

export class BotProcesses {
  readonly #children: ChildProcess[];
  readonly #options: BotOptions;
  readonly #said = new EventEmitter().setMaxListeners(0);
  readonly #progress: { entered: number; placed: number; troubles: string }[];

  private constructor(children: ChildProcess[], options: BotOptions) {
    this.#children = children;
    this.#options = options;
    this.#progress = children.map(() => ({ entered: 0, placed: 0, troubles: "" }));
    for (const [index, child] of children.entries()) {
      child.on("message", (message: FromBots) => this.#take(index, message));
      child.once("exit", (code) => this.#said.emit("ended", index, code));
    }
  }

  static start(options: BotOptions): BotProcesses {
    const children = Array.from({ length: options.processes }, () => fork(PROCESS, [], { execArgv: ["--disable-warning=ExperimentalWarning"] }));
    for (const { pid } of children) if (pid !== undefined && options.nice > 0) setPriority(pid, options.nice);
    return new BotProcesses(children, options);
  }

  get pids(): number[] {
    return this.#children.flatMap(({ pid }) => pid ?? []);
  }

  /** Brings everybody in; `progress` hears how many are in, and how many of them stand where they begin. Resolves with how long each took to come in. */
  async assemble(progress: (entered: number, placed: number) => void = () => undefined): Promise<LogHistogram> {
    const { players, seed, processes: _, nice: __, entries, enterEveryMs, ...rest } = this.#options;
    const count = this.#children.length;
    let [done, sinceMs] = [0, performance.now()];
    this.#said.on("assembling", () => {
      const [entered, placed] = [this.#sum("entered"), this.#sum("placed")];
      progress(entered, placed);
      if (entered + placed > done) [done, sinceMs] = [entered + placed, performance.now()];
      else if (performance.now() - sinceMs > NO_PROGRESS_MS) this.#said.emit("failed", 0, `of ${players} players ${entered} are in, ${placed} found their place, and nobody else does; ${this.#progress.map(({ troubles }) => troubles).join("; ") || "nothing failed"}`);
    });
    const joins: PackedHistogram[] = [];
    this.#said.on("assembled", (_: number, taken: PackedHistogram) => joins.push(taken));
    const all = this.#all("assembled");
    for (const [index, child] of this.#children.entries()) {
      const numbers = Array.from({ length: players }, (_, number) => number).filter((number) => number % count === index);
      this.#tell(child, {
        do: "assemble",
        order: { ...rest, players: numbers.length, seed: seed * 1000 + index, enterEveryMs: enterEveryMs * count, ...(entries === undefined ? {} : { entries: numbers.map((number) => entries[number]!) }) },
      });
    }
    await all;
    progress(players, players);
    return LogHistogram.of(...joins);
  }

  /** Everybody plays for a while; `opened` and `closed` are called when it begins and ends to count. */
  async window(order: WindowOrder, opened: () => void, closed: () => void): Promise<WindowReport[]> {
    const windows: WindowReport[] = [];
    const take = (index: number, window: WindowReport): void => void (windows[index] = window);
    this.#said.on("window", take);
    const all = this.#all("window");
    // The first and the last of several are some hundredths of a millisecond apart.
    this.#said.once("opened", opened);
    this.#said.once("closed", closed);
    for (const child of this.#children) this.#tell(child, { do: "window", order });
    await all;
    for (const what of ["window", "opened", "closed"]) this.#said.removeAllListeners(what);
    return windows;
  }

  /** From now on it counts; `second` hears each second of each process. */
  measure(second: (index: number, second: Second) => void): void {
    this.#said.on("second", second);
    for (const child of this.#children) this.#tell(child, { do: "measure" });
  }

  /** Ends the play. */
  async report(): Promise<CrowdReport[]> {
    const reports: CrowdReport[] = [];
    this.#said.on("report", (index: number, report: CrowdReport) => (reports[index] = report));
    const all = this.#all("report");
    for (const child of this.#children) this.#tell(child, { do: "report" });
    await all;
    return reports;
  }

  async leave(): Promise<void> {
    const ended = this.#children.filter((child) => child.exitCode === null && child.signalCode === null).map((child) => once(child, "exit"));
    this.#said.removeAllListeners();
    for (const child of this.#children) this.#tell(child, { do: "leave" });
    await Promise.all(ended);
  }

  /** At once, whatever they do. */
  kill(): void {
    for (const child of this.#children) child.kill("SIGKILL");
  }

  /** Rejects when one fails or ends. */
  #all(what: FromBots["says"]): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = new Set<number>();
      this.#said.on(what, (index: number) => {
        if (done.add(index).size === this.#children.length) resolve();
      });
      this.#said.once("failed", (index: number, why: string) => reject(new Error(`bots ${index + 1}: ${why}`)));
      this.#said.once("ended", (index: number, code: number | null) => reject(new Error(`bots ${index + 1} ended with ${code}`)));
    });
  }

  #take(index: number, message: FromBots): void {
    switch (message.says) {
      case "assembling": this.#progress[index] = message; this.#said.emit("assembling"); return;
      case "assembled": this.#said.emit("assembled", index, message.joins); return;
      case "opened": case "closed": this.#said.emit(message.says); return;
      case "window": this.#said.emit("window", index, message.window); return;
      case "second": this.#said.emit("second", index, message.second); return;
      case "report": this.#said.emit("report", index, message.report); return;
      case "failed": this.#said.emit("failed", index, message.why); return;
    }
  }

  #tell(child: ChildProcess, message: ToBots): void {
    if (child.connected) child.send(message);
  }

  #sum(what: "entered" | "placed"): number {
    return this.#progress.reduce((sum, progress) => sum + progress[what], 0);
  }
}
