import { beforeEach, describe, expect, test } from "vitest";
import type { DomainEvent } from "../engine/events.ts";
import type { CharacterId } from "../engine/ids.ts";
import type { Role } from "../engine/world.ts";
import { MOVE_BURST } from "../limits.ts";
import { BlockedWords } from "./blocked-words.ts";
import { StepGuard, type SpeechRules } from "./step-guard.ts";

let nowMs = 0;
beforeEach(() => { nowMs = 0; });

const guardWith = (rules: Partial<SpeechRules>): StepGuard => new StepGuard({ nowMs: () => nowMs }, { perTenSeconds: 100, repeats: 0, capitals: 0, blocked: null, ...rules });
const says = (guard: StepGuard, said: string, who = "ada", role: Role = "player"): string => guard.mayDo({ id: who as CharacterId, role }, { said, events: [], handoff: null })?.code ?? "said";
const walks = (guard: StepGuard, who = "ada", role: Role = "player"): string =>
  guard.mayDo({ id: who as CharacterId, role }, { events: [{ type: "character-moved", character: who } as DomainEvent], handoff: null })?.code ?? "walked";

describe("how much", () => {
  test("a flood of words ends, and goes on after a while; another's is their own, and staff's is none", () => {
    const guard = guardWith({ perTenSeconds: 5 });
    expect(Array.from({ length: 7 }, (_, index) => says(guard, `line ${index}`))).toEqual(["said", "said", "said", "said", "said", "E_RATE", "E_RATE"]);
    expect(says(guard, "hello", "ben")).toBe("said");
    expect(Array.from({ length: 7 }, () => says(guard, "order", "olga", "moderator"))).not.toContain("E_RATE");
    nowMs += 2_000;
    expect([says(guard, "again"), says(guard, "and again")]).toEqual(["said", "E_RATE"]);
  });

  test("nobody walks in circles without end", () => {
    const guard = guardWith({});
    expect(Array.from({ length: MOVE_BURST }, () => walks(guard))).not.toContain("E_RATE");
    expect([walks(guard), walks(guard, "ben"), walks(guard, "olga", "operator")]).toEqual(["E_RATE", "walked", "walked"]);
    expect(says(guard, "out of breath")).toBe("said");
  });
});

describe("what", () => {
  test("the same over and over, however it is written; something else in between is no way around it", () => {
    const guard = guardWith({ repeats: 2 });
    expect([says(guard, "Buy my bread!"), says(guard, "buy my BREAD"), says(guard, "hello"), says(guard, "buy, my, bread...")]).toEqual(["said", "said", "said", "E_SPEECH"]);
    nowMs += 31_000;
    expect(says(guard, "Buy my bread!")).toBe("said");
  });

  test("capitals throughout, but not a short word, nor a name", () => {
    const guard = guardWith({ capitals: 70 });
    expect([says(guard, "COME HERE ALL OF YOU"), says(guard, "OK!!!"), says(guard, "I saw BENEDIKT there today"), says(guard, "ПРИВЕТ ВСЕМ В ГОРОДЕ"), says(guard, "1234567890 !!! ??? 1234")]).toEqual(["E_SPEECH", "said", "said", "E_SPEECH", "said"]);
  });

  test("words that are not said here, written in whatever way; words that only have them within are fine", () => {
    const guard = guardWith({ blocked: new BlockedWords("# not here\nrotter\nscound*  # and all that begins so\nGauner\n") });
    expect(["you rotter", "ROTTER!", "r0tt3r", "rrrrotter", "r o t t e r", "rötter", "what a scoundrel", "ein gauner."].filter((line) => says(guard, line) !== "E_SPEECH")).toEqual([]);
    expect(["trotters", "rotten", "a s of", "I have 10 apples", ""].filter((line) => says(guard, line) !== "said")).toEqual([]);
    expect(says(guard, "you rotter", "olga", "moderator")).toBe("said");
  });

  test("a list that is none says where", () => {
    expect(() => new BlockedWords("fine\ntwo words\n")).toThrow("line 2");
    expect(() => new BlockedWords("*\n")).toThrow("line 1");
  });
});
