/** What staff do to people: out, silent, elsewhere, richer or poorer. */
import { z } from "zod";
import { MAX_BAN_MINUTES, ORDER_SHORT_WAIT_MS, ORDER_WAIT_MS } from "../../limits.ts";
import { AppError } from "../../protocol/codes.ts";
import { isAtLeast, ROLES } from "../../session/roles.ts";
import { addressKey } from "../address-key.ts";
import type { DeedResult } from "./deps.ts";
import { accepted, found, nothing, reason, type Call, type StaffRoutes } from "./staff-route.ts";

const minutes = z.number().positive().max(MAX_BAN_MINUTES).optional();
const withReason = z.object({ reason });
const forTime = z.object({ reason, minutes });
const quantity = z.int().positive().max(10_000);
const coins = z.object({ coins: z.int().positive().max(1_000_000_000), reason });
const give = z.union([coins, z.object({ kind: z.string().min(1).max(64), quantity: quantity.default(1), reason })]);
const take = z.union([coins, z.object({ item: z.string().min(1).max(128), quantity: quantity.optional(), reason })]);

const until = (minutes: number | undefined): Record<string, unknown> => (minutes === undefined ? {} : { until_ms: Date.now() + minutes * 60_000 });

export function peopleRoutes(routes: StaffRoutes): void {
  const { desk } = routes.deps;

  routes.add({ method: "get", path: "/players", role: "builder", input: nothing, run: async () => ({ players: await desk.players() }) });

  routes.add({
    method: "get", path: "/characters/:name", role: "moderator", input: nothing,
    async run({ staff, params: { name = "" } }) {
      const person = found(await desk.person(name), `Nobody is called ${name}.`);
      await desk.act(staff, { action: "inspect", target: person.id, targetName: person.name });
      return found(await desk.dossier(name, isAtLeast(staff.role, "operator")), `Nobody is called ${name}.`);
    },
  });

  /** A deed to somebody that needs no more than what the body says. */
  const deed = <S extends z.ZodType<{ reason: string }>>(action: string, role: "moderator" | "operator", input: S, waitMs: number, detailOf: (input: z.infer<S>) => Record<string, unknown>): void => {
    routes.add({
      method: "post", path: `/characters/:name/${action}`, role, input,
      async run({ staff, input: given, params: { name = "" } }: Call<S>): Promise<DeedResult> {
        const person = await routes.subject(staff, name);
        const result = await desk.act(staff, { action, target: person.id, targetName: person.name, detail: detailOf(given), reason: given.reason }, waitMs);
        return accepted(result);
      },
    });
  };
  deed("kick", "moderator", withReason, ORDER_SHORT_WAIT_MS, () => ({}));
  deed("mute", "moderator", forTime, ORDER_SHORT_WAIT_MS, ({ minutes: given }) => until(given));
  deed("unmute", "moderator", withReason, ORDER_SHORT_WAIT_MS, () => ({}));
  deed("ban", "moderator", forTime, ORDER_SHORT_WAIT_MS, ({ minutes: given }) => until(given));
  deed("unban", "moderator", withReason, 0, () => ({}));
  deed("give", "operator", give, ORDER_WAIT_MS, (given) => {
    if (!("kind" in given)) return { coins: given.coins };
    if (!desk.hasKind(given.kind)) throw new AppError("E_NOT_FOUND", `The world has no kind of thing ${given.kind}.`);
    return { kind: given.kind, quantity: given.quantity };
  });
  deed("take", "operator", take, ORDER_WAIT_MS, (given) => ("item" in given ? { item: given.item, quantity: given.quantity ?? null } : { coins: given.coins }));
  deed("role", "operator", z.object({ role: z.enum(ROLES), reason }), ORDER_SHORT_WAIT_MS, ({ role }) => ({ role }));

  routes.add({
    method: "post", path: "/characters/:name/teleport", role: "moderator", input: z.union([z.object({ room: z.string().max(64), reason }), z.object({ to: z.string().max(64), reason })]),
    async run({ staff, input, params: { name = "" } }) {
      const person = await routes.subject(staff, name);
      const room = "room" in input ? input.room : found(await roomOf(input.to), `Nobody is called ${input.to}.`);
      if (!desk.hasRoom(room)) throw new AppError("E_NOT_FOUND", `The world has no room ${room}.`);
      return accepted(await desk.act(staff, { action: "teleport", target: person.id, targetName: person.name, detail: { room }, reason: input.reason }, ORDER_WAIT_MS));
    },
  });
  const roomOf = async (name: string): Promise<string | undefined> => {
    const dossier = (await desk.dossier(name, false)) as { room?: string } | undefined;
    return dossier?.room;
  };

  routes.add({ method: "get", path: "/address-bans", role: "operator", input: nothing, run: async () => ({ address_bans: await desk.addressBans() }) });
  routes.add({
    method: "post", path: "/address-bans", role: "operator", input: z.object({ address: z.union([z.ipv4(), z.ipv6(), z.string().regex(/^[0-9a-f:]+::\/64$/i)]), reason, minutes }),
    run: async ({ staff, input }) => desk.act(staff, { action: "ban-address", target: keyOf(input.address), detail: until(input.minutes), reason: input.reason }),
  });
  routes.add({
    method: "post", path: "/address-bans/lift", role: "operator", input: z.object({ address: z.string().min(2).max(64), reason }),
    run: async ({ staff, input }) => desk.act(staff, { action: "unban-address", target: keyOf(input.address), reason: input.reason }),
  });
}

/** As it is in the list: an IPv6 network stays what it is. */
const keyOf = (address: string): string => (address.endsWith("/64") ? address.toLowerCase() : addressKey(address));
