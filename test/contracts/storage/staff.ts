/** What staff type in the game: recorded, and handed on, in the commit of their command, once; and what their orders find in the rows. */
import { beforeEach, expect, it } from "vitest";
import type { DurableEvent } from "../../../src/engine/events.ts";
import { asId, type CharacterId, type RoomId } from "../../../src/engine/ids.ts";
import { PostgresAccountCareStore } from "../../../src/persistence/account-care-store.ts";
import { PostgresStaffIntentStore } from "../../../src/persistence/staff-intent-store.ts";
import { PostgresStaffStore } from "../../../src/persistence/staff-store.ts";
import { Town } from "./bench.ts";
import type { SqlBench } from "./sql-bench.ts";

export function staffSuite(open: () => SqlBench): void {
  let town: Town;
  let mona: string;
  let ben: string;
  let intents: PostgresStaffIntentStore;
  let staff: PostgresStaffStore;
  let n = 0;
  beforeEach(async () => {
    town = await Town.open(open());
    mona = await town.person("mona", 10);
    ben = await town.person("ben", 5);
    const { sql } = open().db;
    [intents, staff] = [new PostgresStaffIntentStore(sql), new PostgresStaffStore(sql)];
  });
  const ordered = (action: string, detail: Record<string, unknown> = {}, reason: string | null = "a test"): DurableEvent & { type: "staff-ordered" } => ({
    type: "staff-ordered", order: { id: town.name(`order${++n}`), action, staff: asId<CharacterId>(mona), staffName: "Mona", via: "game", address: null, target: ben, targetName: "Ben", detail, reason },
  });
  const waiting = async () => (await intents.orders()).filter(({ character }) => character === ben);

  it("a command that orders something is recorded and handed on with its commit, and a repeat of it does neither", async () => {
    const event = ordered("kick");
    const unit = town.unit(mona, [event]);
    expect((await town.bench.committer.commit(unit)).kind).toBe("committed");
    expect((await town.bench.committer.commit(unit)).kind).toBe("duplicate");
    expect(await waiting()).toMatchObject([{ id: event.order.id, kind: "kick", area: null, room: expect.any(String) as string, wakes: false, payload: { reason: "a test", by: "Mona", staff: mona, banned: false } }]);
    expect(await staff.audit({ target: ben })).toMatchObject([{ id: event.order.id, action: "kick", staff: "Mona", via: "game", reason: "a test", outcome: null }]);
    await intents.finish(event.order.id, { kind: "done", said: ["Gone."] });
    expect([await waiting(), await intents.outcome(event.order.id)]).toEqual([[], { kind: "done", said: ["Gone."] }]);
    expect(await staff.audit({ target: ben })).toMatchObject([{ outcome: "done", said: ["Gone."] }]);
  });

  it("a command that is refused for the rows leaves no record", async () => {
    const sword = await town.thing("sword", `char:${ben}`);
    const wrong: DurableEvent = { type: "item-moved", item: asId(sword), from: `char:${mona}`, to: `char:${ben}`, slot: null };
    expect((await town.commit(mona, [ordered("kick"), wrong])).kind).toBe("mismatch");
    expect([await waiting(), await staff.audit({ target: ben })]).toEqual([[], []]);
  });

  it("a mute is part of how a character is loaded, until it ends", async () => {
    const muted = async () => (await town.bench.areas.loadCharacter(asId(ben), null))?.character.muted;
    expect(await muted()).toBeUndefined();
    await town.commit(mona, [ordered("mute", { until_ms: Date.now() + 3_600_000 }, "flooding")]);
    expect(await muted()).toEqual({ reason: "flooding", untilMs: expect.closeTo(Date.now() + 3_600_000, -5) as number });
    expect(await intents.standing(asId(ben))).toMatchObject({ role: "player", muted: { reason: "flooding" } });
    await town.commit(mona, [ordered("mute", { until_ms: Date.now() - 1_000 }, "over")]);
    expect(await muted()).toBeUndefined();
    await town.commit(mona, [ordered("mute", {}, "for good")]);
    expect(await muted()).toEqual({ reason: "for good", untilMs: null });
    await town.commit(mona, [ordered("unmute")]);
    expect(await muted()).toBeUndefined();
  });

  it("a report is in the queue with what was heard, and counts against its reporter until it is closed", async () => {
    const report = { id: town.name("report"), reporter: asId<CharacterId>(mona), reported: asId<CharacterId>(ben), room: asId<RoomId>("square"), words: "insults\neverybody", lines: [{ text: 'Ben says, "boo"', type: "say", sender: "Ben" }] };
    await town.commit(mona, [{ type: "reported", report }]);
    const mine = async (state: "open" | "closed") => (await staff.reports(state)).filter(({ id }) => id === report.id);
    expect(await mine("open")).toMatchObject([{ words: report.words, lines: report.lines, closedAt: null }]);
    expect(await town.bench.areas.openReports?.(asId(mona))).toBe(1);
    await staff.order({ ...ordered("close-report", { note: "spoken to" }).order, target: report.id });
    expect(await mine("closed")).toMatchObject([{ closedBy: "Mona", note: "spoken to" }]);
    expect(await town.bench.areas.openReports?.(asId(mona))).toBe(0);
  });

  it("whoever is deleted is nobody any more, and what they had waits for the owner", async () => {
    const care = new PostgresAccountCareStore(open().db.sql);
    await care.erase(asId(ben));
    await care.erase(asId(ben));
    expect(await town.bench.areas.somebody?.(ben)).toBeUndefined();
    expect(await waiting()).toMatchObject([{ kind: "erase", wakes: true }]);
    expect(await care.setPassword(asId(ben), "$")).toBeUndefined();
    await care.sweepErased();
  });

  it("only living owners count as serving", async () => {
    expect(await intents.served([town.area, asId("no_such_area")])).toEqual([town.area]);
  });
}
