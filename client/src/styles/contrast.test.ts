import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");
const [dark = "", light = ""] = css.split("@media (prefers-color-scheme: light)");

function colours(block: string): Map<string, string> {
  return new Map([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name = "", value = ""]) => [name, value]));
}

/** WCAG 2's relative luminance. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [brighter = 0, darker = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (brighter + 0.05) / (darker + 0.05);
}

const GROUNDS = ["ground", "ground-raised", "ground-field"];
const LINES = ["say", "whisper", "emote", "shout", "tell", "channel", "npc", "ambiance", "move", "quest", "system", "error"];
const TEXTS = ["ink", "ink-soft", "ink-faint", "lamp", ...LINES];

test.each([["dark", colours(dark)], ["light", new Map([...colours(dark), ...colours(light)])]])("AA contrast, %s", (_, theme) => {
  const at = (name: string): string => theme.get(name) ?? expect.fail(`no colour --${name}`);
  const weak = GROUNDS.flatMap((ground) => [
    ...TEXTS.filter((text) => contrast(at(text), at(ground)) < 4.5),
    // The edge of a field and the ring of the focus are no text: 3 : 1.
    ...["edge-strong", "focus", "good"].filter((edge) => contrast(at(edge), at(ground)) < 3),
  ].map((name) => `${name} on ${ground}`));
  if (contrast(at("on-lamp"), at("lamp")) < 4.5) weak.push("on-lamp on lamp");
  expect(weak).toEqual([]);
});
