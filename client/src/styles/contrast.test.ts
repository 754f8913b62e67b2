import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { contrastOf } from "../state/colours.ts";

const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");
const block = (selector: string): string => css.slice(css.indexOf(`${selector} {`)).split("}")[0] ?? "";
const [dark, light, strong] = [":root", '[data-theme="light"]', '[data-display="contrast"]'].map(block) as [string, string, string];

function colours(block: string): Map<string, string> {
  return new Map([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name = "", value = ""]) => [name, value]));
}

const GROUNDS = ["ground", "ground-raised", "ground-field"];
const LINES = ["say", "whisper", "emote", "shout", "tell", "channel", "npc", "ambiance", "move", "quest", "system", "error"];
const TEXTS = ["ink", "ink-soft", "ink-faint", "lamp", ...LINES];

const THEMES: [string, Map<string, string>, number][] = [
  ["dark", colours(dark), 4.5], ["light", new Map([...colours(dark), ...colours(light)]), 4.5],
  // High contrast keeps to AAA.
  ["high contrast", new Map([...colours(dark), ...colours(strong)]), 7],
];

test.each(THEMES)("contrast, %s", (_, theme, least) => {
  const at = (name: string): string => theme.get(name) ?? expect.fail(`no colour --${name}`);
  const weak = GROUNDS.flatMap((ground) => [
    ...TEXTS.filter((text) => contrastOf(at(text), at(ground)) < least),
    // The edge of a field and the ring of the focus are no text: 3 : 1.
    ...["edge-strong", "focus", "good"].filter((edge) => contrastOf(at(edge), at(ground)) < 3),
  ].map((name) => `${name} on ${ground}`));
  if (contrastOf(at("on-lamp"), at("lamp")) < 4.5) weak.push("on-lamp on lamp");
  expect(weak).toEqual([]);
});
