/** Colours that come inside a text as SGR sequences (ECMA-48), as terminals of text worlds know them. */
import { xtermColour } from "./colours.ts";

/** A stretch of a text and how it is written. */
export interface Styled {
  text: string;
  colour?: string;
  ground?: string;
  bold?: boolean;
  italic?: boolean;
  underline?: boolean;
}

type Style = Omit<Styled, "text">;

// eslint-disable-next-line no-control-regex
const SEQUENCE = /\u001b\[([\d;:]*)m/g;
/** Whatever else begins with the escape character is left out, as are other control characters. */
// eslint-disable-next-line no-control-regex
const OTHER = /\u001b\[[\d;?:]*[A-Za-z]|[\u0000-\u0008\u000b-\u001f\u007f]/g;

/** True when a text has control characters at all; hardly any has. */
// eslint-disable-next-line no-control-regex
export const hasControls = (text: string): boolean => /[\u0000-\u0008\u000b-\u001f\u007f]/.test(text);

/** The words alone. */
export const withoutStyle = (text: string): string => (hasControls(text) ? text.replace(SEQUENCE, "").replace(OTHER, "") : text);

/** Cuts a text where its colours change. */
export function splitStyled(text: string): Styled[] {
  if (!hasControls(text)) return [{ text }];
  const parts: Styled[] = [];
  let style: Style = {};
  let at = 0;
  const push = (end: number): void => {
    const words = text.slice(at, end).replace(OTHER, "");
    if (words !== "") parts.push({ text: words, ...style });
  };
  for (const match of text.matchAll(SEQUENCE)) {
    push(match.index);
    at = match.index + match[0].length;
    style = follow(style, (match[1] ?? "").split(/[;:]/).map(Number));
  }
  push(text.length);
  return parts.length === 0 ? [{ text: "" }] : parts;
}

/** The style after the codes of one sequence. */
function follow(style: Style, codes: number[]): Style {
  let next: Style = { ...style };
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? 0;
    if (code === 0) next = {};
    else if (code === 1) next.bold = true;
    else if (code === 3) next.italic = true;
    else if (code === 4) next.underline = true;
    else if (code === 22) delete next.bold;
    else if (code === 23) delete next.italic;
    else if (code === 24) delete next.underline;
    else if (code === 39) delete next.colour;
    else if (code === 49) delete next.ground;
    else if (code === 38 || code === 48) {
      const { colour, used } = longColour(codes.slice(at + 1));
      at += used;
      if (colour !== undefined) next[code === 38 ? "colour" : "ground"] = colour;
    } else {
      const short = shortColour(code);
      if (short !== undefined) next[short.ground ? "ground" : "colour"] = xtermColour(short.index);
    }
  }
  return next;
}

/** 30–37, 40–47 and their bright forms 90–97, 100–107. */
function shortColour(code: number): { index: number; ground: boolean } | undefined {
  for (const [from, base] of [[30, 0], [40, 0], [90, 8], [100, 8]] as const) {
    if (code >= from && code < from + 8) return { index: base + code - from, ground: from === 40 || from === 100 };
  }
  return undefined;
}

/** `5;n` one of 256, `2;r;g;b` any. */
function longColour([kind, ...values]: number[]): { colour?: string; used: number } {
  const byte = (value: number | undefined): value is number => value !== undefined && Number.isInteger(value) && value >= 0 && value <= 255;
  if (kind === 5) return byte(values[0]) ? { colour: xtermColour(values[0]), used: 2 } : { used: 2 };
  const [r, g, b] = values;
  if (kind !== 2) return { used: 1 };
  if (!byte(r) || !byte(g) || !byte(b)) return { used: 4 };
  return { colour: `#${[r, g, b].map((value) => value.toString(16).padStart(2, "0")).join("")}`, used: 4 };
}
