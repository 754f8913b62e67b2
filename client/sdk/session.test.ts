import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { KEPT_DEADLINE_MS, MAX_MOVED_PER_COMMAND, MAX_SENDS_PER_COMMAND, MAX_UNANSWERED, RECONNECT_ATTEMPTS, STABLE_AFTER_MS } from "./bounds.ts";
import { WaystoneError } from "./errors.ts";
import { MAX_SENT_ON, MAX_STEPS_PER_LINE } from "../../src/limits.ts";
import type { ConnectionState, Session } from "./session.ts";
import { FakeConnector, SEAT } from "./testing/fake-connector.ts";
import { Waystone } from "./waystone.ts";

const TOKEN = { token: "t1", expires_at: "2999-01-01T00:00:00Z", username: "ann" };
const refused = (code: WaystoneError["code"]): WaystoneError => new WaystoneError(code, code);

let server: FakeConnector;
let waystone: Waystone;
let session: Session;
let states: ConnectionState["status"][];
let refreshes: (() => Response)[];

async function enter(): Promise<void> {
  session = await waystone.join();
  states = [];
  session.on("state", ({ status }) => states.push(status));
  // A connection that has lasted: the first attempt after it waits a quarter of a second.
  await pass(STABLE_AFTER_MS);
}

/** Lets everything run that is due within `ms`. */
const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const seqs = (link: { commands: { seq?: number | undefined }[] }): (number | undefined)[] => link.commands.map(({ seq }) => seq);

beforeEach(() => {
  vi.useFakeTimers();
  server = new FakeConnector();
  waystone = new Waystone("http://localhost:2567", { connector: server, random: () => 1 });
  waystone.restore(TOKEN);
  refreshes = [];
  vi.stubGlobal("fetch", vi.fn(() => {
    const answer = refreshes.shift();
    return answer === undefined ? Promise.reject(new TypeError("fetch failed")) : Promise.resolve(answer());
  }));
});

afterEach(async () => {
  const over = session?.close();
  await pass(2_000);
  await over;
  expect(vi.getTimerCount()).toBe(0);
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("joining", () => {
  test("a join is done when the welcome is there, and tells the protocol but nothing to resume", async () => {
    await enter();
    expect(session.state).toEqual({ status: "online", room_id: "square" });
    expect(server.joins).toEqual([{ token: "t1", options: { protocol: 1, same_connection: true } }]);
  });

  test("a session can go on where an earlier one left off, and hears nothing twice", async () => {
    await enter();
    server.last.says({ id: "a", line: 11 }, { id: "b", line: 12 });
    const leftOff = session.leftOff;
    expect(leftOff).toEqual({ place: { room_id: "square", line: 12 }, heard: ["a", "b"] });
    await session.close();
    session = await waystone.join(leftOff === undefined ? {} : { resume: leftOff });
    expect(server.joins.at(-1)?.options.resume).toEqual({ room_id: "square", line: 12, seq: 0 });
    const heard: string[] = [];
    session.on("lines", (lines) => heard.push(...lines.map(({ id }) => id)));
    server.last.says({ id: "b", line: 12 }, { id: "c", line: 13 });
    expect(heard).toEqual(["c"]);
  });

  test("the line is measured when asked", async () => {
    await enter();
    const answered = vi.fn();
    session.ping(answered);
    expect(answered).toHaveBeenCalledExactlyOnceWith(expect.any(Number));
    server.last.cut(1006);
    session.ping(answered);
    expect(answered).toHaveBeenCalledOnce();
  });

  test("a first join tries a few times, then says why not", async () => {
    server.receptions = [refused("E_DRAINING"), refused("E_BUSY")];
    const joined = waystone.join();
    await pass(2_000);
    session = await joined;
    expect(session.state.status).toBe("online");

    server.receptions = Array<WaystoneError>(9).fill(refused("E_STORAGE"));
    const failed = expect(waystone.join({ attempts: 3 })).rejects.toMatchObject({ code: "E_STORAGE" });
    await pass(60_000);
    await failed;
    expect(server.joins).toHaveLength(6);
  });

  test("an old client is told so at once", async () => {
    server.receptions = [refused("E_PROTOCOL")];
    await expect(waystone.join()).rejects.toMatchObject({ code: "E_PROTOCOL" });
    expect(server.joins).toHaveLength(1);
  });

  test("a connection that brings no welcome is given up", async () => {
    server.receptions = ["open", "welcome"];
    const joined = waystone.join();
    await pass(16_000);
    session = await joined;
    expect(server.links[0]?.open).toBe(false);
    expect(server.links).toHaveLength(2);
  });

  test("lines that come before a listener are kept for the first one", async () => {
    server.receptions = ["open"];
    const joined = waystone.join();
    await pass(0);
    server.last.welcomes();
    server.last.says({ id: "a" }, { id: "b" });
    session = await joined;
    const heard: string[] = [];
    session.on("lines", (lines) => heard.push(...lines.map((line) => line.id)));
    expect(heard).toEqual(["a", "b"]);
  });
});

describe("commands", () => {
  test("numbers go on after the welcome's, and the answer with the same id resolves", async () => {
    server.receptions = ["open"];
    const joined = waystone.join();
    await pass(0);
    server.last.welcomes({ seq: 41 });
    session = await joined;
    const answer = session.command("look");
    expect(server.last.commands).toEqual([{ type: "command", command: "look", id: "req_42", seq: 42, answered: 41 }]);
    server.last.answers("req_7");
    server.last.answers("req_42", { status: "refused", code: "too_dark" });
    await expect(answer).resolves.toMatchObject({ status: "refused", code: "too_dark" });
    expect(session.unanswered).toBe(0);
  });

  test("each says up to which number all answers have come, which is not past one that is still out", async () => {
    await enter();
    const [first, second] = [session.command("get bread"), session.command("look")];
    server.last.answers("req_2");
    await second;
    const third = session.command("smile");
    server.last.answers("req_1");
    await first;
    const fourth = session.command("bow");
    expect(server.last.commands.map(({ seq, answered }) => [seq, answered])).toEqual([[1, 0], [2, 0], [3, 0], [4, 2]]);
    server.last.answers("req_3");
    server.last.answers("req_4");
    await Promise.all([third, fourth]);
  });

  test("queued is provisional: it is told, and the promise waits", async () => {
    await enter();
    const onQueued = vi.fn();
    const replies: string[] = [];
    session.on("reply", ({ command, response }) => replies.push(`${command.command} ${response.status}`));
    const answer = session.command("get sword", onQueued);
    server.last.answers("req_1", { status: "queued" });
    expect(onQueued).toHaveBeenCalledOnce();
    expect(session.unanswered).toBe(1);
    server.last.answers("req_1");
    await expect(answer).resolves.toMatchObject({ status: "ok" });
    expect(replies).toEqual(["get sword queued", "get sword ok"]);
  });

  test("too long and too many are refused here", async () => {
    await enter();
    await expect(session.command("x".repeat(2_000))).rejects.toMatchObject({ code: "E_TOO_LARGE" });
    for (let nth = 0; nth < MAX_UNANSWERED; nth++) {
      session.command("n").catch((error: unknown) => expect(error).toMatchObject({ code: "E_CLOSED" }));
    }
    await expect(session.command("n")).rejects.toMatchObject({ code: "E_BUSY" });
  });

  test("a line is heard once, however often it comes", async () => {
    await enter();
    const heard: string[] = [];
    session.on("lines", (lines) => heard.push(...lines.map((line) => line.id)));
    server.last.says({ id: "a", line: 11 }, { id: "b", line: 12 });
    server.last.says({ id: "b", line: 12, replayed: true }, { id: "c", line: 13 });
    expect(heard).toEqual(["a", "b", "c"]);
  });

  test("what cannot be read is left out and told, and takes nothing else with it", async () => {
    await enter();
    const heard: string[] = [];
    const warnings: string[] = [];
    session.on("lines", (lines) => heard.push(...lines.map((line) => line.message_type)));
    session.on("warning", ({ code }) => warnings.push(code));
    server.last.events.message("response", { nonsense: true });
    server.last.events.message("events", [null, { id: "a", room_id: "square", message: "hum", message_type: "song" }]);
    server.last.events.message("fireworks", {});
    expect(heard).toEqual(["info"]);
    expect(warnings).toEqual(["E_ANSWER"]);
  });
});

describe("a cut", () => {
  test("comes back by token with what was heard last, and sends the unanswered again under their numbers", async () => {
    await enter();
    const first = session.command("north");
    server.last.answers("req_1");
    await first;
    const second = session.command("get lamp");
    server.last.says({ id: "a", line: 11 }, { id: "t", message_type: "tell" }, { id: "b", line: 12 });
    server.last.cut(1006);
    expect(session.state.status).toBe("reconnecting");
    const third = session.command("say hello");
    await pass(250);
    expect(server.joins[1]?.options).toEqual({ protocol: 1, same_connection: true, resume: { room_id: "square", line: 12, seq: 1 } });
    expect(server.last.commands.map(({ id }) => id)).toEqual(["req_2", "req_3"]);
    server.last.answers("req_2");
    server.last.answers("req_3");
    await Promise.all([second, third]);
    expect(states).toEqual(["reconnecting", "online"]);
  });

  test("waits longer each time, up to five seconds, and goes on for minutes", async () => {
    await enter();
    server.receptions = Array<WaystoneError>(40).fill(refused("E_NETWORK"));
    const delays: number[] = [];
    session.on("state", (state) => {
      if (state.status === "reconnecting") delays.push(state.retryInMs);
    });
    server.last.cut(1006);
    await pass(30_000);
    expect(delays.slice(0, 7)).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000]);
    await pass(200_000);
    expect(session.state.status).toBe("online");
  });

  test("gives up in the end, and fails what was waiting", async () => {
    await enter();
    server.receptions = Array<WaystoneError>(RECONNECT_ATTEMPTS).fill(refused("E_NETWORK"));
    const lost = expect(session.command("look")).rejects.toMatchObject({ code: "E_NETWORK" });
    server.last.cut(1006);
    await pass(RECONNECT_ATTEMPTS * 5_000);
    await lost;
    expect(session.state).toMatchObject({ status: "closed", code: "E_NETWORK" });
    await expect(session.command("look")).rejects.toMatchObject({ code: "E_NETWORK" });
  });

  test("the pause the server asks for is kept", async () => {
    await enter();
    server.receptions = [new WaystoneError("E_BUSY", "later", { retryAfterMs: 8_000 })];
    server.last.cut(4001);
    await pass(8_000);
    expect(server.joins).toHaveLength(2);
    await pass(500);
    expect(session.state.status).toBe("online");
  });

  test("retryNow does not wait", async () => {
    await enter();
    server.receptions = [refused("E_NETWORK")];
    server.last.cut(1006);
    await pass(300);
    session.retryNow();
    await pass(0);
    expect(session.state.status).toBe("online");
  });

  test("made by the command itself becomes no storm: longer pauses, and after some sends the command is failed", async () => {
    await enter();
    const poison = expect(session.command("crash")).rejects.toMatchObject({ code: "E_NETWORK" });
    for (let connection = 0; connection < MAX_SENDS_PER_COMMAND; connection++) {
      server.last.cut(1006);
      await pass(5_000);
    }
    await poison;
    expect(server.links.slice(0, -1).every((link) => seqs(link).includes(1))).toBe(true);
    expect(seqs(server.last)).toEqual([]);

    const joinsBefore = server.joins.length;
    for (let tick = 0; tick < 100; tick++) {
      if (session.state.status === "online") server.last.cut(1006);
      await pass(100);
    }
    expect(server.joins.length - joinsBefore).toBeLessThan(8);
  });

  test("right behind the welcome is a failed attempt like any other", async () => {
    await enter();
    server.receptions = ["open"];
    server.last.cut(1006);
    await pass(250);
    server.last.welcomes();
    server.last.cut(1006);
    await pass(500);
    expect(server.links).toHaveLength(3);
    expect(session.state.status).toBe("online");
  });

  test("lines replayed after the cut move the counter; it does not jump over them", async () => {
    await enter();
    server.last.says({ id: "a", line: 11 });
    server.receptions = ["open", "welcome"];
    server.last.cut(1006);
    await pass(250);
    server.last.welcomes({ line: 20 });
    await pass(0);
    server.last.cut(1006);
    await pass(500);
    expect(server.joins[2]?.options.resume?.line).toBe(11);
  });
});

describe("a cut on the way to another room", () => {
  test("is followed by what was missed in the one left, and the next one resumes in the room where the character is", async () => {
    await enter();
    const heard: string[] = [];
    session.on("lines", (lines) => heard.push(...lines.map(({ id }) => id)));
    server.receptions = ["open", "open"];
    server.last.cut(1006);
    await pass(250);
    server.last.says({ id: "s", line: 11, replayed: true });
    server.last.welcomes({ room_id: "gate", line: 3 });
    await pass(0);
    expect(heard).toEqual(["s"]);
    server.last.cut(1006);
    await pass(500);
    expect(server.joins[2]?.options.resume).toMatchObject({ room_id: "gate", line: 3 });
  });
});

describe("a transfer", () => {
  test("keeps the old room until the new one has welcomed, and commands wait for the new one", async () => {
    await enter();
    const old = server.last;
    const going = session.command("north");
    server.receptions = ["open"];
    old.transfers("gate");
    await pass(0);
    expect(session.state).toEqual({ status: "transferring", room_id: "gate" });
    expect(server.takes).toEqual([SEAT]);
    const typed = session.command("look");
    expect(old.commands).toHaveLength(1);
    old.answers("req_1");
    await going;
    expect(old.left).toBe(false);

    server.last.welcomes({ room_id: "gate", line: 3, seq: 1 });
    await pass(0);
    expect(old.left).toBe(true);
    expect(session.state).toEqual({ status: "online", room_id: "gate" });
    expect(seqs(server.last)).toEqual([2]);
    server.last.answers("req_2");
    await typed;
    expect(states).toEqual(["transferring", "online"]);
    expect(server.joins).toHaveLength(1);
  });

  /** Goes to the gate; the first state, if there is one, says that the character is in `stands`. */
  const comesToTheGate = async (stands?: string): Promise<void> => {
    await enter();
    server.receptions = ["open"];
    server.last.transfers();
    await pass(0);
    if (stands !== undefined) standsIn(stands);
    server.last.welcomes({ room_id: "gate", line: 3 });
    await pass(0);
  };
  const standsIn = (room_id: string): void => {
    server.last.state = { selves: new Map([["ann", { room_id, line: 70 }]]) };
    server.last.events.stateChanged();
  };
  const resumesAfterCut = async (): Promise<unknown> => {
    server.last.cut(1006);
    await pass(250);
    return server.joins[1]?.options.resume;
  };

  test("after it, a cut resumes in the new room", async () => {
    await comesToTheGate();
    server.last.says({ id: "g", room_id: "gate", line: 4 });
    expect(await resumesAfterCut()).toMatchObject({ room_id: "gate", line: 4 });
  });

  test("of one who has walked on before the new room's state was there resumes where lines have yet to come from", async () => {
    // The first state is of the moment; the welcome and what was said at the gate come behind it.
    await comesToTheGate("bridge");
    expect(await resumesAfterCut()).toMatchObject({ room_id: "gate", line: 3 });
  });

  test("after it, a step that the state tells of is where a cut resumes, also where nothing is said", async () => {
    await comesToTheGate("gate");
    standsIn("bridge");
    expect(await resumesAfterCut()).toMatchObject({ room_id: "bridge", line: 70 });
  });

  test("that brings nothing within five seconds falls back to a fresh join", async () => {
    await enter();
    server.receptions = ["hang"];
    server.last.transfers();
    await pass(4_900);
    expect(server.joins).toHaveLength(1);
    await pass(200);
    expect(server.joins).toHaveLength(2);
    expect(session.state.status).toBe("online");
    expect(server.links[0]?.open).toBe(false);
  });

  test("that is refused falls back to a fresh join", async () => {
    await enter();
    server.receptions = [refused("E_NETWORK")];
    server.last.transfers();
    await pass(0);
    expect(states).toEqual(["transferring", "reconnecting", "online"]);
  });

  test("over the same connection takes no seat, and nothing is left or closed", async () => {
    await enter();
    const old = server.last;
    server.receptions = ["open"];
    old.transfers("gate", { same_connection: true });
    await pass(0);
    expect(session.state).toEqual({ status: "transferring", room_id: "gate" });
    const typed = session.command("look");
    server.last.welcomes({ room_id: "gate", line: 3 });
    await pass(0);
    expect(session.state).toEqual({ status: "online", room_id: "gate" });
    expect(server.takes).toEqual([]);
    expect(old).toMatchObject({ left: false, open: true, commands: [] });
    expect(seqs(server.last)).toEqual([1]);
    server.last.answers("req_1");
    await typed;
    await session.close();
    expect(server.last.left).toBe(true);
  });

  test("over a connection that ends before it has led on falls back to a fresh join", async () => {
    await enter();
    server.receptions = [refused("E_NETWORK")];
    server.last.transfers("gate", { same_connection: true });
    await pass(0);
    expect(states).toEqual(["transferring", "reconnecting", "online"]);
    expect(server.takes).toEqual([]);
  });

  test("into an area that has changed hands goes on to where it is now, before there is a welcome", async () => {
    await enter();
    const old = server.last;
    server.receptions = ["open", "open"];
    old.transfers("gate");
    await pass(0);
    const typed = session.command("look");
    const inVain = server.last;
    inVain.transfers("gate");
    await pass(0);
    expect(server.takes).toEqual([SEAT, SEAT]);
    expect(inVain).toMatchObject({ open: false, commands: [] });
    expect(old.left).toBe(false);
    server.last.welcomes({ room_id: "gate", line: 3 });
    await pass(0);
    expect(states).toEqual(["transferring", "online"]);
    expect(seqs(server.last)).toEqual([1]);
    server.last.answers("req_1");
    await typed;
    expect(old.left).toBe(true);
    expect(server.joins).toHaveLength(1);
  });

  test("over the same connection, told of another instead, takes that one", async () => {
    await enter();
    const old = server.last;
    server.receptions = ["open", "open"];
    old.transfers("gate", { same_connection: true });
    await pass(0);
    old.transfers("gate");
    await pass(0);
    expect(server.takes).toEqual([SEAT]);
    server.last.welcomes({ room_id: "gate", line: 3 });
    await pass(0);
    expect(states).toEqual(["transferring", "transferring", "online"]);
    expect(server.joins).toHaveLength(1);
  });

  test("to another process keeps the connection, and takes the way back over it", async () => {
    await enter();
    const first = server.last;
    first.transfers("gate", { keep: true });
    await pass(0);
    const second = server.last;
    expect(first).toMatchObject({ kept: true, left: false, open: true });
    second.transfers("square", { keep: true });
    await pass(0);
    expect(first.taken).toEqual([SEAT]);
    expect(server.takes).toEqual([SEAT]);
    expect(second).toMatchObject({ kept: true, left: false, open: true });
    expect(session.state).toEqual({ status: "online", room_id: "square" });
    await session.close();
    // What was kept is not left behind.
    expect(second.open).toBe(false);
  });

  test("over a kept connection that does not answer opens another, and so does one whose kept connection has ended or leads elsewhere", async () => {
    await enter();
    const first = server.last;
    first.transfers("gate", { keep: true });
    await pass(0);
    server.receptions = ["hang", "welcome"];
    server.last.transfers("square", { keep: true });
    await pass(KEPT_DEADLINE_MS);
    expect(first.taken).toEqual([SEAT]);
    expect(server.takes).toEqual([SEAT, SEAT]);
    const third = server.last;
    expect(session.state.status).toBe("online");

    third.transfers("gate", { keep: true, seat: { ...SEAT, processId: "another" } });
    await pass(0);
    expect(server.takes).toHaveLength(3);
    third.cut(1006);
    server.last.transfers("square");
    await pass(0);
    expect(third.taken).toEqual([]);
    expect(server.takes).toHaveLength(4);
    expect(session.state.status).toBe("online");
    expect(server.joins).toHaveLength(1);
  });

  test("keeps one connection, and none after a cut", async () => {
    await enter();
    const first = server.last;
    first.transfers("gate", { keep: true, seat: { ...SEAT, processId: "another" } });
    await pass(0);
    const second = server.last;
    second.transfers("harbour", { keep: true, seat: { ...SEAT, processId: "a third" } });
    await pass(0);
    expect(first.open).toBe(false);
    expect(second.open).toBe(true);
    server.last.cut(1006);
    await pass(0);
    expect(second.open).toBe(false);
  });

  test("that is sent on again and again falls back to a fresh join", async () => {
    await enter();
    server.receptions = Array<"open">(9).fill("open");
    server.last.transfers("gate");
    await pass(0);
    for (let times = 0; times <= MAX_SENT_ON && server.joins.length === 1; times += 1) {
      server.last.transfers("gate");
      await pass(0);
    }
    expect(server.takes).toHaveLength(1 + MAX_SENT_ON);
    expect(server.joins).toHaveLength(2);
    expect(states).toEqual(["transferring", "reconnecting"]);
    server.last.welcomes({ room_id: "gate", line: 3 });
    await pass(0);
    expect(session.state.status).toBe("online");
  });

  test("does not mind the old connection's end", async () => {
    await enter();
    const old = server.last;
    server.receptions = ["open"];
    old.transfers();
    await pass(0);
    old.cut(4409);
    server.last.welcomes({ room_id: "gate" });
    await pass(0);
    expect(session.state).toEqual({ status: "online", room_id: "gate" });
  });

  test("a command that came too late for the old area is sent to the new one", async () => {
    await enter();
    const old = server.last;
    const late = session.command("look");
    old.answers("req_1", { status: "error", code: "E_MOVED" });
    expect(session.unanswered).toBe(1);
    old.transfers();
    await pass(0);
    expect(seqs(server.last)).toEqual([1]);
    server.last.answers("req_1");
    await expect(late).resolves.toMatchObject({ status: "ok" });
  });

  test("E_MOVED without a transfer leads to a fresh join, and in the end to the caller", async () => {
    await enter();
    const answer = session.command("look");
    for (let time = 0; time < MAX_MOVED_PER_COMMAND; time++) {
      server.last.answers("req_1", { status: "error", code: "E_MOVED" });
      await pass(6_000);
    }
    await expect(answer).resolves.toMatchObject({ status: "error", code: "E_MOVED" });
    expect(server.joins).toHaveLength(MAX_MOVED_PER_COMMAND);
  });

  test("what was typed behind a line through many areas is sent after its character into each of them", async () => {
    await enter();
    const answer = session.command("look");
    for (let area = 0; area < MAX_STEPS_PER_LINE; area++) {
      server.last.answers("req_1", { status: "error", code: "E_MOVED" });
      server.last.transfers();
      await pass(10);
    }
    expect(server.takes).toHaveLength(MAX_STEPS_PER_LINE);
    server.last.answers("req_1", { status: "ok" });
    await expect(answer).resolves.toMatchObject({ status: "ok" });
  });

  test("right behind the welcome is followed, too", async () => {
    server.receptions = ["open", "welcome"];
    const joined = waystone.join();
    await pass(0);
    server.last.welcomes();
    server.last.transfers();
    session = await joined;
    await pass(0);
    expect(server.takes).toHaveLength(1);
    expect(server.links).toHaveLength(2);
    expect(session.state.status).toBe("online");
  });
});

describe("the end", () => {
  test.each([
    ["the close code", (): void => server.last.cut(4409)],
    ["the server's message", (): void => {
      server.last.events.message("closed", { type: "closed", code: "E_REPLACED", message: "You have entered from another place." });
      server.last.cut(4002);
    }],
  ])("another connection has taken over: no retry (%s)", async (_, end) => {
    await enter();
    end();
    await pass(60_000);
    expect(session.state).toMatchObject({ status: "closed", code: "E_REPLACED" });
    expect(server.joins).toHaveLength(1);
  });

  test("a consented close from the server (quit) is final", async () => {
    await enter();
    server.last.cut(4000);
    await pass(60_000);
    expect(session.state).toMatchObject({ status: "closed", code: "E_CLOSED" });
    expect(server.joins).toHaveLength(1);
  });

  test("close leaves consented, fails what waits, and is quiet afterwards", async () => {
    await enter();
    const lost = expect(session.command("look")).rejects.toMatchObject({ code: "E_CLOSED" });
    await session.close();
    await lost;
    expect(server.last.left).toBe(true);
    expect(states).toEqual(["closed"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("close over a dead line is an end as well", async () => {
    await enter();
    server.last.leaveCode = 1006;
    await session.close();
    await pass(60_000);
    expect(states).toEqual(["closed"]);
    expect(server.joins).toHaveLength(1);
  });

  test("close while reconnecting or transferring stops the attempt", async () => {
    await enter();
    server.receptions = ["hang"];
    server.last.transfers();
    await pass(100);
    await session.close();
    expect(vi.getTimerCount()).toBe(0);

    await enter();
    server.receptions = [refused("E_NETWORK")];
    server.last.cut(1006);
    await pass(300);
    await session.close();
    await pass(60_000);
    expect(session.state.status).toBe("closed");
    expect(server.joins).toHaveLength(3);
  });
});

describe("the token", () => {
  const renewed = (): Response => Response.json({ ...TOKEN, token: "t2" });
  const denied = (): Response => Response.json({ error: { code: "E_TOKEN_EXPIRED", message: "Log in again." } }, { status: 401 });

  test("an expired one is exchanged once, and the join goes on", async () => {
    await enter();
    refreshes = [renewed];
    server.receptions = [refused("E_TOKEN_EXPIRED")];
    const logins: (string | undefined)[] = [];
    waystone.onLogin((login) => logins.push(login?.token));
    server.last.cut(1006);
    await pass(250);
    expect(server.joins.map(({ token }) => token)).toEqual(["t1", "t1", "t2"]);
    expect(logins).toEqual(["t2"]);
    expect(session.state.status).toBe("online");
  });

  test("one that cannot be exchanged ends the session with the reason", async () => {
    await enter();
    refreshes = [denied];
    server.receptions = [refused("E_TOKEN_EXPIRED")];
    server.last.cut(1006);
    await pass(60_000);
    expect(session.state).toMatchObject({ status: "closed", code: "E_TOKEN_EXPIRED" });
    expect(server.joins).toHaveLength(2);
  });

  test("a new one that is refused as well ends the session", async () => {
    refreshes = [renewed];
    server.receptions = [refused("E_AUTH"), refused("E_AUTH")];
    await expect(waystone.join()).rejects.toMatchObject({ code: "E_AUTH" });
  });

  test("is renewed when half its life is over", async () => {
    waystone.restore({ ...TOKEN, expires_at: new Date(Date.now() + 3_600_000).toISOString() });
    await enter();
    refreshes = [renewed];
    server.last.answersPings = true;
    await pass(1_801_000);
    expect(waystone.identity?.token).toBe("t2");
  });
});

describe("a silent line", () => {
  test("is tested, and lost when nothing answers", async () => {
    await enter();
    await pass(16_000);
    expect(server.last.pings).toBe(1);
    server.last.answersPings = false;
    await pass(21_000);
    expect(server.links).toHaveLength(2);
    expect(session.state.status).toBe("online");
  });

  test("a page that wakes up tests at once, or tries again at once", async () => {
    const page = new EventTarget();
    vi.stubGlobal("document", Object.assign(new EventTarget(), { visibilityState: "visible" }));
    vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
    vi.stubGlobal("removeEventListener", page.removeEventListener.bind(page));
    await enter();
    server.last.answersPings = false;
    (globalThis as unknown as { document: EventTarget }).document.dispatchEvent(new Event("visibilitychange"));
    server.receptions = Array<WaystoneError>(8).fill(refused("E_NETWORK"));
    await pass(2_600);
    expect(session.state.status).toBe("reconnecting");
    await pass(8_000);
    server.receptions = [];
    page.dispatchEvent(new Event("online"));
    await pass(0);
    expect(session.state.status).toBe("online");
  });
});
