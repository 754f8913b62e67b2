/**
 * The port itself, before Colyseus and Express: how long a request may take to arrive, how many connections an address
 * has, which pages may use it, and what goes to Colyseus' own routes, which have no bounds of their own and answer nothing
 * at all where a request cannot be made one of the Fetch API.
 */
import type { IncomingMessage, Server, ServerOptions, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Socket } from "node:net";
import { matchMaker } from "@colyseus/core";
import {
  CONNECTIONS_CHECKED_EVERY_MS, HEADERS_TIMEOUT_MS, MAX_CONNECTIONS, MAX_CONNECTIONS_PER_ADDRESS, MAX_GAMES_PER_ADDRESS, MAX_HTTP_BODY_BYTES,
  REQUEST_TIMEOUT_MS,
} from "../limits.ts";
import type { Log } from "../log.ts";
import { AppError } from "../protocol/codes.ts";
import { isLoopback } from "./address-key.ts";
import { clientAddress } from "./client-address.ts";
import { ConnectionCount } from "./connection-count.ts";
import type { HttpDeps } from "./deps.ts";
import type { JoinGate } from "./join-gate.ts";
import type { Origins } from "./origins.ts";
import { refuse, refuseUpgrade } from "./refusals.ts";
import { routeLabel } from "./route-label.ts";

/** For `createServer`. */
export const PORT_OPTIONS: ServerOptions = {
  headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS, connectionsCheckingInterval: CONNECTIONS_CHECKED_EVERY_MS,
};

export interface FrontDoorOptions {
  readonly origins: Origins;
  readonly joins: JoinGate;
  readonly trustProxyHops: number;
  /** Addresses that are not counted by address. */
  readonly isExempt: (address: string) => boolean;
  readonly log: Log;
  /** Told of every refusal, as Express' answers are told of. */
  readonly onAnswer?: HttpDeps["onAnswer"];
  /** The numbers, which tests set otherwise. */
  readonly perAddress?: { readonly connections: number; readonly games: number };
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;
type Upgrader = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

const HOST = /^(?:[\w.-]{1,253}|\[[\da-f:.]{2,45}\])(?::\d{1,5})?$/i;
/** Ways into a room, whatever a proxy has left in front of it. */
const GAME_PATH = /^(?:\/[\w.-]+)*?\/([\w-]{1,64})\/([\w-]{1,64})$/;
const ASSETS = "/assets/";

/** Counts connections from now on. `install` once whatever answers on the port is in its place. */
export class FrontDoor {
  readonly #http: Server;
  readonly #options: FrontDoorOptions;
  readonly #games: ConnectionCount;

  constructor(http: Server, options: FrontDoorOptions) {
    this.#http = http;
    this.#options = options;
    // Who is on this very machine is a proxy in front, or a tool of whoever runs the server.
    const isExempt = (address: string): boolean => isLoopback(address) || options.isExempt(address);
    const perAddress = options.perAddress ?? { connections: MAX_CONNECTIONS_PER_ADDRESS, games: MAX_GAMES_PER_ADDRESS };
    this.#games = new ConnectionCount(perAddress.games, isExempt);
    http.maxConnections = MAX_CONNECTIONS;
    // Behind proxies all connections are theirs.
    if (options.trustProxyHops > 0) return;
    const connections = new ConnectionCount(perAddress.connections, isExempt);
    http.on("connection", (socket: Socket) => {
      const giveBack = connections.take(socket.remoteAddress ?? "unknown");
      if (giveBack === undefined) socket.destroy();
      else socket.once("close", giveBack);
    });
  }

  /** Puts itself in front of whatever listens for requests and upgrades now; other processes ask at paths that begin with `peers.path`. */
  install(peers?: { readonly path: string; readonly handler: Handler }): void {
    const http = this.#http;
    // What may be read from where is said here, and not by Colyseus, which lets every page read everything.
    Object.assign(matchMaker.controller, { DEFAULT_CORS_HEADERS: {}, getCorsHeaders: () => ({}) });
    const handlers = http.listeners("request") as Handler[];
    const upgraders = http.listeners("upgrade") as Upgrader[];
    http.removeAllListeners("request").removeAllListeners("upgrade");
    http.on("request", (request: IncomingMessage, response: ServerResponse) => {
      // They prove that they are ours, and are bounded, by themselves; what pages may do, Colyseus and Express are no concern of theirs.
      if (peers !== undefined && request.url?.startsWith(peers.path) === true) return peers.handler(request, response);
      const failed = (error: unknown): void => {
        if (response.headersSent || request.socket.destroyed) return void response.destroy();
        if (!(error instanceof AppError)) this.#options.log.error({ error, path: pathOf(request) }, "request failed");
        const known = error instanceof AppError ? error : new AppError("E_INTERNAL", undefined, { cause: error });
        this.#refused(request, known);
        refuse(response, known);
      };
      this.#admit(request, response).then((answered) => {
        if (!answered) for (const handler of handlers) handler.call(http, request, response);
      }).catch(failed);
    });
    http.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      try {
        const giveBack = this.#admitGame(request);
        socket.once("close", giveBack);
      } catch (error) {
        const known = error instanceof AppError ? error : new AppError("E_INTERNAL", undefined, { cause: error });
        this.#refused(request, known);
        refuseUpgrade(socket, known);
        return;
      }
      for (const upgrade of upgraders) upgrade.call(http, request, socket, head);
    });
  }

  #refused(request: IncomingMessage, { httpStatus }: AppError): void {
    this.#options.onAnswer?.({ route: routeLabel(pathOf(request)), method: request.method ?? "", status: httpStatus, seconds: 0 });
  }

  /** Rejects with AppError; true when the request has its answer. */
  async #admit(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    this.#sanitise(request);
    const { origin } = request.headers;
    const welcome = this.#options.origins.allows(request.headers);
    const path = pathOf(request);
    if (!path.startsWith(ASSETS)) response.setHeader("Vary", "Origin");
    if (origin !== undefined && welcome) {
      response.setHeader("Access-Control-Allow-Origin", origin);
      // The stock SDK asks with credentials, and a browser then wants this; there is no cookie that opens anything but the monitor.
      response.setHeader("Access-Control-Allow-Credentials", "true");
    }
    if (request.method === "OPTIONS") {
      preflight(response, welcome && origin !== undefined);
      return true;
    }
    if (!welcome && request.method !== "GET" && request.method !== "HEAD") throw new AppError("E_FORBIDDEN", "Pages of other sites may not use this server.");
    if (!isAsWritten(request)) throw new AppError("E_NOT_FOUND", "There is no such address here.");
    if (Number(request.headers["content-length"] ?? 0) > MAX_HTTP_BODY_BYTES) throw tooLarge();
    if (/^\/+matchmake(?:\/|$)/i.test(path) && request.method === "POST") {
      await this.#options.joins.fromAddress(clientAddress(request, this.#options.trustProxyHops));
      Object.assign(request, { body: await jsonOf(request) });
      // Whatever it was said to be, this is what it is now: Colyseus' parser of forms throws where there is none.
      request.headers["content-type"] = "application/json";
    }
    return false;
  }

  /** Throws AppError; else counts the connection, and answers how to give that back. */
  #admitGame(request: IncomingMessage): () => void {
    this.#sanitise(request);
    if (!this.#options.origins.allows(request.headers)) throw new AppError("E_FORBIDDEN", "Pages of other sites may not use this server.");
    const [, processId, roomId] = GAME_PATH.exec(pathOf(request)) ?? [];
    const sessionId = new URL(`http://server${request.url}`).searchParams.get("sessionId") ?? "";
    // Names that every object knows are nobody's, and Colyseus looks both up in plain objects.
    if (processId === undefined || roomId === undefined || !/^[\w-]{1,64}$/.test(sessionId) || roomId in {} || sessionId in {}) throw new AppError("E_BAD_REQUEST", "That is no way into the world; ask for a seat first.");
    const giveBack = this.#games.take(clientAddress(request, this.#options.trustProxyHops));
    if (giveBack === undefined) throw new AppError("E_RATE", "There are too many connections from your address.");
    return giveBack;
  }

  /** What Colyseus believes and cannot do with; throws E_BAD_REQUEST. */
  #sanitise(request: IncomingMessage): void {
    const { headers, url } = request;
    // It believes whoever says where they come from; now it is we who say it.
    headers["x-real-ip"] = clientAddress(request, this.#options.trustProxyHops);
    if (!/^https?$/.test(String(headers["x-forwarded-proto"] ?? ""))) delete headers["x-forwarded-proto"];
    const isGood = (headers.host === undefined || HOST.test(headers.host)) && url !== undefined && url.startsWith("/") && URL.canParse(`http://server${url}`) && URL.canParse(`http://${headers.host ?? "server"}${url}`);
    if (!isGood) throw new AppError("E_BAD_REQUEST", "That is no address of this server.");
  }
}

const pathOf = (request: IncomingMessage): string => (request.url ?? "/").split("?", 1)[0]!;
/** Colyseus finds its routes by what is written and then answers by what that means (`/./`, a slash at the end): with nothing, where the two differ. */
function isAsWritten(request: IncomingMessage): boolean {
  const path = pathOf(request);
  if (!/^\/+(?:matchmake|__healthcheck)(?:\/|$)/i.test(path)) return true;
  return /^\/(?:matchmake\/[^/]+\/[^/]+|__healthcheck)$/.test(path) && new URL(`http://server${path}`).pathname === path;
}

const tooLarge = (): AppError => new AppError("E_TOO_LARGE", `A request has at most ${MAX_HTTP_BODY_BYTES} bytes.`);

function preflight(response: ServerResponse, welcome: boolean): void {
  if (welcome) {
    response.setHeader("Access-Control-Allow-Headers", "Authorization, Content-Type, Accept");
    response.setHeader("Access-Control-Allow-Methods", "GET, HEAD, POST");
    response.setHeader("Access-Control-Max-Age", "7200");
  }
  response.writeHead(204).end();
}

/** A JSON object, or nothing. Rejects with E_BAD_REQUEST, E_TOO_LARGE. */
async function jsonOf(request: IncomingMessage): Promise<object> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Whoever sends too much shall read so, which they would not over a connection that is cut.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_HTTP_BODY_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  if (bytes === 0) return {};
  if (!/^application\/json\s*(?:;|$)/i.test(request.headers["content-type"] ?? "")) throw new AppError("E_BAD_REQUEST", "Send the body as JSON, with the content type application/json.");
  const value = parsed(Buffer.concat(chunks).toString());
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new AppError("E_BAD_REQUEST", "The body of the request must be a JSON object.");
  return value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError("E_BAD_REQUEST", "The body of the request is not valid JSON.", { cause: error });
  }
}
