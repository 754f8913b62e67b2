/**
 * The same players on the screen of Colyseus' own tool, which shows connections, bytes and what goes wrong, until it is stopped:
 * `npm run loadtest:screen -- --endpoint http://localhost:2567 --room world --numClients 50 --delay 100`
 */
import { cli } from "@colyseus/loadtest";
import { Player } from "./bots/player.ts";
import { StockConnector } from "./bots/stock-link.ts";
import { Tally } from "./bots/tally.ts";
import { chanceOf } from "./lib/chance.ts";
import { readGraph } from "./lib/world-graph.ts";

const PAUSE_MS = 2_000;
const TOLD_EVERY_MS = 5_000;

const graph = await readGraph();
const tally = new Tally();
tally.measuring = true;
const names: string[] = [];

cli(async ({ endpoint, clientId }) => {
  const http = endpoint.replace(/^ws/, "http");
  const chance = chanceOf(clientId + 1);
  const player = new Player({
    endpoint: http, connector: new StockConnector(http), graph, tally, chance, barred: () => undefined,
    friend: () => names[Math.floor(chance() * names.length)] ?? null,
  });
  await player.enter();
  names.push(player.name);
  player.play({ mix: "play", pauseMs: PAUSE_MS, awake: Promise.resolve() }).catch((error: unknown) => console.error(error));
});

setInterval(() => {
  const { move, transfer, say } = tally.classes;
  console.log(`${tally.linesHeard} lines heard; p50 and p99 in ms: ${[["move", move], ["transfer", transfer], ["say", say]].map(([name, histogram]) =>
    `${name as string} ${(histogram as typeof move).quantile(0.5).toFixed(1)} ${(histogram as typeof move).quantile(0.99).toFixed(1)}`).join(", ")}${tally.troubles === "" ? "" : `; ${tally.troubles}`}`);
}, TOLD_EVERY_MS);
