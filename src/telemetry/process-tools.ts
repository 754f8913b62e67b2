/**
 * What an operator can ask of one process, wherever they are connected to: carried out here, or asked of another process in the
 * same words (`src/start-tools.ts`), which must survive JSON.
 */
import type { OpenLog } from "../log.ts";
import type { ErrorGroup, ErrorTable } from "./error-table.ts";
import type { ProfileFile, Profiles } from "./profiles.ts";

export type LogLevel = ReturnType<OpenLog["level"]>["level"];

export interface ProcessState {
  readonly level: LogLevel;
  /** When the level goes back by itself, in ms since 1970; null: it is the configured one. */
  readonly levelUntilMs: number | null;
  /** The profile that is being taken. */
  readonly taking: string | null;
  readonly errors: readonly ErrorGroup[];
  readonly profiles: readonly ProfileFile[];
}

export type ToolOrder =
  | { readonly what: "state" }
  | { readonly what: "level"; readonly level: LogLevel; readonly forMs: number }
  | { readonly what: "cpu"; readonly seconds: number }
  | { readonly what: "heap"; readonly force: boolean }
  | { readonly what: "chunk"; readonly file: string; readonly offset: number };

export interface ToolAnswers {
  readonly state: ProcessState;
  readonly level: { readonly level: LogLevel; readonly untilMs: number | null };
  readonly cpu: { readonly file: string };
  readonly heap: { readonly file: string };
  /** `bytes` in base64; null: there is no such file. */
  readonly chunk: { readonly bytes: string; readonly total: number } | { readonly bytes: null };
}

export interface ProcessToolsOptions {
  readonly log: OpenLog;
  readonly errors: ErrorTable;
  readonly profiles: Profiles;
}

export class ProcessTools {
  readonly #options: ProcessToolsOptions;

  constructor(options: ProcessToolsOptions) {
    this.#options = options;
  }

  /** Rejects with what `Profiles` rejects with. */
  async carryOut(order: ToolOrder): Promise<ToolAnswers[ToolOrder["what"]]> {
    const { log, errors, profiles } = this.#options;
    switch (order.what) {
      case "state": {
        const { level, untilMs } = log.level();
        return { level, levelUntilMs: untilMs, taking: profiles.taking, errors: errors.list(), profiles: await profiles.list() };
      }
      case "level": return log.setLevel(order.level, order.forMs);
      case "cpu": return await profiles.cpu(order.seconds);
      case "heap": return await profiles.heap(order.force);
      case "chunk": {
        const chunk = await profiles.chunk(order.file, order.offset);
        return chunk === undefined ? { bytes: null } : { bytes: chunk.bytes.toString("base64"), total: chunk.total };
      }
    }
  }
}
