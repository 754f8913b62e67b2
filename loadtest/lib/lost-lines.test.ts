import { expect, test } from "vitest";
import { Tally } from "../bots/tally.ts";
import { lostLines } from "./lost-lines.ts";

/** Hears what it is told, as a player does: each number after the one before. */
class Ear {
  readonly tally = new Tally();
  readonly #name: string;
  #last = 0;

  constructor(name: string) {
    this.#name = name;
  }

  hears(...lines: (readonly [line: number, sender: string, type?: string])[]): this {
    for (const [line, sender, type = "say"] of lines) {
      this.tally.heard("yard", line, type, sender);
      if (this.#last !== 0 && line > this.#last + 1) this.tally.gap(this.#name, "yard", this.#last, line);
      this.#last = line;
    }
    return this;
  }
}

const judged = (...ears: Ear[]): string[] => lostLines(ears.map(({ tally }) => tally.report()));

test("one's own words are in one's reply, and missed by nobody", () => {
  const ada = new Ear("Ada").hears([1, "Cid"], [3, "Cid"]);
  const ben = new Ear("Ben").hears([1, "Cid"], [2, "Ada"], [3, "Cid"]);
  expect(judged(ada, ben)).toEqual([]);
});

test("words that one of two heard are lost to the other", () => {
  const ada = new Ear("Ada").hears([1, "Cid"], [3, "Cid"]);
  const ben = new Ear("Ben").hears([1, "Cid"], [2, "Cid"], [3, "Cid"]);
  expect(judged(ada, ben)).toEqual(["yard 2 Ada"]);
});

test("a line sent again later is not lost", () => {
  const ada = new Ear("Ada").hears([1, "Cid"], [3, "Cid"]);
  ada.tally.filled("Ada", "yard", 2);
  const ben = new Ear("Ben").hears([1, "Cid"], [2, "Cid"], [3, "Cid"]);
  expect(judged(ada, ben)).toEqual([]);
});

test("what passes between two is heard by neither as others hear it; what three missed and nobody heard is lost", () => {
  const two = ["Ada", "Ben"].map((name) => new Ear(name).hears([1, "Cid"], [3, "Cid"]));
  expect(judged(...two)).toEqual([]);
  const three = ["Ada", "Ben", "Dot"].map((name) => new Ear(name).hears([1, "Cid"], [3, "Cid"]));
  expect(judged(...three)).toHaveLength(3);
});

test("what is done in the dark may have been the bot's own doing", () => {
  const ada = new Ear("Ada").hears([1, "Cid"], [3, "Cid"]);
  const ben = new Ear("Ben").hears([1, "Cid"], [2, "", "move"], [3, "Cid"]);
  expect(judged(ada, ben)).toEqual([]);
});
