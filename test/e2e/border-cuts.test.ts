/**
 * A player's line is cut at every point of a walk, over a border between two processes, over one within a process, where the connection leads on, and within an area: when they come back
 * they have been shown every line of every room that fell while they were there, once, and none that fell before or after; and
 * whatever was told to them alone, once.
 */
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Session } from "../../client/sdk/session.ts";
import { Waystone } from "../../client/sdk/waystone.ts";
import type { RoomMessage } from "../../src/protocol/server-messages.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { ServerProcess } from "../support/server-process.ts";
import { TrappedConnector } from "../support/trapped-connector.ts";
import { until } from "../support/until.ts";
import { WorldMap } from "../support/world-map.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });
const SECRET = "a secret that both processes know, and nobody else";

class Player {
  readonly name: string;
  readonly wire: TrappedConnector;
  session!: Session;
  heard: RoomMessage[] = [];
  #stopped = false;

  private constructor(name: string, endpoint: string) {
    this.name = name;
    this.wire = new TrappedConnector(endpoint);
  }

  static async enter(name: string, endpoint: string): Promise<Player> {
    const player = new Player(name, endpoint);
    const waystone = new Waystone(endpoint, { connector: player.wire });
    await waystone.register(name, `secret of ${name}`);
    player.session = await waystone.join();
    player.session.on("lines", (lines) => player.heard.push(...lines));
    return player;
  }

  async does(command: string): Promise<void> {
    const answer = await this.session.command(command);
    if (answer.code !== "E_RATE") return expect(answer.status, command).toBe("ok");
    // It goes faster here than anybody types.
    await new Promise((resolve) => setTimeout(resolve, answer.retry_after_ms));
    await this.does(command);
  }

  /** Does it, and stands somewhere by it. */
  async walks(command: string, room: string): Promise<void> {
    await this.does(command);
    await until(() => this.session.state.status === "online" && this.session.view.self?.room_id === room, `${this.name} is in ${room}`);
  }

  async hears(text: string): Promise<void> {
    await until(() => this.heard.some(({ message }) => message.includes(text)), `${this.name} hears "${text}"`);
  }

  /** Comes back as soon as it may. */
  async comesBack(): Promise<void> {
    this.wire.mend();
    await until(() => {
      this.session.retryNow();
      return this.session.state.status === "online";
    }, `${this.name} is back`);
  }

  async leaves(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    await this.session?.close();
  }
}

/** Where things are said, and by whom; the other one there reads what everybody must have read. */
interface Place {
  readonly room: string;
  readonly speaker: Player;
  readonly witness: Player;
}

/** Where the line is cut. */
const POINTS: Readonly<Record<string, (what: string) => boolean>> = {
  "when the transfer arrives": (what) => what === "transfer",
  "when the seat is about to be taken": (what) => what === "take",
  "when the welcome arrives": (what) => what === "welcome",
  "with whatever comes behind the welcome": afterWelcome(() => true),
  "with the first lines behind the welcome": afterWelcome((what) => what === "events"),
  "with the state behind the welcome": afterWelcome((what) => what === "state"),
  "with the answer": (what) => what === "response",
  "with the first lines": (what) => what === "events",
  "with the state": (what) => what === "state",
};

function afterWelcome(holds: (what: string) => boolean): (what: string) => boolean {
  let welcomed = false;
  return (what) => {
    if (what === "welcome") welcomed = true;
    else if (welcomed && holds(what)) {
      welcomed = false;
      return true;
    }
    return false;
  };
}

describe.each([{ redis: true, processes: 2 }, { redis: false, processes: 2 }, { redis: true, processes: 1 }])("with Redis: $redis, processes: $processes", ({ redis: hasRedis, processes }) => {
  let postgres: TestPostgres;
  let redis: TestRedis | undefined;
  let map: WorldMap;
  const servers: ServerProcess[] = [];
  let places: readonly [Place, Place, Place];
  let ann: Player;
  let turn = 0;

  beforeAll(async () => {
    [postgres, redis] = await Promise.all([startPostgres(), hasRedis ? startRedis() : undefined]);
    const databaseUrl = await postgres.url();
    const env = { DATABASE_URL: databaseUrl, JWT_SECRET: SECRET, ...(redis === undefined ? {} : { REDIS_URL: redis.url }) };
    for (let count = 0; count < processes; count += 1) servers.push(await ServerProcess.start(env));
    const [one] = servers as [ServerProcess];
    map = await WorldMap.open(databaseUrl);
    await map.give(one.port, "square");
    await map.give(servers.at(-1)!.port, "lanterns");
    // Each hears of the other with its next beat.
    if (processes > 1) await new Promise((resolve) => setTimeout(resolve, 2500));
    const people: Player[] = [];
    for (const name of ["Adalind", "Benedikt", "Beatrix", "Cidonia", "Cornelia", "Dorothea", "Dietmar"]) people.push(await Player.enter(name, one.endpoint));
    ann = people[0]!;
    for (const who of people.slice(3)) await who.walks("east", "lantern_street");
    for (const who of people.slice(5)) await who.walks("east", "stairhead");
    places = [
      { room: "town_square", speaker: people[1]!, witness: people[2]! },
      { room: "lantern_street", speaker: people[3]!, witness: people[4]! },
      { room: "stairhead", speaker: people[5]!, witness: people[6]! },
    ];
  });
  afterAll(async () => {
    for (const { speaker, witness } of places ?? []) await Promise.all([speaker.leaves(), witness.leaves()]);
    await ann?.leaves();
    await map?.close();
    for (const server of servers) {
      expect(server.output).not.toContain("fault of the program");
      await server.remove();
    }
    await redis?.stop();
    await postgres?.stop();
  });

  /** Something said everywhere at once; resolves when it was heard. */
  const saidEverywhere = (word: string): Promise<unknown> => Promise.all(places.map(async ({ speaker, witness }) => {
    await speaker.does(`say ${word}`);
    await witness.hears(word);
  }));

  const WALKS = [
    { walk: "over a border", from: 0, line: "east", to: 1 },
    { walk: "over a border, and on", from: 0, line: "east;east", to: 2 },
    { walk: "back over it", from: 1, line: "west", to: 0 },
    { walk: "within an area", from: 1, line: "east", to: 2 },
    { walk: "out of an area by two steps", from: 2, line: "west;west", to: 0 },
  ];
  // Where no border is crossed, neither transfer nor welcome comes.
  const pointsOf = ({ walk }: { walk: string }): string[] => Object.keys(POINTS).filter((point) => walk !== "within an area" || POINTS[point]!("response") || POINTS[point]!("events") || POINTS[point]!("state"));
  // Within an area it is the same, whoever serves the others.
  const walks = processes === 1 ? WALKS.filter(({ walk }) => walk !== "within an area") : WALKS;
  test.each(walks.flatMap((walk) => pointsOf(walk).map((point) => ({ ...walk, point }))))("$walk, cut $point", async ({ from, to, line, point }) => {
    turn += 1;
    const word = (name: string): string => `${name}-${turn}-${hasRedis ? "r" : "n"}${processes}`;
    // Wherever a story that failed has left her.
    await ann.comesBack();
    for (const step of [2, 1]) if (ann.session.view.self?.room_id === places[step]!.room) await ann.walks("west", places[step - 1]!.room);
    for (let step = 0; step < from; step += 1) await ann.walks("east", places[step + 1]!.room);
    await saidEverywhere(word("before"));
    const start = places[from]!;
    await ann.hears(word("before"));
    for (const player of [ann, ...places.map(({ witness }) => witness)]) player.heard = [];

    const told: string[] = [];
    const tells = async (text: string): Promise<void> => {
      const { status } = await start.witness.session.command(`tell Adalind ${text}`);
      if (status === "ok") told.push(text);
    };
    // It may be on its way to her, along with her, or both.
    await tells(word("told"));
    ann.wire.arm(POINTS[point]!);
    // In the middle of talk, here and there.
    const meanwhile = saidEverywhere(word("walking"));
    const walked = ann.session.command(line);
    // Where nothing more comes by this line, there is nothing to cut.
    const sprung = until(() => ann.wire.sprung !== null, "the line is cut", 1_500).then(() => true, () => false);
    const toldMeanwhile = tells(word("told-meanwhile"));
    const again = saidEverywhere(word("meanwhile"));
    await meanwhile;
    await again;
    await toldMeanwhile;
    await saidEverywhere(word("cut"));
    if (!await sprung) ann.wire.cut();
    await saidEverywhere(word("still"));
    await ann.comesBack();
    expect((await walked).status).toBe("ok");
    await saidEverywhere(word("back"));
    await ann.hears(word("back"));

    for (const text of told) {
      // Whoever told her has read it when it did not arrive.
      if (start.witness.heard.some(({ message }) => /did not reach/.test(message))) break;
      expect(ann.heard.filter(({ message }) => message.includes(`"${text}"`)).length, text).toBe(1);
    }
    for (const { room, witness } of places) {
      const said = witness.heard.filter((line) => line.room_id === room && line.line !== undefined);
      const at = (pattern: RegExp): number[] => said.filter(({ message }) => pattern.test(message)).map((line) => line.line!);
      const came = at(/^Adalind arrives/);
      const went = at(/^Adalind leaves/);
      const read = ann.heard.filter((line) => line.room_id === room && line.line !== undefined);
      // What is about her she has in other words, or not at all.
      const others = ({ message }: RoomMessage): boolean => !message.includes("Adalind");
      // Where nobody saw her come, she came back unseen: from the first that she read there.
      const since = start.room === room ? -Infinity : came[0] ?? (read.length === 0 ? Infinity : Math.min(...read.map((line) => line.line!)) - 1);
      const until_ = went.at(-1) ?? Infinity;
      const due = said.filter((line) => line.line! > since && line.line! < until_ && others(line));
      expect(read.filter(others).map(({ message }) => message), `${room}, from ${since} to ${until_}`).toEqual(due.map(({ message }) => message));
    }
    for (let step = to; step > 0; step -= 1) await ann.walks("west", places[step - 1]!.room);
  });
});
