import { describe, expect, test } from "vitest";
import { anExit, aRoom, aWorld } from "../../../test/support/transcript.ts";

const help = [{ name: "newcomers", keywords: ["beginner", "start"], text: "Welcome.\n" }, { name: "quests", keywords: ["errand"], text: "People need help.\n" }];
const make = () => {
  const world = aWorld({ content: { help }, rooms: [aRoom("yard", { exits: [anExit("ladder", "yard"), anExit("smile", "yard")] })] });
  world.person("Ada");
  return world;
};

describe("help", () => {
  test("alone it lists the commands by group, and the topics", () => {
    const lines = make().as("Ada", "help");
    expect(lines[0]).toBe("Type help and a word to read more about it. Commands may be shortened: l is look, n is north.");
    expect(lines[1]).toMatch(/^Moving: north, east, south, west, up, down, northeast, .*, go, follow and unfollow\.$/);
    expect(lines).toContainEqual(expect.stringMatching(/^Talking: .*\btell\b/));
    expect(lines.at(-1)).toBe("Topics: newcomers and quests.");
    expect(make().as("Ada", "commands")).toEqual(lines.slice(1, -1));
  });

  test.each([
    ["help whisper", ["Whisper: Says something to one person here. The others see that you whisper, but hear nothing.", "Type: whisper <somebody> <words>", "Type: whisper to <somebody> <words>"]],
    ["? whis", ["Whisper: Says something to one person here. The others see that you whisper, but hear nothing.", "Type: whisper <somebody> <words>", "Type: whisper to <somebody> <words>"]],
    ["help newcomers", ["Welcome."]],
    ["help START", ["Welcome."]],
    ["help newc", ["Welcome."]],
    ["help errand", ["People need help."]],
    ["help smile", ["Smile is a gesture. Use it alone or with the name of somebody here. The word socials lists them all."]],
    ["help chat", ["Chat is a channel. Talk. Type chat and your words to speak there."]],
    ["help whipser", ["There is no help about whipser. Did you mean whisper?"]],
    ["help xyzzy", ["There is no help about xyzzy. Type help to see what there is."]],
    ["socials", ["Gestures: smile."]],
  ])("%s", (line, expected) => {
    expect(make().as("Ada", line)).toEqual(expected);
  });

  test("a command and a topic of one name are both told; other words for it too", () => {
    const lines = make().as("Ada", "help quests");
    expect(lines[0]).toMatch(/^Quests: Lists what you have taken on/);
    expect(lines.slice(-2)).toEqual(["Other words for it: quest and journal.", "People need help."]);
  });

  test("what must be typed in full is found by its beginning", () => {
    expect(make().as("Ada", "help qui")[0]).toMatch(/^Quit: /);
  });
});
