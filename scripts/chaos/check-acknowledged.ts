/** Whether the database keeps every word that was given: done is done, refused is not done, and what is stored is what was said. */
import type { Sql } from "../../src/persistence/sql.ts";
import type { Response } from "../../client/sdk/index.ts";
import type { Acknowledged, Violation } from "./evidence.ts";
import { same, type Replay } from "./replay.ts";

export async function checkAcknowledged(sql: Sql, replay: Replay, acknowledged: readonly Acknowledged[]): Promise<Violation[]> {
  const stored = await storedReplies(sql);
  const found: Violation[] = [];
  const seen = new Set<string>();
  for (const answer of acknowledged) {
    const key = `${answer.character} ${answer.seq}`;
    if (seen.has(key)) found.push({ check: "one answer each", harm: "doubled", detail: `${key} was given to two commands` });
    seen.add(key);
    const steps = replay.requests.get(key)?.length ?? 0;
    found.push(...checkDone(answer, key, steps));
    const reply = stored.get(key);
    if (reply !== undefined && !agrees(reply, answer)) {
      found.push({ check: "stored replies", harm: "wrong", detail: `${key} (${answer.line}) was answered ${JSON.stringify(answer.reply)}, stored is ${JSON.stringify(reply)}` });
    }
  }
  return found;
}

function checkDone({ status, code, line, durableSteps }: Acknowledged, key: string, steps: number): Violation[] {
  const what = `${key} (${line})`;
  if (status === "ok") return steps >= durableSteps ? [] : [{ check: "acknowledged is written", harm: "lost", detail: `${what} was answered with ok; the journal has ${steps} of ${durableSteps} steps` }];
  // Of several steps those before the refused one are done.
  const allowed = Math.max(0, durableSteps - 1);
  return steps <= allowed ? [] : [{ check: "refused is not done", harm: "doubled", detail: `${what} was answered with ${status} ${code}; the journal has ${steps} steps` }];
}

/** The reply of the newest step of each request that is still kept. */
async function storedReplies(sql: Sql): Promise<Map<string, Response>> {
  const rows = await sql.query<{ key: string; reply: Response }>("select character_id || ' ' || seq as key, reply from request_reply order by character_id, seq, step");
  return new Map(rows.map(({ key, reply }) => [key, reply]));
}

/** A line of several steps may have been answered with more than its last written step; what was written begins it. */
function agrees(stored: Response, { reply, line, status }: Acknowledged): boolean {
  if (stored.id !== reply.id || stored.seq !== reply.seq) return false;
  if (status === "ok" && !line.includes(";")) return same(stored, reply);
  return same(stored.messages, reply.messages.slice(0, stored.messages.length));
}
