/** What operators look at, and do, where a process itself is the matter: how much it logs, its errors, profiles of it. */
import { once } from "node:events";
import type { Response } from "express";
import { z } from "zod";
import { LOG_LEVEL_HOLDS_MS, MAX_LOG_LEVEL_HOLDS_MS, MAX_PROFILE_S, PROFILE_S } from "../../limits.ts";
import { AppError } from "../../protocol/codes.ts";
import type { ErrorGroup } from "../../telemetry/error-table.ts";
import type { AskedState } from "./process-desk.ts";
import { nothing, reason, type StaffRoutes } from "./staff-route.ts";

const MINUTE_MS = 60_000;
const level = z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]);
const minutes = z.number().positive().max(MAX_LOG_LEVEL_HOLDS_MS / MINUTE_MS).default(LOG_LEVEL_HOLDS_MS / MINUTE_MS);
const iso = (ms: number): string => new Date(ms).toISOString();

export function processRoutes(routes: StaffRoutes): void {
  const { desk, processes } = routes.deps;

  const known = (id: string): string => {
    if (!processes.ids().includes(id)) throw new AppError("E_NOT_FOUND", "No such process is running.");
    return id;
  };
  /** Of each process that answers, what is wanted of it; and those that do not. */
  const ofAll = async <T>(wanted: (process: string, state: Extract<AskedState, { state: unknown }>["state"]) => readonly T[]): Promise<{ found: T[]; unreachable: string[] }> => {
    const states = await processes.states();
    return { found: states.flatMap((one) => ("state" in one ? wanted(one.process, one.state) : [])), unreachable: states.flatMap((one) => ("state" in one ? [] : [one.process])) };
  };

  routes.add({
    method: "get", path: "/log-level", role: "operator", input: nothing,
    async run() {
      const { found, unreachable } = await ofAll((process, { level: now, levelUntilMs }) => [{ process, level: now, until: levelUntilMs === null ? null : iso(levelUntilMs) }]);
      return { processes: found, unreachable };
    },
  });
  routes.add({
    method: "post", path: "/log-level", role: "operator", input: z.object({ level, minutes, process: z.string().min(1).max(64).optional(), reason }),
    async run({ staff, input }) {
      const whom = input.process === undefined ? processes.ids() : [known(input.process)];
      const deed = await desk.act(staff, { action: "log-level", target: input.process ?? null, detail: { level: input.level, minutes: input.minutes }, reason: input.reason });
      const said = await Promise.all(whom.map(async (process) => {
        try {
          const now = await processes.ask<"level">(process, { what: "level", level: input.level, forMs: input.minutes * MINUTE_MS });
          return `${process} logs from ${now.level} on${now.untilMs === null ? "" : ` until ${iso(now.untilMs)}`}.`;
        } catch (error) {
          if (!(error instanceof AppError) || input.process !== undefined) throw error;
          return `${process}: ${error.message}`;
        }
      }));
      return { ...deed, said };
    },
  });

  routes.add({
    method: "get", path: "/errors", role: "operator", input: nothing,
    async run() {
      const { found, unreachable } = await ofAll((process, { errors }) => errors.map((group) => ({ process, group })));
      return { errors: merged(found), unreachable };
    },
  });

  routes.add({
    method: "post", path: "/processes/:id/profile", role: "operator", input: z.object({ seconds: z.number().positive().max(MAX_PROFILE_S).default(PROFILE_S), reason }),
    async run({ staff, input: { seconds, reason: why }, params: { id = "" } }) {
      const deed = await desk.act(staff, { action: "profile", target: known(id), detail: { seconds }, reason: why });
      const { file } = await processes.ask<"cpu">(id, { what: "cpu", seconds });
      return { ...deed, file, said: [`${file} is there in ${seconds} seconds.`] };
    },
  });
  routes.add({
    method: "post", path: "/processes/:id/heap-snapshot", role: "operator", input: z.object({ force: z.boolean().default(false), reason }),
    async run({ staff, input: { force, reason: why }, params: { id = "" } }) {
      const deed = await desk.act(staff, { action: "heap-snapshot", target: known(id), detail: { force }, reason: why });
      const { file } = await processes.ask<"heap">(id, { what: "heap", force });
      return { ...deed, file, said: [`${file} is there in some seconds, for which the process stands still.`] };
    },
  });
  routes.add({
    method: "get", path: "/profiles", role: "operator", input: nothing,
    async run() {
      const { found, unreachable } = await ofAll((process, { profiles }) => profiles.map(({ name, bytes, madeMs }) => ({ process, name, bytes, made: iso(madeMs) })));
      // Processes of one machine may share the folder.
      const profiles = [...new Map(found.map((file) => [file.name, file])).values()];
      const { found: taking } = await ofAll((process, { taking: file }) => (file === null ? [] : [{ process, file }]));
      return { profiles, taking, unreachable };
    },
  });
  routes.sends("/profiles/:process/:file", "operator", async ({ staff, params: { process = "", file = "" } }, response) => {
    known(process);
    const first = await processes.ask<"chunk">(process, { what: "chunk", file, offset: 0 });
    if (first.bytes === null) throw new AppError("E_NOT_FOUND", "There is no such profile.");
    await desk.act(staff, { action: "download-profile", target: process, detail: { file } });
    response.set({ "Content-Type": "application/octet-stream", "Content-Disposition": `attachment; filename="${file}"`, "Content-Length": String(first.total), "Cache-Control": "no-store" });
    await sendPieces(response, first.total, Buffer.from(first.bytes, "base64"), async (offset) => {
      const next = await processes.ask<"chunk">(process, { what: "chunk", file, offset });
      return next.bytes === null ? Buffer.alloc(0) : Buffer.from(next.bytes, "base64");
    });
  });
}

/** Sends piece after piece, as fast as they are taken. A file that ends early ends the connection, so that nobody takes it for whole. */
async function sendPieces(response: Response, total: number, first: Buffer, read: (offset: number) => Promise<Buffer>): Promise<void> {
  let sent = 0;
  for (let piece = first; ; piece = await read(sent)) {
    if (piece.length === 0 || response.destroyed) break;
    sent += piece.length;
    if (!response.write(piece)) await Promise.race([once(response, "drain"), once(response, "close")]);
    if (sent >= total) break;
  }
  if (sent >= total) response.end();
  else response.destroy();
}

/** One row for each kind of error, over all processes; the newest first. */
function merged(found: readonly { process: string; group: ErrorGroup }[]): object[] {
  const kinds = Map.groupBy(found, ({ group }) => group.fingerprint);
  return [...kinds.values()]
    .map((all) => {
      const newest = all.reduce((a, b) => (a.group.lastMs >= b.group.lastMs ? a : b)).group;
      return { newest, all };
    })
    .sort((a, b) => b.newest.lastMs - a.newest.lastMs)
    .map(({ newest: { id, type, code, frame, message, where, request, lastMs }, all }) => ({
      id, type, code, frame, message, where, request,
      count: all.reduce((sum, { group }) => sum + group.count, 0), first: iso(Math.min(...all.map(({ group }) => group.firstMs))), last: iso(lastMs), processes: all.map(({ process }) => process),
    }));
}
