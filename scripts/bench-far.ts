/**
 * How long a walk takes for somebody who is far away: two processes of a cluster, each behind a wire, and a player with our client who goes to and fro. Into an area
 * of the same process, into one of the other over the connection that is kept, and by a client that keeps none and opens one each time.
 * `npm run bench:far -- [ms to the server and back] [times]` (80, 12). All of one run; the first walk of each kind is told apart.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { ColyseusConnector } from "../client/sdk/colyseus-connector.ts";
import type { Link, LinkEvents, Seat } from "../client/sdk/link.ts";
import type { Session } from "../client/sdk/session.ts";
import { Waystone } from "../client/sdk/waystone.ts";
import { freePorts } from "../test/support/free-ports.ts";
import { startPostgres } from "../test/support/postgres.ts";
import { startRedis } from "../test/support/redis.ts";
import { ServerProcess } from "../test/support/server-process.ts";
import { tcpProxy, type TcpProxy } from "../test/support/tcp-proxy.ts";
import { WorldMap } from "../test/support/world-map.ts";

const [rttMs = 80, times = 12] = process.argv.slice(2).map(Number);
const SECRET = "a secret that both processes know, and nobody else";
/** Each hears of the other, and of what is its own, with its next beat. */
const BEAT_MS = 2_500;
const LOOK_EVERY_MS = 1;
/** Between two walks: what is still on its way arrives. */
const PAUSE_MS = rttMs * 3 + 50;

/** Is never told that it may keep a connection. */
class KeepsNone extends ColyseusConnector {
  override async take(token: string, seat: Seat, events: LinkEvents, signal: AbortSignal): Promise<Link> {
    return await super.take(token, seat, {
      message: (type, payload) => events.message(type, type === "transfer" ? { ...(payload as object), keep: undefined } : payload),
      stateChanged: () => events.stateChanged(),
      closed: (code, reason) => events.closed(code, reason),
    }, signal);
  }
}

async function step(session: Session, direction: string, room: string): Promise<number> {
  await sleep(PAUSE_MS);
  const startedMs = performance.now();
  const answered = session.command(direction);
  while (session.state.status !== "online" || session.view.self?.room_id !== room) await sleep(LOOK_EVERY_MS);
  const tookMs = performance.now() - startedMs;
  await answered;
  return tookMs;
}

/** To and fro; the first way there by itself. */
async function toAndFro(session: Session, [there, away]: [string, string], [back, home]: [string, string]): Promise<{ first: number; others: number[] }> {
  const [first = 0, ...others] = [await step(session, there, away), await step(session, back, home)];
  for (let time = 1; time < times; time += 1) others.push(await step(session, there, away), await step(session, back, home));
  return { first, others };
}

function say(what: string, { first, others }: { first: number; others: number[] }): void {
  const sorted = others.toSorted((a, b) => a - b);
  const at = (share: number): string => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!.toFixed(0).padStart(5);
  console.log(`${what.padEnd(48)} p50 ${at(0.5)}  p90 ${at(0.9)}  max ${at(1)} ms   (the first ${first.toFixed(0)})`);
}

async function enter(connector: ColyseusConnector, endpoint: string, name: string): Promise<Session> {
  const waystone = new Waystone(endpoint, { connector });
  await waystone.register(name, `secret of ${name}`);
  return await waystone.join();
}

const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
const servers: ServerProcess[] = [];
const wires: TcpProxy[] = [];
try {
  const databaseUrl = await postgres.url();
  for (let number = 0; number < 2; number += 1) {
    const port = await freePorts(1);
    const wire = await tcpProxy(port);
    wires.push(wire);
    servers.push(await ServerProcess.start({ DATABASE_URL: databaseUrl, REDIS_URL: redis.url, JWT_SECRET: SECRET, PORT: String(port), PUBLIC_ADDRESS: `127.0.0.1:${wire.port}` }));
  }
  const map = await WorldMap.open(databaseUrl);
  await map.give(servers[0]!.port, "square", "town");
  await map.give(servers[1]!.port, "lanterns", "harbour");
  await map.close();
  await sleep(BEAT_MS);
  for (const wire of wires) wire.delay(rttMs / 2);
  const endpoint = `http://127.0.0.1:${wires[0]!.port}`;
  console.log(`${rttMs} ms to the server and back, ${times} times there and back each`);
  const ada = await enter(new ColyseusConnector(endpoint), endpoint, "Adalind");
  say("into an area of the same process", await toAndFro(ada, ["north", "market_row"], ["south", "town_square"]));
  say("to another process, connection kept", await toAndFro(ada, ["east", "lantern_street"], ["west", "town_square"]));
  await ada.close();
  const ben = await enter(new KeepsNone(endpoint), endpoint, "Benedikt");
  say("to another process, a connection opened each time", await toAndFro(ben, ["east", "lantern_street"], ["west", "town_square"]));
  await ben.close();
} finally {
  for (const server of servers) await server.remove();
  for (const wire of wires) await wire.close();
  await redis.stop();
  await postgres.stop();
}
