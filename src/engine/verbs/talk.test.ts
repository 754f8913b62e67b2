import { describe, expect, test } from "vitest";
import { anExit, anNpcKind, aRoom, aWorld, type TestWorld, onlineOf } from "../../../test/support/transcript.ts";
import type { Message } from "../decision.ts";

const marta = anNpcKind("baker", { name: "Marta the baker", keywords: ["marta", "baker"], dialogue: [{ words: ["bread"], reply: ['"Two coins."'], when: null, gives: null }] });
const rooms = [aRoom("yard", { exits: [anExit("north", "lane"), anExit("gate", "far")] }), aRoom("lane"), aRoom("cellar", { dark: true }), aRoom("far", { area: "elsewhere" })];
const make = () => aWorld({ rooms, npcs: [marta] });
const messages = (world: TestWorld): readonly Message[] => world.last?.messages ?? [];

describe("say and emote", () => {
  test.each(["say Hello there!", "'Hello there!", '" Hello there!'])("%s", (line) => {
    const world = make();
    world.person("Ada");
    world.person("Ben");
    expect(world.as("Ada", line)).toEqual(['You say, "Hello there!"']);
    expect(world.reads("Ben")).toEqual(['Ada says, "Hello there!"']);
  });

  test.each([
    [":waves slowly.", "Ada waves slowly."],
    ["emote waves slowly.", "Ada waves slowly."],
    ["em waves slowly.", "Ada waves slowly."],
    [":'s hat falls.", "Ada's hat falls."],
    [":, smiling, sits down.", "Ada, smiling, sits down."],
    [":says {actor} and $1", "Ada says {actor} and $1"],
  ])("%s", (line, seen) => {
    const world = make();
    world.person("Ada");
    world.person("Ben");
    expect(world.as("Ada", line)).toEqual([seen]);
    expect(world.reads("Ben")).toEqual([seen]);
  });

  test("in the dark it is someone", () => {
    const world = make();
    world.person("Ada", { room: "cellar" as never });
    world.person("Ben", { room: "cellar" as never });
    world.as("Ada", "'hello; :waves");
    world.as("Ada", ":waves");
    expect(world.reads("Ben")).toEqual(['Someone says, "hello; :waves"', "Someone waves"]);
    expect(messages(world).filter((message) => message.sender !== undefined)).toEqual([]);
  });
});

describe("whisper and ask", () => {
  test.each(["whisper ben meet me", "whisper to ben meet me", "whis Ben, meet me"])("%s: Ben hears it, Cid sees it", (line) => {
    const world = make();
    world.person("Ada");
    world.person("Ben");
    world.person("Cid");
    expect(world.as("Ada", line)).toEqual(['You whisper to Ben, "meet me"']);
    expect(world.reads("Ben")).toEqual(['Ada whispers to you, "meet me"']);
    expect(world.reads("Cid")).toEqual(["Ada whispers something to Ben."]);
  });

  test.each([
    ["ask marta about bread", "You ask Marta the baker about bread.", "Ada asks Marta the baker about bread."],
    ["ask marta the baker about fresh bread", "You ask Marta the baker about fresh bread.", "Ada asks Marta the baker about fresh bread."],
    ["ask marta bread", "You ask Marta the baker about bread.", "Ada asks Marta the baker about bread."],
    ["ask marta for bread", "You ask Marta the baker about bread.", "Ada asks Marta the baker about bread."],
    ["ask marta do you have bread?", 'You ask Marta the baker, "do you have bread?"', 'Ada asks Marta the baker, "do you have bread?"'],
    ["ask marta what people say about bread", 'You ask Marta the baker, "what people say about bread"', 'Ada asks Marta the baker, "what people say about bread"'],
    ["whisper baker bread", 'You whisper to Marta the baker, "bread"', "Ada whispers something to Marta the baker."],
  ])("%s: she hears it and answers", (line, said, seen) => {
    const world = make();
    world.person("Ada");
    world.person("Ben");
    world.npc("baker");
    expect(world.as("Ada", line)).toEqual([said, 'Marta the baker says, "Two coins."']);
    expect(world.reads("Ben")[0]).toBe(seen);
  });

  test("a player may be asked too", () => {
    const world = make();
    world.person("Ada");
    world.person("Ben");
    expect(world.as("Ada", "ask ben about the weather")).toEqual(["You ask Ben about the weather."]);
    expect(world.reads("Ben")).toEqual(["Ada asks you about the weather."]);
  });

  test.each([
    ["whisper", "Whisper to whom?", "no_target"], ["whisper ben", "What do you want to whisper to Ben?", "no_text"], ["whisper zed hi", "You see no zed here.", "no_such_person"],
    ["whisper me hi", "You mutter something under your breath, and understand it perfectly.", "self"],
    ["ask", "Ask whom?", "no_target"], ["ask ben", "What do you want to ask Ben about?", "no_text"], ["ask ben about", "What do you want to ask Ben about?", "no_text"],
    ["ask zed about bread", "You see no zed here.", "no_such_person"], ["ask self why", "You ask yourself, and are none the wiser.", "self"],
    ["say", "Say what?", "no_text"], [":", "What do you want to be seen doing?", "no_text"], ["shout", "Shout what?", "no_text"],
  ])("%s: %s", (line, said, code) => {
    const world = make();
    world.person("Ada");
    world.person("Ben");
    expect(world.as("Ada", line)).toEqual([said]);
    expect(world.last).toMatchObject({ kind: "refused", code });
  });
});

describe("tell and reply", () => {
  test("to somebody in another room, who answers", () => {
    const world = make();
    world.person("Ada");
    world.person("Ben", { room: "lane" as never });
    world.person("Cid", { room: "lane" as never });
    expect(world.as("Ada", "tell ben where are you?")).toEqual(['You tell Ben, "where are you?"']);
    expect(world.reads("Ben")).toEqual(['Ada tells you, "where are you?"']);
    world.reads("Ada");
    expect(world.as("Ben", "r in the lane")).toEqual(['You tell Ada, "in the lane"']);
    expect(world.reads("Ada")).toEqual(['Ben tells you, "in the lane"']);
    expect(world.reads("Cid")).toEqual([]);
  });

  test("to somebody far away: the line finds them, and the area there notes who wrote", () => {
    const world = make();
    world.person("Ada");
    const zoe = { id: "zoe" as never, name: "Zoe", role: "player" as const, afk: "at lunch", areaName: "Far" };
    world.online = onlineOf([zoe]);
    expect(world.as("Ada", "t Zoe: hello")).toEqual(['You tell Zoe, "hello"', "Zoe is away: at lunch"]);
    expect(messages(world).find(({ audience }) => audience.to === "player")).toMatchObject({ audience: { to: "player", id: "zoe" }, type: "tell", sender: "Ada" });
    expect(world.last?.kind === "accepted" && world.last.events).toEqual([]);
  });

  test("those who are away or cut off are said to be", () => {
    const world = make();
    world.person("Ada");
    world.person("Ben", { afk: "" });
    world.person("Cid", { linkDead: true });
    expect(world.as("Ada", "tell ben hi")[1]).toBe("Ben is away and may read this later.");
    expect(world.as("Ada", "tell cid hi")[1]).toBe("Cid has lost the connection and may not read this.");
  });

  test("also asleep, and in the dark the name is told", () => {
    const world = make();
    world.person("Ada", { position: "sleeping", room: "cellar" as never });
    world.person("Ben");
    world.as("Ada", "tell ben zzz");
    expect(world.reads("Ben")).toEqual(['Ada tells you, "zzz"']);
  });

  test.each([
    ["tell", "Tell whom?", "no_target"], ["tell ben", "What do you want to tell Ben?", "no_text"], ["tell zed hi", "No player called zed is in the world now.", "no_such_player"],
    ["tell ada hi", "You tell yourself, and you knew it already.", "self"], ["tell me hi", "You tell yourself, and you knew it already.", "self"],
    ["tell marta hi", "Marta the baker is here with you. Use say, ask or whisper.", "not_a_player"], ["reply hi", "Nobody has told you anything yet.", "nobody_told"],
    ["tell be hi", "No player called be is in the world now.", "no_such_player"],
  ])("%s: %s", (line, said, code) => {
    const world = make();
    world.person("Ada");
    world.person("Ben");
    world.npc("baker");
    expect(world.as("Ada", line)).toEqual([said]);
    expect(world.last).toMatchObject({ kind: "refused", code });
  });
});

test("a shout is heard in this area and in those an exit leads to", () => {
  const world = make();
  world.person("Ada");
  world.person("Ben", { room: "lane" as never });
  expect(world.as("Ada", "shout Fire!")).toEqual(['You shout, "Fire!"']);
  expect(world.reads("Ben")).toEqual(['Ada shouts, "Fire!"']);
  expect(messages(world).at(-1)?.audience).toEqual({ to: "areas", areas: ["here", "elsewhere"], except: ["ada"] });
});

describe("channels", () => {
  test.each(["chat Hello all!", "channel chat Hello all!", "CHAT Hello all!"])("%s", (line) => {
    const world = make();
    world.person("Ada");
    world.person("Ben", { room: "lane" as never });
    expect(world.as("Ada", line)).toEqual(["[chat] Ada: Hello all!"]);
    expect(world.reads("Ben")).toEqual(["[chat] Ada: Hello all!"]);
    expect(messages(world)[1]).toMatchObject({ audience: { to: "channel", channel: "chat", except: ["ada"] }, type: "channel", sender: "Ada" });
  });

  test("turned off and on again, which lasts", () => {
    const world = make();
    const ada = world.person("Ada", { settings: { aliases: { a: "b" }, brief: true, mutedChannels: [] } });
    expect(world.as("Ada", "channel chat off")).toEqual(["You no longer listen to chat."]);
    expect(ada.settings).toEqual({ aliases: { a: "b" }, brief: true, mutedChannels: ["chat"] });
    expect(world.last?.kind === "accepted" && [[...world.last.reads], [...world.last.writes]]).toEqual([["character:ada"], ["character:ada"]]);
    expect(world.as("Ada", "chat hello")).toEqual(["You have turned chat off. Type channel chat on to listen again."]);
    expect(world.last).toMatchObject({ code: "channel_off" });
    expect(world.as("Ada", "chat off")).toEqual(["You have turned chat off already."]);
    expect(world.as("Ada", "channels")[0]).toBe("Chat (off): Talk.");
    expect(world.as("Ada", "chat on")).toEqual(["You listen to chat again."]);
    expect(ada.settings.mutedChannels).toEqual([]);
  });

  test.each([
    ["chat", "What do you want to say on chat?", "no_text"], ["channel gossip hi", "There is no channel gossip. Type channels to see them.", "no_such_channel"],
  ])("%s: %s", (line, said, code) => {
    const world = make();
    world.person("Ada");
    expect(world.as("Ada", line)).toEqual([said]);
    expect(world.last).toMatchObject({ kind: "refused", code });
  });

  test("the list says how to use them", () => {
    const world = make();
    world.person("Ada");
    expect(world.as("Ada", "channels")).toEqual(["Chat: Talk.", "To speak, type for example chat hello. To stop listening, type channel chat off."]);
    expect(world.as("Ada", "channel")).toEqual(world.as("Ada", "channels"));
  });
});

describe("when words do not carry far", () => {
  const far = () => {
    const world = make();
    world.person("Ada");
    world.person("Ben");
    world.farTalk = false;
    const zoe = { id: "zoe" as never, name: "Zoe", role: "player" as const, afk: null, areaName: "Area elsewhere", far: true };
    world.online = onlineOf([zoe]);
    return world;
  };

  test("a tell to somebody far away is refused, one to somebody near is not", () => {
    const world = far();
    expect(world.as("Ada", "tell zoe hello")).toEqual(["Zoe is far away, and words do not carry that far just now. Only those in this part of the world can hear you."]);
    expect(world.last).toMatchObject({ kind: "refused", code: "out_of_reach" });
    expect(world.as("Ada", "tell ben hello")).toEqual(['You tell Ben, "hello"']);
  });

  test("channels, shouts and the list of players say how far they reach", () => {
    const world = far();
    expect(world.as("Ada", "chat hello")).toContain("Words do not carry far just now: only this part of the world can hear you.");
    expect(world.as("Ada", "shout hello")).toContain("Words do not carry far just now: only this part of the world can hear you.");
    expect(world.as("Ada", "who").join()).toContain("as last heard of");
    world.farTalk = true;
    expect(world.as("Ada", "chat hello")).toHaveLength(1);
  });
});
