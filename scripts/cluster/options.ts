/** What `npm run cluster` was asked to do. */
import { parseArgs } from "node:util";
import { Trouble } from "./programs.ts";

export const USAGE = `npm run cluster                 everything on this machine, until Ctrl-C
npm run cluster -- start        the same in the background
npm run cluster -- status       what runs, and where
npm run cluster -- reload       every process in turn, the players stay
npm run cluster -- stop         all of it
npm run cluster -- nginx        prints a configuration for an nginx of your own (deploy/nginx.conf is one)

  --processes N                 how many (WAYSTONE_PROCESSES; as many as there are cores, at least 2)
  --http-port N                 where our nginx listens (8080 or the next that is free)
  --no-nginx                    without one: players reach each process by its own port
nginx only:
  --ports 2567-2570             the processes' ports       --upstream-host 127.0.0.1
  --listen 80 --server-name _   what nginx answers to      --client-dir DIR, --access-log FILE
  --tls DIR --tls-listen 443    with https: fullchain.pem and privkey.pem are in DIR, as certbot makes them
`;

export const COMMANDS = ["run", "start", "status", "reload", "stop", "nginx"] as const;
export type Command = (typeof COMMANDS)[number];

export interface ClusterOptions {
  readonly command: Command;
  readonly processes: number | undefined;
  readonly httpPort: number | undefined;
  readonly nginx: boolean;
  readonly site: {
    readonly ports: readonly number[];
    readonly upstreamHost: string;
    readonly listen: readonly string[];
    readonly serverName: string;
    readonly clientDir: string | undefined;
    readonly accessLog: string | undefined;
    readonly tls: { readonly folder: string; readonly listen: readonly string[] } | undefined;
  };
}

/** Throws `Trouble` with what is wrong and how it is meant. */
export function parseOptions(args: readonly string[]): ClusterOptions {
  try {
    return parse(args);
  } catch (error) {
    throw new Trouble(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
}

function parse(args: readonly string[]): ClusterOptions {
  const { values, positionals } = parseArgs({
    args: [...args], allowPositionals: true,
    options: {
      processes: { type: "string" }, "http-port": { type: "string" }, "no-nginx": { type: "boolean", default: false },
      ports: { type: "string", default: "2567-2570" }, "upstream-host": { type: "string", default: "127.0.0.1" }, listen: { type: "string", multiple: true, default: ["80"] },
      "server-name": { type: "string", default: "_" }, "client-dir": { type: "string" }, "access-log": { type: "string" }, tls: { type: "string" }, "tls-listen": { type: "string", multiple: true, default: ["443"] },
    },
  });
  const [command = "run", ...more] = positionals;
  if (!(COMMANDS as readonly string[]).includes(command) || more.length > 0) throw new Error(`There is no "${[command, ...more].join(" ")}".`);
  return {
    command: command as Command,
    processes: values.processes === undefined ? undefined : whole("--processes", values.processes, 1, 64),
    httpPort: values["http-port"] === undefined ? undefined : whole("--http-port", values["http-port"], 1, 65_535),
    nginx: !values["no-nginx"],
    site: {
      ports: portsIn(values.ports), upstreamHost: values["upstream-host"], listen: values.listen, serverName: values["server-name"],
      clientDir: values["client-dir"], accessLog: values["access-log"], tls: values.tls === undefined ? undefined : { folder: values.tls, listen: values["tls-listen"] },
    },
  };
}

function whole(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min || value > max) throw new Error(`${name} must be a whole number from ${min} to ${max}, not "${text}".`);
  return value;
}

/** `2567`, `2567-2570`, `2567,2569`. */
function portsIn(text: string): number[] {
  return text.split(",").flatMap((part) => {
    const [from = "", to = from] = part.split("-");
    const [first, last] = [whole("--ports", from, 1, 65_535), whole("--ports", to, 1, 65_535)];
    if (last < first || last - first >= 64) throw new Error(`--ports: "${part}" is no range of at most 64 ports.`);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}
