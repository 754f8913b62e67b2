import { describe, expect, test } from "vitest";
import { COMMAND_GROUPS } from "./command.ts";
import { begunCommand, COMMANDS, commandToFinish, namedCommand } from "./registry.ts";

const meaning = (word: string): string | undefined => (namedCommand(word) ?? begunCommand(word))?.name;

describe("abbreviations", () => {
  test.each([
    ["n", "north"], ["no", "north"], ["nor", "north"], ["ne", "northeast"], ["northw", "northwest"], ["nw", "northwest"],
    ["e", "east"], ["ea", "east"], ["s", "south"], ["so", "south"], ["se", "southeast"], ["sw", "southwest"],
    ["w", "west"], ["u", "up"], ["d", "down"],
    ["l", "look"], ["lo", "look"], ["x", "examine"], ["ex", "examine"], ["exi", "exits"],
    ["g", "get"], ["take", "get"], ["i", "inventory"], ["inv", "inventory"], ["eq", "equipment"], ["dr", "drop"],
    ["sa", "say"], ["em", "emote"], [":", "emote"], ["wh", "who"], ["whi", "whisper"], ["t", "tell"], ["r", "reply"], ["re", "reply"], ["sh", "shout"], ["yell", "shout"],
    ["a", "ask"], ["h", "help"], ["?", "help"], ["co", "commands"], ["soc", "socials"],
    ["sc", "score"], ["sca", "scan"], ["q", "quests"], ["qu", "quests"], ["quest", "quests"],
    ["si", "sit"], ["st", "stand"], ["sl", "sleep"], ["wa", "wake"], ["f", "follow"], ["unf", "unfollow"],
    ["ti", "time"], ["weat", "weather"], ["br", "brief"], ["afk", "afk"], ["sav", "save"],
    ["clo", "close"], ["cl", "close"], ["ent", "go"], ["o", "open"],
  ])("%s is %s", (word, name) => {
    expect(meaning(word)).toBe(name);
  });

  test.each([["qui", "quit"], ["al", "alias"], ["unal", "unalias"]])("%s is not enough for %s", (word, name) => {
    expect(meaning(word)).toBeUndefined();
    expect(commandToFinish(word)?.name).toBe(name);
    expect(meaning(name)).toBe(name);
  });

  test("directions come before everything else that begins so", () => {
    for (const letter of "neswud") expect(begunCommand(letter)?.rank).toBe(0);
  });
});

describe("the table", () => {
  test("no two commands share a name or an alias", () => {
    const names = COMMANDS.flatMap((command) => [command.name, ...command.aliases]);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  test.each(COMMANDS.map((command) => [command.name, command] as const))("%s explains itself", (_, command) => {
    expect(command.help).toMatch(/^[A-Z].*[.!?]$/);
    expect(command.usage.length).toBeGreaterThan(0);
    expect(COMMAND_GROUPS).toContain(command.group);
    for (const name of [command.name, ...command.aliases]) expect(name).toMatch(/^([a-z][a-z0-9]*|['":?])$/);
    // A form of use begins with a word that means this command, or with what stands for its name.
    for (const usage of command.usage) expect(usage.startsWith("<") || command.aliases.some((alias) => usage.startsWith(alias)) || meaning(usage.split(" ")[0]!) === command.name, usage).toBe(true);
  });

  test("the beginning of a name is a command for every length down to one letter, or must be typed in full", () => {
    for (const command of COMMANDS) {
      for (let length = 1; length <= command.name.length; length++) {
        const word = command.name.slice(0, length);
        expect(meaning(word) ?? commandToFinish(word)?.name, word).toBeDefined();
      }
    }
  });
});
