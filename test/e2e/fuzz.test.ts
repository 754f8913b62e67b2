/**
 * Ten thousand random inputs to every HTTP route and over WebSockets, while two people talk. FUZZ_SEED repeats a run; timing
 * may let it differ in which connection met what.
 */
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { seeded } from "../simulation/random.ts";
import { enterPatiently, Nuisance } from "../support/fuzz-game.ts";
import { anInput, sendHttp, sendRaw } from "../support/fuzz-http.ts";
import { VICTIM } from "../support/fuzz-values.ts";
import { everyRoute } from "../support/http-routes.ts";
import type { StockPlayer } from "../support/players.ts";
import { ServerProcess } from "../support/server-process.ts";
import { StaffClient } from "../support/staff.ts";

vi.setConfig({ testTimeout: 1_200_000, hookTimeout: 120_000 });

/** The same inputs in every ordinary run, so that it says something of the change at hand; FUZZ_SEED=random looks for new ones. */
const asked = process.env["FUZZ_SEED"] ?? "1272223041";
const SEED = asked === "random" ? Math.floor(Math.random() * 2 ** 31) : Number(asked);
const REQUESTS = 4_500;
const RAW_REQUESTS = 500;
const MESSAGES = 4_800;
const BROKEN_FRAMES = 200;
/** What a process may have grown by after ten thousand of them, in MB: what it keeps for each has to be nothing. */
const GROWS_AT_MOST_MB = 200;
const PASSWORD = "the password of the fuzz";
const NUISANCES = ["Aldegund", "Berengar", "Chlodwig", "Dagobert", "Ermengard", "Fredegund", "Gundobad", "Hildebrand", "Irmingard", "Jordanes"];

let server: ServerProcess;
beforeAll(async () => { server = await ServerProcess.start({ ADMIN_PASSWORD: PASSWORD }); });
afterAll(() => server?.remove());

test("the routes are found by themselves, in the routers that the server mounts", async () => {
  const routes = everyRoute().map(({ method, path }) => `${method} ${path}`);
  expect(routes).toEqual(expect.arrayContaining(["POST /auth/login", "POST /auth/email/confirm", "GET /api/who", "GET /metrics", "POST /admin/api/login", "POST /admin/api/characters/:name/ban", "GET /admin/api/profiles/:process/:file", "POST /matchmake/:method/:room"]));
  expect(routes.length).toBeGreaterThan(50);
  // Whatever else is mounted is not found by that, and has to be added there.
  const source = await readFile(new URL("../../src/server.ts", import.meta.url), "utf8");
  expect(source.match(/\bapp\.(?:use|get|post|all|route)\([^,{]*/g)).toEqual(["app.use(createHttpApp("]);
});

test("ten thousand random inputs: every answer has a code, nobody notices, and nothing stays behind", async () => {
  console.log(`FUZZ_SEED=${SEED}`);
  const routes = everyRoute();
  const operator = await StaffClient.byPassword(server.endpoint, PASSWORD);
  const [victim, anselm, bertrada] = [await enterPatiently(server.endpoint, VICTIM), await enterPatiently(server.endpoint, "Anselm"), await enterPatiently(server.endpoint, "Bertrada")];
  const nuisances: Nuisance[] = [];
  for (const [index, name] of NUISANCES.entries()) nuisances.push(await Nuisance.enter(server.endpoint, name, seeded(SEED + index + 1)));
  const faults: string[] = [];
  const talk = talking(anselm, bertrada);
  const tokens = { player: victim.token, operator: operator.token };

  const http = async (count: number): Promise<void> => {
    const chance = seeded(SEED);
    const raw = seeded(SEED + 1_000);
    await inParallel(count, 8, async (index) => {
      const fault = index % Math.round(REQUESTS / RAW_REQUESTS) === 0 ? await sendRaw(server.port, raw) : undefined;
      const other = await sendHttp(server.port, anInput(chance, routes, tokens));
      faults.push(...[fault, other].filter((one) => one !== undefined));
    });
  };
  const game = async (count: number, broken: number): Promise<void> => {
    await Promise.all(nuisances.map(async (nuisance) => {
      for (let index = 0; index < count / nuisances.length; index += 1) {
        await nuisance.annoy();
        // A turn of the loop in between, so that what is sent is not one packet.
        if (index % 5 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
        if (index % Math.round(count / broken) === 0) await nuisance.breakFrames();
      }
    }));
  };

  await Promise.all([http(REQUESTS / 4), game(MESSAGES / 4, BROKEN_FRAMES / 4)]);
  const beforeMb = await residentMb();
  await Promise.all([http((REQUESTS / 4) * 3), game((MESSAGES / 4) * 3, (BROKEN_FRAMES / 4) * 3)]);

  const { said, answers } = await talk.end();
  faults.push(...nuisances.flatMap((nuisance) => nuisance.faults));
  expect(faults, `FUZZ_SEED=${SEED}`).toEqual([]);
  expect(server.alive).toBe(true);
  // Those who play have an answer to each line, and each has heard the other.
  expect(answers.filter((status) => status !== "ok")).toEqual([]);
  await vi.waitFor(() => {
    for (const [speaker, hearer] of [["Anselm", bertrada], ["Bertrada", anselm]] as const) {
      expect(hearer.lines.filter((line) => line.includes(`${speaker} says, "line `))).toHaveLength(said);
    }
  }, { timeout: 30_000, interval: 250 });
  expect(nuisances.reduce((sum, { answers: count }) => sum + count, 0)).toBeGreaterThan(1_000);
  expect(await residentMb() - beforeMb, `grown from ${beforeMb} MB`).toBeLessThan(GROWS_AT_MOST_MB);
  expect(faultsIn(server.output), `FUZZ_SEED=${SEED}`).toEqual([]);
  const ready = await fetch(`${server.endpoint}/readyz`);
  expect(ready.status).toBe(200);
  await Promise.all([...nuisances, anselm, bertrada].map((player) => ("leave" in player ? player.leave() : player.leaves())));
});

/** Enough lines that one which is lost would be seen, however fast the machine is done with its inputs. */
const LINES_AT_LEAST = 20;

/** Two who go on playing; how much each of them said is known at the end. */
function talking(...players: StockPlayer[]): { end(): Promise<{ said: number; answers: string[] }> } {
  let over = false;
  const answers: string[] = [];
  let said = 0;
  const run = (async () => {
    while (!over || said < LINES_AT_LEAST) {
      said += 1;
      for (const player of players) answers.push((await player.types(`say line ${said}`)).status, (await player.types("look")).status);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  })();
  return {
    end: async () => {
      over = true;
      await run;
      return { said, answers };
    },
  };
}

async function inParallel(count: number, workers: number, run: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  await Promise.all(Array.from({ length: workers }, async () => {
    while (next < count) await run(next++);
  }));
}

/** Resident memory of the server, in MB. */
async function residentMb(): Promise<number> {
  const [, kb = "0"] = /VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${server.pid}/status`, "utf8")) ?? [];
  return Math.round(Number(kb) / 1024);
}

/** Lines of the log that nothing a client sends may cause. */
function faultsIn(output: string): string[] {
  return output.split("\n").filter((line) => /"level":"?(?:error|fatal|50|60)|fault of the program|was not handled|background task failed|request failed|SERVER_ERROR|utf8Read/.test(line)).map((line) => line.slice(0, 600));
}
