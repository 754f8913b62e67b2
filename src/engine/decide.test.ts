import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { aKind, anExit, anNpcKind, aRoom, aWorld } from "../../test/support/transcript.ts";
import { COMMANDS } from "./registry.ts";

const rooms = [
  aRoom("yard", { exits: [anExit("ladder", "loft"), anExit("look", "loft"), anExit("smile", "loft"), anExit("chat", "loft"), anExit("north", "loft")], details: [{ keywords: ["sky"], text: "Blue." }] }),
  aRoom("loft", { exits: [anExit("ladder", "yard"), anExit("south", "yard")] }),
];
const make = () => aWorld({ rooms, kinds: [aKind("sword", { slot: "wielded" }), aKind("bag", { container: { capacity: 3, closable: true, key: null, initially: "open" } }), aKind("apple", { stackable: true })], npcs: [anNpcKind("cat")] });

describe("what a word means", () => {
  test("commands come before exits, exits before channels, those before socials", () => {
    const world = make();
    const ada = world.person("Ada");
    expect(world.as("Ada", "look")[0]).toBe("The yard");
    expect(ada.room).toBe("yard");
    for (const exit of ["smile", "chat"]) {
      expect(world.as("Ada", exit)[0]).toBe("The loft");
      world.as("Ada", "ladder");
    }
    world.as("Ada", "ladder");
    expect(world.as("Ada", "smile")).toEqual(["You smile."]);
    expect(world.as("Ada", "smi")).toEqual(["You smile."]);
    expect(world.as("Ada", "chat hi")).toEqual(["[chat] Ada: hi"]);
  });

  test("a social in full comes before the beginning of a command", () => {
    const smile = make().content.socials.get("smile")!;
    const world = aWorld({ content: { socials: new Map([["whis", { ...smile, name: "whis" }]]) } });
    world.person("Ada");
    expect(world.as("Ada", "whis")).toEqual(["You smile."]);
  });

  test.each([
    ["lokk", "There is no command lokk. Did you mean look or lock?", "unknown_command"],
    ["invnetory", "There is no command invnetory. Did you mean inventory?", "unknown_command"],
    ["smlie", "There is no command smlie. Did you mean smile?", "unknown_command"],
    ["laddre", "There is no command laddre. Did you mean ladder?", "unknown_command"],
    ["xyzzyx", "There is no command xyzzyx. Type help to see what you can do.", "unknown_command"],
    ["a".repeat(900), `There is no command ${"a".repeat(59)}…. Type help to see what you can do.`, "unknown_command"],
    [`get ${"long ".repeat(100)}`, expect.stringMatching(/^You see no (long ){11}long… here\.$/) as string, "no_such_item"],
    ["{actor}", "There is no command {actor}. Type help to see what you can do.", "unknown_command"],
    ["ladder please", "To go that way, type just ladder.", "no_such_exit"],
    ["!", "You have typed nothing like that before.", "no_such_line"],
    ["^a^b", "You have typed nothing like that before.", "no_such_line"],
    ["smile zed", "You see no zed here.", "no_such_person"],
  ])("%s: %s", (line, said, code) => {
    const world = make();
    world.person("Ada");
    expect(world.as("Ada", line)).toEqual([said]);
    expect(world.last).toMatchObject({ kind: "refused", code });
  });

  test("the last line again, and changed", () => {
    const world = make();
    world.person("Ada");
    world.as("Ada", "say one; say two");
    expect(world.as("Ada", "!")).toEqual(['You say, "one"', 'You say, "two"']);
    expect(world.as("Ada", "^two^three")).toEqual(['You say, "one"', 'You say, "three"']);
    expect(world.as("Ada", "!sa")).toEqual(['You say, "one"', 'You say, "three"']);
    expect(world.as("Ada", "^nine^ten")).toEqual(["You have typed nothing like that before."]);
    expect(world.as("Ada", "!")).toEqual(['You say, "one"', 'You say, "three"']);
  });

  test("a refusal ends the line", () => {
    const world = make();
    const ada = world.person("Ada");
    expect(world.as("Ada", "west; ladder")).toEqual(["There is no way in that direction."]);
    expect(ada.room).toBe("yard");
  });
});

describe("socials at somebody", () => {
  test("a player, an NPC, oneself", () => {
    const world = make();
    world.person("Ada");
    world.person("Ben");
    world.person("Cid");
    world.npc("cat");
    expect(world.as("Ada", "smile at ben")).toEqual(["You smile at Ben."]);
    expect([world.reads("Ben"), world.reads("Cid")]).toEqual([["Ada smiles at you."], ["Ada smiles at Ben."]]);
    expect(world.as("Ada", "smile cat")).toEqual(["You smile at a cat."]);
    expect(world.as("Ada", "smile me")).toEqual(["You smile."]);
  });
});

test("whatever is typed is answered with a line, never with a throw", () => {
  const verbs = fc.constantFrom(...COMMANDS.flatMap((command) => [command.name, ...command.aliases]), "smile", "chat", "ladder", "", "xyzzy");
  const rest = fc.oneof(fc.constantFrom("", "ben", "sword", "cat", "all", "bag", "in bag", "sword in bag", "2.apple", "3 apples", "all from bag", "me", "at ben", "ben hello", "cat about sky", "north", "ladder", "sky"), fc.stringMatching(/^[a-z0-9 .'"{}$-]{0,20}$/), fc.string({ maxLength: 12 }));
  fc.assert(fc.property(fc.array(fc.tuple(verbs, rest), { minLength: 1, maxLength: 12 }), (lines) => {
    const world = make();
    world.person("Ada", { coins: 50 });
    world.person("Ben");
    world.npc("cat");
    world.item("sword", "yard");
    world.item("bag", "char:ada");
    world.item("apple", "yard", { quantity: 7 });
    for (const [verb, text] of lines) {
      const line = `${verb} ${text}`.trim();
      const said = world.as("Ada", line);
      if (line.replaceAll(";", "").trim() !== "") expect(said.length, line).toBeGreaterThan(0);
    }
    // Nothing was made or lost on the way (nothing here can be eaten, bought or sold).
    const held = [...world.area.items.values()].reduce((sum, item) => (item.kind === "coins" ? sum : sum + item.quantity), 0);
    expect(held).toBe(9);
    const coins = [...world.area.characters.values()].reduce((sum, one) => sum + one.coins, 0) + [...world.area.items.values()].reduce((sum, item) => sum + (item.kind === "coins" ? item.quantity : 0), 0);
    expect(coins).toBe(50);
  }), { numRuns: 300 });
});
