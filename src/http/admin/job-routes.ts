/** Background jobs and the numbers they work out. */
import { z } from "zod";
import { MAX_DAYS_LISTED } from "../../limits.ts";
import { AppError } from "../../protocol/codes.ts";
import { nothing, reason, type StaffRoutes } from "./staff-route.ts";

export function jobRoutes(routes: StaffRoutes): void {
  const { desk, jobs } = routes.deps;

  routes.add({ method: "get", path: "/jobs", role: "operator", input: nothing, run: async () => ({ jobs: await jobs.list(), runs: await jobs.runs(null) }) });
  routes.add({ method: "get", path: "/jobs/:name", role: "operator", input: nothing, run: async ({ params: { name = "" } }) => ({ runs: await jobs.runs(known(name)) }) });
  routes.add({
    method: "post", path: "/jobs/:name/run", role: "operator", input: z.object({ reason }),
    async run({ staff, input, params: { name = "" } }) {
      const job = known(name);
      const deed = await desk.act(staff, { action: "run-job", target: job, reason: input.reason });
      await jobs.run(job);
      return { ...deed, said: [`The job ${job} is run by the next process that is free.`] };
    },
  });
  routes.add({
    method: "get", path: "/statistics", role: "builder", input: z.object({ days: z.coerce.number().int().positive().max(MAX_DAYS_LISTED).default(31) }),
    run: async ({ input: { days } }) => ({ days: await jobs.days(days) }),
  });

  const known = (name: string): string => {
    if (!jobs.has(name)) throw new AppError("E_NOT_FOUND", `There is no job ${name.slice(0, 64)}, or this process has not begun with jobs yet.`);
    return name;
  };
}
