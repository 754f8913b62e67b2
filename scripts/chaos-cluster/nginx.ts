/** An nginx of the run's own in front of the processes, as in production: joins go to whoever is there, connections to the process they are for. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const INSTALL_HINT = "nginx is needed for this. Install it (Debian and Ubuntu: apt-get install nginx; macOS: brew install nginx) and run it again.";

export interface Nginx {
  readonly port: number;
  /** Of the one whose children do the work. */
  readonly pid: number | undefined;
  stop(): Promise<void>;
}

/** `ports`: of the processes. Rejects with what nginx says when it does not start. */
export async function startNginx(port: number, ports: readonly number[]): Promise<Nginx> {
  const folder = await mkdtemp(join(tmpdir(), "waystone-nginx-"));
  await writeFile(join(folder, "nginx.conf"), configuration(folder, port, ports));
  const nginx = spawn("nginx", ["-p", folder, "-c", join(folder, "nginx.conf"), "-e", "stderr"], { stdio: ["ignore", "ignore", "pipe"] });
  // A run that dies must not leave it behind.
  const quit = (): void => void nginx.kill("SIGTERM");
  process.once("exit", quit);
  const ended = new Promise<void>((resolve) => nginx.once("exit", () => {
    process.removeListener("exit", quit);
    resolve();
  }));
  try {
    await listening(nginx, port);
  } catch (error) {
    nginx.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return {
    port, pid: nginx.pid,
    stop: async () => {
      nginx.kill("SIGTERM");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function listening(nginx: ChildProcess, port: number): Promise<void> {
  let said = "";
  let failed: Error | undefined;
  nginx.stderr?.on("data", (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4_000)));
  nginx.once("error", (error: NodeJS.ErrnoException) => (failed = error.code === "ENOENT" ? new Error(INSTALL_HINT) : error));
  for (let tries = 0; ; tries += 1) {
    if (failed !== undefined) throw failed;
    if (nginx.exitCode !== null || tries > 200) throw new Error(`nginx did not start: ${said}`);
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true)).once("error", () => resolve(false)).once("close", () => socket.destroy());
      setTimeout(() => socket.destroy(), 1_000).unref();
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function configuration(folder: string, port: number, ports: readonly number[]): string {
  const temp = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${join(folder, name)};`).join(" ");
  return `
daemon off; ${process.getuid?.() === 0 ? "user root;" : ""} worker_processes 1; pid ${join(folder, "pid")};
events { worker_connections 8192; }
http {
  access_log off; ${temp}
  map $http_upgrade $connection_upgrade { default upgrade; "" ""; }
  upstream world { ${ports.map((each) => `server 127.0.0.1:${each} max_fails=1 fail_timeout=2s;`).join(" ")} keepalive 16; }
  proxy_http_version 1.1;
  proxy_set_header Host $host;
  proxy_set_header X-Real-IP $remote_addr;
  proxy_set_header X-Forwarded-For $remote_addr;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection $connection_upgrade;
  proxy_connect_timeout 2s;
  server {
    listen 127.0.0.1:${port};
    location ~ "^/(?<process>${ports.join("|")})/" { proxy_pass http://127.0.0.1:$process; proxy_read_timeout 1d; proxy_buffering off; }
    location /matchmake/ { proxy_pass http://world; proxy_read_timeout 6s; proxy_next_upstream error timeout http_502 http_503 non_idempotent; proxy_next_upstream_tries ${ports.length}; }
    location / { proxy_pass http://world; proxy_read_timeout 10s; proxy_next_upstream error http_502; }
  }
}
`;
}
