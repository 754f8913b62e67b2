/** What staff do to the world and its processes, and what they look at. */
import { z } from "zod";
import { MAX_ANNOUNCEMENT_CHARS, ORDER_WAIT_MS } from "../../limits.ts";
import { AppError } from "../../protocol/codes.ts";
import { accepted, found, nothing, reason, type StaffRoutes } from "./staff-route.ts";

const flagName = /^[a-z][a-z0-9_.-]{0,62}$/;
/** A year of real time. */
const MAX_OFFSET_S = 31_536_000;

export function worldRoutes(routes: StaffRoutes): void {
  const { desk } = routes.deps;

  routes.add({ method: "get", path: "/processes", role: "builder", input: nothing, run: async () => ({ processes: await desk.processes() }) });
  routes.add({
    method: "post", path: "/processes/:id/drain", role: "operator", input: z.object({ reason }),
    async run({ staff, input, params: { id = "" } }) {
      const known = (await desk.processes()) as readonly { id: string; alive: boolean }[];
      if (!known.some((process) => process.id === id && process.alive)) throw new AppError("E_NOT_FOUND", "No such process is running.");
      return await desk.act(staff, { action: "drain", target: id, reason: input.reason });
    },
  });

  routes.add({
    method: "get", path: "/rooms/:id", role: "builder", input: nothing,
    async run({ staff, params: { id = "" } }) {
      if (!desk.hasRoom(id)) throw new AppError("E_NOT_FOUND", `The world has no room ${id}.`);
      await desk.act(staff, { action: "look", target: id });
      return found(await desk.look(id), `The world has no room ${id}.`);
    },
  });

  routes.add({
    method: "post", path: "/announce", role: "moderator", input: z.object({ text: z.string().trim().min(1).max(MAX_ANNOUNCEMENT_CHARS) }),
    run: async ({ staff, input }) => desk.act(staff, { action: "announce", detail: { text: input.text } }),
  });

  routes.add({ method: "get", path: "/world", role: "builder", input: nothing, run: async () => desk.world() });
  routes.add({
    method: "post", path: "/world/weather", role: "operator",
    input: z.object({ climate: z.string().max(64).nullable(), weather: z.string().max(32).nullable(), minutes: z.number().positive().max(525_600).optional(), reason }),
    async run({ staff, input: { climate, weather, minutes, reason: why } }) {
      if (climate !== null && !desk.hasClimate(climate)) throw new AppError("E_NOT_FOUND", `The world has no climate ${climate}.`);
      if (weather !== null && !desk.weathers.includes(weather)) throw new AppError("E_BAD_REQUEST", `The weather is one of ${desk.weathers.join(", ")}.`);
      const target = climate === null ? "weather" : `weather:${climate}`;
      if (weather === null) return await desk.act(staff, { action: "setting-removed", target, reason: why });
      const value = { weather, ...(minutes === undefined ? {} : { until: new Date(Date.now() + minutes * 60_000).toISOString() }) };
      return await desk.act(staff, { action: "setting", target, detail: { value }, reason: why });
    },
  });
  routes.add({
    method: "post", path: "/world/time", role: "operator", input: z.object({ offset_s: z.number().min(-MAX_OFFSET_S).max(MAX_OFFSET_S), reason }),
    run: async ({ staff, input }) => desk.act(staff, { action: "setting", target: "time_offset", detail: { value: input.offset_s }, reason: input.reason }),
  });

  routes.add({ method: "get", path: "/flags", role: "builder", input: nothing, run: async () => ({ flags: await desk.flags() }) });
  routes.add({
    method: "post", path: "/flags", role: "operator", input: z.object({ name: z.string().regex(flagName), share: z.number().min(0).max(1).nullable(), note: z.string().max(300).optional(), reason }),
    run: async ({ staff, input: { name, share, note, reason: why } }) =>
      desk.act(staff, share === null ? { action: "flag-removed", target: name, reason: why } : { action: "flag", target: name, detail: { share, note: note ?? null }, reason: why }),
  });

  routes.add({
    method: "post", path: "/undo", role: "operator", input: z.object({ entry: z.string().regex(/^\d{1,18}$/), force: z.boolean().default(false), reason }),
    async run({ staff, input: { entry, force, reason: why } }) {
      const owner = await desk.undoArea(entry);
      if ("why" in owner) throw new AppError("E_REFUSED", owner.why);
      return accepted(await desk.act(staff, { action: "undo", target: entry, detail: { entry, force, area: owner.area }, reason: why }, ORDER_WAIT_MS));
    },
  });
}
