import { expect, test } from "vitest";
import { splitStyled, withoutStyle } from "./ansi.ts";
import { contrastOf, inPalette, readableOn, xtermColour } from "./colours.ts";

const ESC = "\u001b[";

test("sixteen, 256 and true colours, ground and manner, until they are taken back", () => {
  expect(splitStyled(`plain ${ESC}31mred ${ESC}1mbold${ESC}0m ${ESC}38;5;208morange${ESC}39m ${ESC}38;2;1;2;3;48;5;232mtrue${ESC}m end`)).toEqual([
    { text: "plain " }, { text: "red ", colour: "#cd0000" }, { text: "bold", colour: "#cd0000", bold: true }, { text: " " },
    { text: "orange", colour: "#ff8700" }, { text: " " }, { text: "true", colour: "#010203", ground: "#080808" }, { text: " end" },
  ]);
  expect(splitStyled(`${ESC}92mbright`)).toEqual([{ text: "bright", colour: "#00ff00" }]);
});

test("what makes no sense does no harm, and no other control character gets through", () => {
  expect(splitStyled(`a${ESC}38;5;999mb${ESC}38;2;1mc${ESC}2Jd\u0007e`).map(({ text, colour }) => [text, colour])).toEqual([["a", undefined], ["b", undefined], ["cde", undefined]]);
  expect(withoutStyle(`${ESC}31mred${ESC}0m\u0000`)).toBe("red");
  expect(splitStyled("one line")).toEqual([{ text: "one line" }]);
});

test("a colour is taken into a palette, and moved until it can be read", () => {
  expect([inPalette("#fe0102", "16"), inPalette("#fe0102", "256"), inPalette("#fe0102", "true")]).toEqual(["#ff0000", "#ff0000", "#fe0102"]);
  expect([xtermColour(16), xtermColour(231), xtermColour(255)]).toEqual(["#000000", "#ffffff", "#eeeeee"]);
  for (const ground of ["#13151b", "#f6f1e6", "#000000"]) {
    for (let index = 0; index < 256; index++) expect(contrastOf(readableOn(xtermColour(index), ground), ground)).toBeGreaterThanOrEqual(4.5);
  }
  expect(readableOn("#ffffff", "#000000")).toBe("#ffffff");
});
