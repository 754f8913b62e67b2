/** Two processes behind a real nginx, with the configuration that the project makes: joining, walking, what is closed. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { siteConf } from "../../scripts/cluster/nginx-conf.ts";
import { parseOptions } from "../../scripts/cluster/options.ts";
import { haveNginx, nginxPid, startNginx, stopNginx } from "../../scripts/cluster/own-nginx.ts";
import { find } from "../../scripts/cluster/programs.ts";
import { MAX_HTTP_BODY_BYTES } from "../../src/limits.ts";
import { freePorts } from "../support/free-ports.ts";
import { StockPlayer } from "../support/players.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { ServerProcess } from "../support/server-process.ts";
import { until } from "../support/until.ts";

const WAIT_MS = 120_000;
let postgres: TestPostgres;
let one: ServerProcess;
let two: ServerProcess;
let folder: string;
let client: string;
let nginx: string;
let http: number;
let firstPort: number;

beforeAll(async () => {
  expect(haveNginx(), "nginx is needed for this test: apt-get install nginx, or brew install nginx").toBe(true);
  postgres = await startPostgres();
  const url = await postgres.url();
  firstPort = await freePorts(3);
  http = firstPort + 2;
  const server = (port: number): Promise<ServerProcess> => ServerProcess.start({
    DATABASE_URL: url, JWT_SECRET: "a secret that both processes know, for the test", PORT: String(port), PUBLIC_ADDRESS: `127.0.0.1:${http}/{port}`, WAYSTONE_TRUST_PROXY: "1",
  });
  [one, two] = await Promise.all([server(firstPort), server(firstPort + 1)]);
  folder = await mkdtemp(join(tmpdir(), "waystone-nginx-"));
  client = await mkdtemp(join(tmpdir(), "waystone-client-"));
  // As a built client lies: its files readable for nginx' workers, who run as somebody else.
  await mkdir(join(client, "assets"), { recursive: true });
  await chmod(client, 0o755);
  await writeFile(join(client, "assets", "page-12345678.js"), "// the page\n");
  await startNginx(folder, { clientDir: client, listen: [`127.0.0.1:${http}`], serverName: "_", ports: [firstPort, firstPort + 1], upstreamHost: "127.0.0.1" });
  nginx = `http://127.0.0.1:${http}`;
  await until(async () => await fetch(`${nginx}/readyz`).then((answer) => answer.ok, () => false), "nginx passes on");
}, WAIT_MS);

afterAll(async () => {
  await stopNginx(folder);
  await one?.remove();
  await two?.remove();
  await postgres?.stop();
  for (const made of [folder, client]) await rm(made, { recursive: true, force: true });
}, WAIT_MS);

const log = (name: string): string => readFileSync(join(folder, name), "utf8");
const status = async (path: string, init: RequestInit = {}): Promise<number> => (await fetch(`${nginx}${path}`, init)).status;

/** Asks for a WebSocket; answers the status when there is none. */
const knock = (path: string): Promise<number> => new Promise((resolve, reject) => {
  const call = request(`${nginx}${path}`, { headers: { connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13", "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==" } }, (answer) => {
    answer.resume();
    resolve(answer.statusCode ?? 0);
  });
  call.once("upgrade", () => resolve(101));
  call.once("error", reject);
  call.end();
});

test("the configuration in deploy/ is what the command makes, and nginx takes it", async () => {
  const command = "--server-name game.example.com --ports 2567-2570 --client-dir /opt/waystone/client/dist --access-log /var/log/nginx/waystone.log";
  const { site } = parseOptions(["nginx", ...command.split(" ")]);
  expect(readFileSync(new URL("../../deploy/nginx.conf", import.meta.url), "utf8")).toBe(siteConf(site));
  const own = siteConf({ ...site, accessLog: join(folder, "deploy.log") });
  const whole = join(folder, "whole.conf");
  await writeFile(whole, `pid ${join(folder, "other.pid")};\nevents {}\nhttp {\n${own}\n}\n`);
  await promisify(execFile)(find("nginx")!, ["-t", "-q", "-e", join(folder, "deploy-errors.log"), "-c", whole]);
});

test("a player joins through it and walks from area to area, whichever process has them", async () => {
  const ada = await StockPlayer.register(nginx, "Ada");
  expect(ada.view.rooms.size).toBeGreaterThan(0);
  for (const step of ["n", "n", "s", "s", "s"]) expect((await ada.types(step)).status, step).toBe("ok");
  expect(ada.transfers).toBeGreaterThan(0);
  expect((await ada.types("look")).status).toBe("ok");
  await ada.leaves();
  // What was joined at nginx' own address was played by the address in the seat. A line is written after its connection has ended.
  await until(() => /"GET \/\d+\/[\w-]+\/[\w-]+" 101/.test(log("access.log")), "nginx wrote of a connection to a process");
});

test("files with a hash in their name come from disk and stay in the browser; what is not there is asked of the processes", async () => {
  const file = await fetch(`${nginx}/assets/page-12345678.js`);
  expect(await file.text()).toBe("// the page\n");
  expect(file.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  expect(file.headers.get("x-content-type-options")).toBe("nosniff");
  expect(file.headers.get("content-type")).toBe("text/javascript");
  expect(await status("/assets/page-87654321.js")).toBe(404);
  expect(await status("/assets/../nginx.conf")).toBe(404);
});

describe("what is closed", () => {
  test("other ports of this machine, and anything but games on ours", async () => {
    expect(await status(`/${firstPort}/readyz`)).toBe(404);
    expect(await status(`/${firstPort}/metrics`)).toBe(404);
    expect(await knock(`/${postgres.port}/`)).toBe(404);
  });

  test("what is for operators and for other processes", async () => {
    expect(await status("/metrics")).toBe(404);
    expect(await status("/peer/knock", { method: "POST", body: "{}" })).toBe(404);
  });

  test("bodies larger than any route takes", async () => {
    expect(await status("/auth/login", { method: "POST", body: "x".repeat(MAX_HTTP_BODY_BYTES + 1), headers: { "content-type": "application/json" } })).toBe(413);
  });
});

test("while one process is down, everything is answered by the other, and players of both come in", async () => {
  const cleo = await StockPlayer.register(nginx, "Cleo");
  await cleo.leaves();
  expect(await two.stop()).toBe(0);
  for (let time = 0; time < 12; time += 1) expect(await status("/api/world")).toBe(200);
  for (let time = 0; time < 4; time += 1) {
    await cleo.join();
    await cleo.leaves();
  }
  // Nobody is there: an error, with the whole request in it, token and all, if nginx had its way.
  expect(await knock(`/${firstPort + 1}/none/none?_authToken=${cleo.token}`)).toBe(502);
  await until(() => log("access.log").includes(`"GET /${firstPort + 1}/none/none" 502`), "nginx wrote that it answered 502");
  for (const name of ["access.log", "error.log"]) expect(log(name)).not.toContain(cleo.token);
  await two.run();
  await until(async () => await fetch(`${two.endpoint}/readyz`).then((answer) => answer.ok, () => false), "it is back");
});

test("it is stopped by its pid", async () => {
  expect(nginxPid(folder)).toBeGreaterThan(1);
  expect(await stopNginx(folder)).toBe(true);
  expect(nginxPid(folder)).toBeUndefined();
});
