/** The errors of the log, and how much it holds back, as metrics. */
import type { Registry } from "prom-client";
import type { OpenLog } from "../log.ts";
import type { ErrorTable } from "./error-table.ts";
import { countedElsewhere, counter, gauge } from "./instruments.ts";

/** Registers them; those from before are counted too. The answer ends it. */
export function registerErrorMetrics(registry: Registry, { errors, log }: { readonly errors: ErrorTable; readonly log: Pick<OpenLog, "heldBack"> }): () => void {
  const total = counter(registry, { name: "waystone_errors_total", help: "Errors that were logged as such, also those whose line was held back.", labels: ["type", "code"] });
  gauge(registry, "waystone_error_groups", "Kinds of errors seen since the process started (type, code and where they come from).", () => errors.list().length);
  countedElsewhere(registry, { name: "waystone_log_lines_held_back_total", help: "Log lines that repeated too often to be written." }, () => [[log.heldBack()]]);
  for (const { type, code, count } of errors.list()) total.with(type, code ?? "").inc(count);
  return errors.onError(({ type, code }) => total.with(type, code ?? "").inc());
}
