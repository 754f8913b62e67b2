/** The servers that are compared, each in a process of its own, and how players come into a place of theirs. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Entry } from "../../loadtest/bots/player.ts";
import { treeCpuSeconds } from "../../loadtest/lib/cpu.ts";
import { openStack, type Watched } from "../../loadtest/lib/stack.ts";
import { placedGuests } from "../../loadtest/lib/placed-guests.ts";
import { systemPorts } from "../../test/support/free-ports.ts";

export interface Contender {
  readonly name: string;
  readonly endpoint: string;
  readonly watched: readonly Watched[];
  /** Ways in for as many players, the nth into `placeOf(n)`. */
  entries(count: number, placeOf: (number: number) => string): Promise<Entry[]>;
  /** What it printed of faults. */
  faults(): string[];
  close(): Promise<void>;
}

/** Seconds of processor time so far, by part. */
export type CpuByRole = Record<Watched["role"], number>;

export function cpuByRole({ watched }: Pick<Contender, "watched">): CpuByRole {
  const sum: CpuByRole = { server: 0, postgres: 0, redis: 0, bots: 0 };
  for (const { role, pid } of watched) sum[role] += treeCpuSeconds(pid);
  return sum;
}

const RIVALS = { "plain Colyseus": ["rivals/colyseus.ts", "line"], "plain Colyseus, batched": ["rivals/colyseus.ts", "tick"], "bare ws": ["rivals/bare-ws.ts"] } as const;
export type RivalName = keyof typeof RIVALS;

export async function startRival(name: RivalName): Promise<Contender> {
  const [port] = await systemPorts(1);
  const [file, ...args] = RIVALS[name];
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), [String(port), ...args], { execArgv: ["--disable-warning=ExperimentalWarning"] });
  await Promise.race([once(child, "message"), once(child, "exit").then(() => Promise.reject(new Error(`${name} did not start`)))]);
  return {
    name, endpoint: `http://127.0.0.1:${port}`, watched: [{ name, role: "server", pid: child.pid! }],
    entries: (count, placeOf) => Promise.resolve(Array.from({ length: count }, (_, number) => ({ token: "", options: { place: placeOf(number) } }))),
    faults: () => [],
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}

export interface OursOptions {
  readonly world: string;
  readonly cloudDisk?: boolean;
  readonly name?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** One process with PostgreSQL and Redis, everything on. */
export async function startOurs({ world, cloudDisk = false, name = "Waystone", env = {} }: OursOptions): Promise<Contender> {
  const stack = await openStack({ stack: "single", processes: 1, cloudDisk, env: { WORLD_DIR: world, ...env } });
  return {
    name, endpoint: stack.endpoints[0]!, watched: stack.watched,
    entries: async (count, placeOf) => await placedGuests(stack.endpoints[0]!, stack.databaseUrl!, Array.from({ length: count }, (_, number) => placeOf(number))),
    faults: () => stack.output().split("\n").filter((line) => line.includes("fault of the program")),
    close: () => stack.close(),
  };
}
