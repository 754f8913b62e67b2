/** What somebody has missed who walked while nobody could tell them. */
import { describe, expect, test } from "vitest";
import type { CharacterId } from "../src/engine/ids.ts";
import type { MissedLines } from "../src/runtime/outlet.ts";
import { arrivalIn, untilLeft } from "./left-room.ts";

const ANN = "ann" as CharacterId;
type Kept = MissedLines["lines"][number];

const kept = (line: number, message: string, more: { id?: string; type?: "say" | "move"; except?: string[] } = {}): Kept =>
  ({ line, except: more.except ?? [], value: { type: "room_message", id: more.id ?? `inn:${line}`, line, room_id: "inn", message, message_type: more.type ?? "say" } });
const own = (line: number, message: string, id?: string): Kept => kept(line, message, { type: "move", except: [ANN], ...(id === undefined ? {} : { id }) });

describe("the room that was left", () => {
  test("is heard until the departure, past the loss of the connection, without one's own lines", () => {
    const lines = [kept(5, "Ben says hello."), own(6, "Ann stops and stares into nothing."), kept(7, "Ben says Ann?"), kept(8, "Ann gives Ben a lamp.", { except: [ANN] }), own(9, "Ann leaves north.", "ann:req_4:0.0"), kept(10, "Ben says goodbye.")];
    const left = untilLeft({ lines, complete: true }, ANN);
    expect(left.lines.map(({ message }) => message)).toEqual(["Ben says hello.", "Ben says Ann?"]);
    expect(left.walk).toBe("ann:req_4:0.");
  });

  test("is heard from before one's own coming, which was the last that one knew of", () => {
    const left = untilLeft({ lines: [own(5, "Ann arrives from the south.", "ann:req_3:0.1"), kept(6, "Ben says hello."), own(7, "Ann leaves north.", "ann:req_4:0.0")], complete: true }, ANN);
    expect(left.lines.map(({ message }) => message)).toEqual(["Ben says hello."]);
    expect(left.walk).toBe("ann:req_4:0.");
  });

  test("is heard to the end when nobody was told of a departure", () => {
    const left = untilLeft({ lines: [kept(5, "Ben says hello.")], complete: false }, ANN);
    expect(left).toMatchObject({ complete: false, walk: null });
    expect(left.lines).toHaveLength(1);
  });
});

describe("the room that was entered", () => {
  const earlier = [own(1, "Ann arrives.", "inn:1"), own(2, "Ann leaves south.", "ann:req_1:0.0"), kept(3, "Ben says she is gone.")];

  test("is heard from the arrival: from another area, or by the same walk within this one", () => {
    expect(arrivalIn([...earlier, own(4, "Ann arrives from the south."), kept(5, "Ben says hello.")], ANN, "ann:req_4:0.")).toBe(4);
    expect(arrivalIn([...earlier, own(4, "Ann arrives from the south.", "ann:req_4:0.1"), kept(5, "Ben says hello.")], ANN, "ann:req_4:0.")).toBe(4);
  });

  test("is heard from the arrival, not from the loss of the connection after it", () => {
    expect(arrivalIn([...earlier, own(4, "Ann arrives from the south."), kept(5, "Ben says hello."), own(6, "Ann stops and stares into nothing."), own(7, "Ann is with you again.")], ANN, "ann:req_4:0.")).toBe(4);
  });

  test("tells nothing when the newest line is a departure from an earlier stay, or there is none", () => {
    expect(arrivalIn(earlier, ANN, "ann:req_4:0.")).toBeUndefined();
    expect(arrivalIn([kept(5, "Ben says hello.")], ANN, "ann:req_4:0.")).toBeUndefined();
  });
});
