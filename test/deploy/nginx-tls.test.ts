/** nginx with TLS, by the configuration that the project makes: plain HTTP is sent on, what is behind it is not reached without. */
import { execFileSync } from "node:child_process";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer, request as http } from "node:http";
import { request as https } from "node:https";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { siteConf } from "../../scripts/cluster/nginx-conf.ts";
import { parseOptions } from "../../scripts/cluster/options.ts";
import { startNginx, stopNginx } from "../../scripts/cluster/own-nginx.ts";
import { deployed } from "../support/deploy.ts";
import { freePorts } from "../support/free-ports.ts";

vi.setConfig({ testTimeout: 60_000 });

const answerTo = (call: ReturnType<typeof http>): Promise<IncomingMessage & { body: string }> => new Promise((resolve, reject) => {
  call.once("response", (response: IncomingMessage) => {
    let body = "";
    response.setEncoding("utf8").on("data", (chunk: string) => { body += chunk; }).once("end", () => resolve(Object.assign(response, { body })));
  }).once("error", reject).end();
});

test("the configuration in deploy/ is what the command makes", () => {
  const command = "--server-name game.example.com --ports 2567-2570 --client-dir /opt/waystone/client/dist --access-log /var/log/nginx/waystone.log --tls /etc/letsencrypt/live/game.example.com";
  expect(deployed("nginx-tls.conf")).toBe(siteConf(parseOptions(["nginx", ...command.split(" ")]).site));
});

test("with a certificate it answers by https, says that it stays so, and sends plain http there", async () => {
  const certificates = await mkdtemp(join(tmpdir(), "waystone-tls-"));
  const folder = await mkdtemp(join(tmpdir(), "waystone-nginx-"));
  const [first, behind] = [await freePorts(3), createServer((request, response) => response.end(`${request.headers["x-forwarded-proto"]} ${request.url}`))];
  const [plainPort, tlsPort, port] = [first, first + 1, first + 2];
  try {
    execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout", join(certificates, "privkey.pem"), "-out", join(certificates, "fullchain.pem")], { stdio: "ignore" });
    for (const [path, mode] of [[certificates, 0o755], [join(certificates, "privkey.pem"), 0o644]] as const) await chmod(path, mode);
    await new Promise<void>((resolve) => behind.listen(port, "127.0.0.1", resolve));
    await startNginx(folder, { listen: [`127.0.0.1:${plainPort}`], serverName: "_", ports: [port], upstreamHost: "127.0.0.1", tls: { folder: certificates, listen: [`127.0.0.1:${tlsPort}`] } });
    const plain = await answerTo(http({ host: "127.0.0.1", port: plainPort, path: "/auth/login?x=1", headers: { host: "localhost" } }));
    expect([plain.statusCode, plain.headers.location]).toEqual([301, "https://localhost/auth/login?x=1"]);
    const secure = await answerTo(https({ host: "127.0.0.1", port: tlsPort, path: "/readyz", rejectUnauthorized: false }));
    expect(secure.statusCode).toBe(200);
    expect(secure.body).toBe("https /readyz");
    expect(secure.headers["strict-transport-security"]).toContain("max-age=");
    // A game connection: as `wss://…/<port>/<process>/<room>`.
    behind.on("upgrade", (request, socket) => void socket.end(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Asked: ${request.url} ${request.headers["x-forwarded-proto"]}\r\n\r\n`));
    const upgraded = await new Promise<IncomingMessage>((resolve, reject) => {
      const call = https({ host: "127.0.0.1", port: tlsPort, path: `/${port}/process/room?seat=1`, rejectUnauthorized: false, headers: { connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13", "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==" } });
      call.once("upgrade", (response, socket) => {
        socket.destroy();
        resolve(response);
      }).once("response", (response) => reject(new Error(`no upgrade, but ${response.statusCode}`))).once("error", reject).end();
    });
    expect(upgraded.headers["x-asked"]).toBe("/process/room?seat=1 https");
    const closed = await answerTo(https({ host: "127.0.0.1", port: tlsPort, path: "/metrics", rejectUnauthorized: false }));
    expect(closed.statusCode).toBe(404);
  } finally {
    await stopNginx(folder);
    await new Promise((resolve) => behind.close(resolve));
    for (const made of [certificates, folder]) await rm(made, { recursive: true, force: true });
  }
});
