/** What operators ask of processes, put together: answered here, or asked of the process by a call. */
import { join } from "node:path";
import { PeerUnreachable } from "./cluster/peers.ts";
import type { PeerHandlers } from "./cluster/peer-server.ts";
import type { ProcessLease } from "./cluster/lease-postgres.ts";
import type { Processes } from "./cluster/processes.ts";
import type { StartedPeers } from "./cluster/start-peers.ts";
import type { Config } from "./config.ts";
import type { AskedState, ProcessDesk } from "./http/admin/process-desk.ts";
import { TOOL_TIMEOUT_MS } from "./limits.ts";
import type { Observing } from "./observe.ts";
import { AppError } from "./protocol/codes.ts";
import type { Clock } from "./runtime/ports.ts";
import { ProcessTools, type ProcessState, type ToolOrder } from "./telemetry/process-tools.ts";
import { Profiles } from "./telemetry/profiles.ts";

export interface ToolsOptions {
  readonly config: Config;
  readonly observing: Observing;
  readonly clock: Clock;
  readonly lease: ProcessLease;
  readonly processes: Processes;
  readonly peers: () => StartedPeers;
}

export interface StartedTools {
  readonly desk: ProcessDesk;
  /** What other processes may ask of this one. */
  readonly handlers: PeerHandlers;
}

export function startTools({ config, observing, clock, lease, processes, peers }: ToolsOptions): StartedTools {
  const { log, errors } = observing;
  const tools = new ProcessTools({
    log, errors,
    profiles: new Profiles({
      dir: join(config.dataDir, "profiles"), processId: () => lease.id, nowMs: () => clock.nowMs(), log: log.log,
      // The lease counts from its last renewal.
      beforeStandstill: () => lease.tellLoad(),
    }),
  });
  const ask = async (process: string, order: ToolOrder): Promise<object> => {
    if (process === lease.id) return await tools.carryOut(order);
    const record = processes.get(process);
    if (record === undefined) throw new AppError("E_NOT_FOUND", "No such process is running.");
    try {
      return await peers().call<object>(record.address, "tool", order, TOOL_TIMEOUT_MS);
    } catch (error) {
      if (error instanceof PeerUnreachable) throw new AppError("E_BUSY", `The process at ${record.address} does not answer.`, { cause: error, retryAfterMs: TOOL_TIMEOUT_MS });
      throw error;
    }
  };
  const ids = (): string[] => [lease.id, ...processes.others().map(({ id }) => id)];
  const stateOf = async (process: string): Promise<AskedState> => {
    try {
      return { process, state: (await ask(process, { what: "state" })) as ProcessState };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return { process, unreachable: error.message };
    }
  };
  return {
    desk: { ids, ask: ask as ProcessDesk["ask"], states: () => Promise.all(ids().map(stateOf)) },
    handlers: { tool: (order: ToolOrder) => tools.carryOut(order) },
  };
}
