/** An nginx of the cluster's own, in front of its processes. Without it players reach each process by its port. */
import { chownSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { wholeConf, type NginxSite } from "./nginx-conf.ts";
import { canEnter, end, find, livingPid, run, serviceFolder, unprivilegedUser } from "./programs.ts";

const STOP_TIMEOUT_MS = 10_000;

/** Whether there is one to start. */
export const haveNginx = (): boolean => find("nginx") !== undefined;

/** Starts it, or gives a running one the new configuration. Rejects with nginx' words. */
export async function startNginx(folder: string, site: NginxSite): Promise<{ readonly found: boolean }> {
  const user = unprivilegedUser();
  serviceFolder(folder, user);
  // Its workers read the files; where they may not, the processes serve them.
  const clientDir = site.clientDir !== undefined && canEnter(site.clientDir, user) ? site.clientDir : undefined;
  const conf = join(folder, "nginx.conf");
  writeFileSync(conf, wholeConf({ ...site, clientDir }, folder));
  if (user !== undefined) chownSync(conf, user.uid, user.gid);
  const pid = nginxPid(folder);
  await nginx(folder, "-t", "-q");
  if (pid === undefined) await nginx(folder);
  else await nginx(folder, "-s", "reload");
  return { found: pid !== undefined };
}

/** Whether it was running. */
export async function stopNginx(folder: string): Promise<boolean> {
  const pid = nginxPid(folder);
  if (pid === undefined) return false;
  await end(pid, "SIGTERM", STOP_TIMEOUT_MS);
  return true;
}

export const nginxPid = (folder: string): number | undefined => livingPid(join(folder, "nginx.pid"), ["nginx", folder]);

async function nginx(folder: string, ...args: string[]): Promise<void> {
  await run(find("nginx")!, ["-p", folder, "-e", join(folder, "error.log"), "-c", join(folder, "nginx.conf"), ...args], { user: unprivilegedUser(), cwd: folder });
}
