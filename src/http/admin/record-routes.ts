/** What staff read: through whose hands things went, what was done in the world's name, what players reported. */
import { z } from "zod";
import { AppError } from "../../protocol/codes.ts";
import { found, nothing, reason, type StaffRoutes } from "./staff-route.ts";

const count = z.coerce.number().int().positive().max(1_000);

export function recordRoutes(routes: StaffRoutes): void {
  const { desk } = routes.deps;

  routes.add({
    method: "get", path: "/me", role: "builder", input: nothing,
    run: async ({ staff: { name, role } }) => ({ name, role }),
  });
  routes.add({
    method: "get", path: "/items/:id", role: "builder", input: nothing,
    run: async ({ params: { id = "" } }) => ({ lines: found(await desk.provenance(id), `The journal knows of no thing ${id}.`) }),
  });
  routes.add({
    method: "get", path: "/journal", role: "moderator", input: z.object({ character: z.string().min(1).max(64), last: count.default(50) }),
    async run({ staff, input: { character, last } }) {
      const person = found(await desk.person(character), `Nobody is called ${character}.`);
      await desk.act(staff, { action: "read-journal", target: person.id, targetName: person.name });
      return { lines: found(await desk.journalOf(character, last), `Nobody is called ${character}.`) };
    },
  });
  routes.add({
    method: "get", path: "/journal/:entry", role: "moderator", input: nothing,
    async run({ params: { entry = "" } }) {
      if (!/^\d{1,18}$/.test(entry)) throw new AppError("E_BAD_REQUEST", "An entry of the journal is a number.");
      return { lines: found(await desk.entry(entry), `There is no entry ${entry} in the journal.`) };
    },
  });
  routes.add({
    method: "get", path: "/audit", role: "moderator", input: z.object({ before: z.string().max(64).optional(), target: z.string().max(128).optional(), limit: count.optional() }),
    run: async ({ input }) => ({ audit: await desk.audit(input) }),
  });
  routes.add({
    method: "get", path: "/orders/:id", role: "moderator", input: nothing,
    run: async ({ params: { id = "" } }) => found(await desk.result(id), "There is no such order."),
  });
  routes.add({
    method: "get", path: "/reports", role: "moderator", input: z.object({ state: z.enum(["open", "closed"]).default("open") }),
    run: async ({ input }) => ({ reports: await desk.reports(input.state) }),
  });
  routes.add({
    method: "post", path: "/reports/:id/close", role: "moderator", input: z.object({ note: reason }),
    run: async ({ staff, input, params: { id = "" } }) => desk.act(staff, { action: "close-report", target: id, detail: { note: input.note } }),
  });
}
