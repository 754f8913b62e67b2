/** The port: who may use it and how often, before anything answers on it. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { PEER_PATH } from "./cluster/peer-signature.ts";
import type { Config } from "./config.ts";
import { isLoopback } from "./http/address-key.ts";
import type { HttpDeps } from "./http/deps.ts";
import { FrontDoor, PORT_OPTIONS } from "./http/front-door.ts";
import { JoinGate } from "./http/join-gate.ts";
import { Origins } from "./http/origins.ts";
import type { Log } from "./log.ts";

export interface OpenedPort {
  readonly http: Server;
  readonly door: {
    /** Counts ways into the world. */
    readonly joins: JoinGate;
    /** Puts the door in front of whatever answers on the port by now, and of what answers other processes. */
    install(peers: (request: IncomingMessage, response: ServerResponse) => void): void;
  };
}

export function openPort(config: Config, log: Log, onAnswer: NonNullable<HttpDeps["onAnswer"]>): OpenedPort {
  const { trustProxyHops, allowedOrigins, unlimitedAddresses } = config;
  const isExempt = (address: string): boolean => isLoopback(address) || unlimitedAddresses.includes(address);
  const joins = new JoinGate({ isExempt });
  const ownNames = [config.publicUrl, config.publicAddress === null ? null : `https://${config.publicAddress}`].flatMap((url) => (url === null ? [] : [new URL(url).hostname]));
  const origins = new Origins({ allowed: allowedOrigins, ownNames, behindProxy: trustProxyHops > 0 });
  const http = createServer(PORT_OPTIONS);
  const frontDoor = new FrontDoor(http, { origins, joins, trustProxyHops, isExempt, log, onAnswer });
  return { http, door: { joins, install: (handler) => frontDoor.install({ path: PEER_PATH, handler }) } };
}
