/** What operators ask of processes as such; `src/start-tools.ts` puts it together. */
import type { ProcessState, ToolAnswers, ToolOrder } from "../../telemetry/process-tools.ts";

export type AskedState = { readonly process: string } & ({ readonly state: ProcessState } | { readonly unreachable: string });

export interface ProcessDesk {
  /** The living processes, as this one knows them; itself among them. */
  ids(): readonly string[];
  states(): Promise<readonly AskedState[]>;
  /** Has one of them do something. Rejects with E_NOT_FOUND, E_BUSY (also when it does not answer), E_REFUSED. */
  ask<What extends ToolOrder["what"]>(process: string, order: Extract<ToolOrder, { what: What }>): Promise<ToolAnswers[What]>;
}
