/** The steps of a task that show as spans where its work is traced. */
import { begin, end, type Span } from "../telemetry/tracing.ts";
import type { Committer, CommitOutcome, CommitUnit } from "./ports.ts";
import type { Task } from "./task.ts";

type Decided = ReturnType<Task["decide"]>;

export function decideTraced(task: Task): Decided {
  const span = begin("decide");
  if (span === null) return task.decide();
  try {
    const decision = task.decide();
    end(span, attributesOf(decision));
    return decision;
  } catch (error) {
    end(span, {}, error);
    throw error;
  }
}

function attributesOf(decision: Decided): Record<string, string | number | undefined> {
  if (typeof decision === "string") return { "waystone.decision": decision };
  return decision.kind === "refused" ? { "waystone.decision": "refused", "error.type": decision.code } : { "waystone.decision": "accepted", "waystone.events": decision.events.length };
}

export function commitTraced(committer: Committer, unit: CommitUnit): Promise<CommitOutcome> {
  const span = begin("commit");
  return span === null ? committer.commit(unit) : committed(span, committer.commit(unit), unit.events.length);
}

async function committed(span: Span, commit: Promise<CommitOutcome>, events: number): Promise<CommitOutcome> {
  const outcome = await commit;
  end(span, { "waystone.outcome": outcome.kind, "waystone.events": events, ...(outcome.kind === "committed" ? { "waystone.entry": outcome.entry } : {}) });
  return outcome;
}
