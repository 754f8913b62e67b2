import { splitStyled } from "../state/ansi.ts";
import { readableOn } from "../state/colours.ts";
import { groundColour } from "../state/appearance.ts";
import { useStore } from "../state/store.ts";

/** A text that brings colours of its own (SGR); each is moved so far that it can be read on this page. */
export function StyledText({ text }: { text: string }) {
  const ground = useStore(groundColour);
  return splitStyled(text).map(({ text: words, colour, ground: own, bold, italic, underline }, index) => (
    <span
      key={index}
      style={{
        ...(own === undefined ? {} : { backgroundColor: own }),
        ...(colour === undefined && own === undefined ? {} : { color: readableOn(colour ?? "#808080", own ?? ground) }),
        ...(bold === true ? { fontWeight: 700 } : {}), ...(italic === true ? { fontStyle: "italic" } : {}),
        ...(underline === true ? { textDecoration: "underline" } : {}),
      }}
    >
      {words}
    </span>
  ));
}
