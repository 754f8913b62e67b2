/** Those who look after the world, on a real server: what they do reaches whom it is for, and is recorded (issue 6). */
import { afterEach, expect, test, vi } from "vitest";
import { openDatabase } from "../../src/persistence/orm.ts";
import { quietLog, testClock } from "../contracts/storage/sql-bench.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { StockPlayer, textOf } from "../support/players.ts";
import { ServerProcess } from "../support/server-process.ts";
import { StaffClient } from "../support/staff.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });
const PASSWORD = "open sesame, says the operator";
const servers: ServerProcess[] = [];
let postgres: TestPostgres | undefined;
afterEach(async () => {
  for (const server of servers.splice(0)) await server.remove();
  await postgres?.stop();
  postgres = undefined;
});

async function serve(env: Record<string, string>): Promise<ServerProcess> {
  const server = await ServerProcess.start({ ADMIN_PASSWORD: PASSWORD, ...env });
  servers.push(server);
  return server;
}
const says = async (player: StockPlayer, line: string): Promise<string> => textOf(await player.types(line));
const why = { reason: "a test" };

/** The codes with which a player's connections were closed. */
function closings(player: StockPlayer): number[] {
  const codes: number[] = [];
  player.room.onLeave((code) => void codes.push(code));
  return codes;
}
async function closed(codes: number[]): Promise<number> {
  await vi.waitFor(() => expect(codes).toHaveLength(1), { timeout: 30_000, interval: 50 });
  return codes[0]!;
}
const login = async (endpoint: string, username: string, password = `secret of ${username}`): Promise<{ status: number; body: Record<string, unknown> }> => {
  const answer = await fetch(`${endpoint}/auth/login`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ username, password }) });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};

test("an operator mutes, moves, gives, announces, takes back and bans; a moderator acts in the world; the record has all of it", async () => {
  postgres = await startPostgres();
  const url = await postgres.url("world");
  const server = await serve({ DATABASE_URL: url });
  const { endpoint } = server;
  const ada = await StockPlayer.register(endpoint, "Adalind");
  const ben = await StockPlayer.register(endpoint, "Benedikt");
  const mona = await StockPlayer.register(endpoint, "Monalisa");
  const operator = await StaffClient.byPassword(endpoint, PASSWORD);

  // Nobody else may.
  expect((await new StaffClient(endpoint, "").get("players")).status).toBe(401);
  expect((await new StaffClient(endpoint, ada.token).get("players")).body.error?.code).toBe("E_FORBIDDEN");
  await expect(StaffClient.byPassword(endpoint, "not the password")).rejects.toThrow("E_CREDENTIALS");

  // A role takes effect at once, in the world and over HTTP.
  expect(await says(mona, "announce hello")).toContain("no command");
  await operator.does("characters/monalisa/role", { role: "moderator", ...why });
  await mona.hears("You are now: moderator.");
  const moderator = new StaffClient(endpoint, mona.token);
  expect((await moderator.get("players")).body["players"]).toMatchObject([{ name: "Adalind", room: "town_square" }, { name: "Benedikt" }, { name: "Monalisa", role: "moderator" }]);
  expect((await moderator.post("characters/benedikt/give", { coins: 5, ...why })).body.error?.code).toBe("E_FORBIDDEN");
  expect((await moderator.post("characters/monalisa/kick", why)).body.error?.code).toBe("E_FORBIDDEN");

  await moderator.does("characters/Benedikt/mute", { minutes: 10, reason: "says the same thing all day" });
  await ben.hears("You have been muted: says the same thing all day");
  ada.forget();
  for (const line of ["say anybody there?", "shout hey", "emote dances", "tell adalind psst", "chat hello all"]) expect(await says(ben, line)).toContain("You have been muted, and nobody hears you for another 10 minutes");
  expect(await says(ben, "report adalind does not answer")).toContain("The moderators have been told about Adalind");
  await mona.hears("Benedikt reports: adalind does not answer");
  await moderator.does("characters/Benedikt/unmute", why);
  await ben.hears("You may speak again.");
  await ben.types("say at last");
  await ada.hears('Benedikt says, "at last"');
  expect(ada.lines.filter((line) => line.startsWith("Benedikt"))).toEqual(['Benedikt says, "at last"']);

  // Elsewhere: another area, so another Colyseus Room.
  await moderator.does("characters/Benedikt/teleport", { room: "market_row", ...why });
  await ada.hears("Benedikt is gone from one moment to the next.");
  await ben.until(() => ben.transfers === 1, "a transfer");
  expect(await says(ben, "look")).not.toContain("Adalind");
  expect(await says(mona, "summon benedikt")).toContain("Benedikt will be brought here.");
  await ben.until(() => ben.transfers === 2, "the way back");
  expect(await says(ben, "look")).toContain("Adalind");
  expect((await operator.post("characters/Benedikt/teleport", { room: "nowhere_at_all", ...why })).status).toBe(404);
  expect((await operator.post("characters/Benedikt/teleport", { room: "town_square", ...why })).body.error).toMatchObject({ code: "E_REFUSED", message: "You are there already." });

  // Gifts come with an entry of the journal.
  await operator.does("characters/Benedikt/give", { kind: "brass_lantern", ...why });
  await ben.hears("have given you");
  const { body: dossier } = await operator.get("characters/Benedikt");
  const lantern = (dossier["items"] as { id: string; kind: string }[]).find(({ kind }) => kind === "brass_lantern")!;
  expect(JSON.stringify((await operator.get(`items/${lantern.id}`)).body)).toMatch(/\(give 1 brass_lantern\).*came to be with Benedikt: admin.*now with Benedikt/);
  await operator.does("characters/Benedikt/take", { item: lantern.id, ...why });
  expect(await says(ben, "inventory")).not.toContain("lantern");
  expect((await operator.post("characters/Benedikt/take", { coins: 1_000, ...why })).body.error?.code).toBe("E_REFUSED");
  await operator.does("characters/Benedikt/give", { coins: 30, ...why });
  expect(await says(ben, "score")).toContain("50 coins");

  await moderator.does("announce", { text: "The bridge is open." });
  for (const player of [ada, ben, mona]) await player.hears("Announcement: The bridge is open.");
  await mona.types("announce And the inn.");
  await ada.hears("Announcement: And the inn.");

  // A trade is taken back by the owner of the area, among the commands of players.
  await ben.types("give 50 coins to Adalind");
  const entry = /#(\d+) [^\n]*give 50 coins to Adalind/.exec(((await moderator.get("journal?character=Benedikt")).body["lines"] as string[]).join("\n"))![1]!;
  await operator.does("undo", { entry, ...why });
  expect(await says(ben, "score")).toContain("50 coins");
  expect((await operator.post("undo", { entry, ...why })).body).toMatchObject({ outcome: "done-before" });

  // Out, but not for good.
  const kicked = closings(ben);
  await mona.types("kick benedikt go and have some sleep");
  await ben.hears("You have been taken out of the world: go and have some sleep");
  expect(await closed(kicked)).toBe(4403);
  await ada.hears("Benedikt is taken out of the world.");
  await ben.join();

  // For good: neither the living connection nor the token nor the password opens the world again.
  const banned = closings(ben);
  await operator.does("characters/Benedikt/ban", { reason: "enough of it" });
  expect(await closed(banned)).toBe(4403);
  await expect(ben.join()).rejects.toThrow("E_AUTH");
  expect(await login(endpoint, "Benedikt")).toMatchObject({ status: 403, body: { error: { message: "This account is closed: enough of it" } } });
  // Also who is not in the world gets what they get.
  await operator.does("characters/Benedikt/give", { coins: 5, ...why });
  await operator.does("characters/Benedikt/teleport", { room: "market_row", ...why });
  await operator.does("characters/Benedikt/unban", why);
  const back = await StockPlayer.login(endpoint, "Benedikt");
  expect(await says(back, "score")).toContain("55 coins");
  expect((await operator.get("characters/Benedikt")).body).toMatchObject({ room: "market_row", in_the_world: true, banned: null, address: "127.0.0.1" });

  // By address: nobody new from there, and nobody who is there.
  const cut = closings(back);
  await operator.does("address-bans", { address: "127.0.0.1", ...why });
  expect(await closed(cut)).toBe(4403);
  expect((await login(endpoint, "Adalind")).body).toMatchObject({ error: { code: "E_FORBIDDEN" } });
  await expect(ada.join()).rejects.toThrow("E_FORBIDDEN");
  await operator.does("address-bans/lift", { address: "127.0.0.1", ...why });
  await vi.waitFor(async () => expect((await login(endpoint, "Adalind")).status).toBe(200), { timeout: 20_000, interval: 300 });

  // The world's weather, for everybody.
  await operator.does("world/weather", { climate: null, weather: "snow", ...why });
  await vi.waitFor(async () => expect(Object.values((await operator.get("world")).body["weather"] as object)).toEqual(expect.arrayContaining(["snow"])), { timeout: 20_000, interval: 300 });

  // What players told, and what was done about it.
  const { reports } = (await moderator.get("reports")).body as { reports: { id: string; reporter: string; reported: string; lines: { text: string }[] }[] };
  expect(reports).toMatchObject([{ reporter: "Benedikt", reported: "Adalind" }]);
  await moderator.does(`reports/${reports[0]!.id}/close`, { note: "nothing to it" });
  expect((await moderator.get("reports")).body["reports"]).toEqual([]);

  const { audit } = (await operator.get("audit?limit=200")).body as { audit: { action: string; staff: string; via: string; targetName: string | null; reason: string | null; outcome: string | null }[] };
  const told = audit.map(({ action, staff, via, targetName, outcome }) => [action, staff, via, targetName, outcome].join(" ")).reverse();
  for (const line of [
    "login (password) api  ", "role (password) api Monalisa done", "mute Monalisa api Benedikt done", "teleport Monalisa api Benedikt done", "teleport Monalisa game Benedikt done", "give (password) api Benedikt done",
    "take (password) api Benedikt done", "announce Monalisa game  done", "kick Monalisa game Benedikt done", "ban (password) api Benedikt done", "ban-address (password) api  ", "setting (password) api  ", "close-report Monalisa api  ",
  ]) expect(told).toContain(line);
  expect(audit.find(({ action }) => action === "mute")?.reason).toBe("says the same thing all day");
  const db = await openDatabase({ databaseUrl: url, dataDir: server.dataDir, log: quietLog, clock: testClock });
  for (const statement of ["update staff_audit set reason = 'nothing'", "delete from staff_audit", "truncate staff_audit"]) await expect(db.sql.query(statement)).rejects.toMatchObject({ sqlState: "WS004" });
  await db.close();
  expect(server.output).not.toContain("fault of the program");
});

test("orders reach people on another process, and areas that nobody serves", async () => {
  postgres = await startPostgres();
  const env = { DATABASE_URL: await postgres.url("world"), JWT_SECRET: "one secret for both of the processes" };
  const [one, two] = [await serve(env), await serve(env)];
  const ada = await StockPlayer.register(one.endpoint, "Adalind");
  const operator = await StaffClient.byPassword(two.endpoint, PASSWORD);
  await operator.does("characters/Adalind/mute", { minutes: 5, reason: "too loud" });
  await ada.hears("You have been muted: too loud");
  expect(await says(ada, "say hello")).toContain("You have been muted");
  await operator.does("characters/Adalind/give", { coins: 1, ...why });
  expect(await says(ada, "score")).toContain("21 coins");
  await operator.does("announce", { text: "Good evening." });
  await ada.hears("Announcement: Good evening.");

  // A process that is told to close gives its areas away, and whoever is there goes along.
  const { processes } = (await operator.get("processes")).body as { processes: { id: string; players: number; areas: { area: string }[] }[] };
  const first = processes.find(({ areas }) => areas.some(({ area }) => area === "square"))!;
  await operator.does(`processes/${first.id}/drain`, why);
  await ada.until(() => ada.transfers > 0, "the way to the other process");
  await vi.waitFor(async () => expect(await says(ada, "score")).toContain("21 coins"), { timeout: 30_000, interval: 300 });
  await vi.waitFor(async () => expect((await operator.get("processes")).body["processes"]).toContainEqual(expect.objectContaining({ id: first.id, draining: true, areas: [] })), { timeout: 30_000, interval: 300 });

  await ada.types("quit");
  await one.stop();
  await operator.does("characters/Adalind/give", { coins: 2, ...why });
  expect((await operator.get("characters/Adalind")).body).toMatchObject({ coins: 23, in_the_world: false });
  const gone = closings(await StockPlayer.login(two.endpoint, "Adalind"));
  await operator.does("characters/Adalind/kick", why);
  expect(await closed(gone)).toBe(4403);
  expect(two.output).not.toContain("fault of the program");
});
