/**
 * The plans of everything that a PostgreSQL of a test carried out, statements within functions too, with the rows that each really
 * touched: by its extension auto_explain, from its own log. So nothing has to be listed beforehand, and nothing is missed.
 */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** One step of a plan, as `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON)` writes it. */
interface PlanNode {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Index Name"?: string;
  readonly "Actual Rows"?: number;
  readonly "Actual Loops"?: number;
  readonly "Rows Removed by Filter"?: number;
  readonly "Rows Removed by Index Recheck"?: number;
  readonly "Shared Hit Blocks"?: number;
  readonly "Shared Read Blocks"?: number;
  readonly Plans?: readonly PlanNode[];
}

/** What one execution of a statement did. */
export interface RecordedPlan {
  /** As it was sent, with single spaces. */
  readonly text: string;
  /** Tables that were read from their beginning to their end. */
  readonly scanned: readonly string[];
  /** Rows that were looked at, whether they were wanted or not. */
  readonly rows: number;
  /** Pages of 8 kB, of tables and indexes. */
  readonly pages: number;
}

export class PlanRecorder {
  readonly #folder = mkdtempSync(join(tmpdir(), "waystone-plans-"));

  constructor() {
    // PostgreSQL may run as somebody else.
    chmodSync(this.#folder, 0o777);
  }

  /** For `startPostgres`; it records from `begin` on. */
  get settings(): string[] {
    return [
      "session_preload_libraries = 'auto_explain'", "auto_explain.log_min_duration = -1", "auto_explain.log_analyze = on", "auto_explain.log_buffers = on",
      "auto_explain.log_timing = off", "auto_explain.log_nested_statements = on", "auto_explain.log_format = json",
      "logging_collector = on", "log_destination = 'jsonlog'", `log_directory = '${this.#folder}'`, "log_filename = 'plans.log'", "log_rotation_age = 0", "log_rotation_size = 0",
      "log_file_mode = 0644",
    ];
  }

  /** To be carried out by a superuser, each by itself; sessions that connect later are recorded. */
  static readonly begin = ["alter system set auto_explain.log_min_duration = 0", "select pg_reload_conf()"] as const;

  plans(): RecordedPlan[] {
    const file = join(this.#folder, "plans.json");
    if (!existsSync(file)) return [];
    return readFileSync(file, "utf8").split("\n").flatMap((line) => {
      if (!line.includes("plan:")) return [];
      const { message } = JSON.parse(line) as { message: string };
      const begin = message.indexOf("plan:");
      return begin < 0 ? [] : [recorded(JSON.parse(message.slice(begin + "plan:".length)) as { "Query Text": string; Plan: PlanNode })];
    });
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function recorded({ "Query Text": text, Plan: plan }: { "Query Text": string; Plan: PlanNode }): RecordedPlan {
  const scanned = new Set<string>();
  let rows = 0;
  const look = (node: PlanNode): void => {
    const loops = node["Actual Loops"] ?? 0;
    if (node["Node Type"] === "Seq Scan" && loops > 0 && node["Relation Name"] !== undefined) scanned.add(node["Relation Name"]);
    if (/Scan$/.test(node["Node Type"]) && (node["Relation Name"] !== undefined || node["Index Name"] !== undefined)) {
      rows += loops * ((node["Actual Rows"] ?? 0) + (node["Rows Removed by Filter"] ?? 0) + (node["Rows Removed by Index Recheck"] ?? 0));
    }
    for (const inner of node.Plans ?? []) look(inner);
  };
  look(plan);
  return { text: text.replace(/\s+/g, " ").trim(), scanned: [...scanned], rows, pages: (plan["Shared Hit Blocks"] ?? 0) + (plan["Shared Read Blocks"] ?? 0) };
}
