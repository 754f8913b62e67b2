import { describe, expect, test } from "vitest";
import { parseOptions } from "./options.ts";

describe("a world made for the run", () => {
  test("has so many areas of so many rooms", () => {
    expect(parseOptions(["--made", "48x12", "--stack", "cluster"])).toMatchObject({ made: [48, 12], world: null });
    expect(parseOptions([])).toMatchObject({ made: null });
  });

  test.each([
    [["--made", "48", "--stack", "single"], "a number of areas and of rooms in each"],
    [["--made", "0x12", "--stack", "single"], "a number of areas and of rooms in each"],
    [["--made", "48x12", "--stack", "single", "--world", "here"], "does not go with --url or --world"],
    [["--made", "48x12", "--url", "http://elsewhere"], "does not go with --url or --world"],
    [["--made", "48x12"], "needs --stack single or cluster"],
  ])("%j is told: %s", (args, said) => {
    expect(() => parseOptions(args)).toThrow(said);
  });
});
