import { memo } from "react";
import type { Ref } from "../../sdk/index.ts";
import { hasControls } from "../state/ansi.ts";
import { splitRefs } from "./split-refs.ts";
import { StyledText } from "./StyledText.tsx";

interface LineTextProps {
  message: string;
  refs: readonly Ref[];
  /** Without it the words cannot be clicked. */
  clickable?: boolean;
}

/** The words of a line, as text and nothing else; what it names can be clicked (`LogActions` hears of it). */
export const LineText = memo(function LineText({ message, refs, clickable = true }: LineTextProps) {
  if (hasControls(message)) return <StyledText text={message} />;
  if (!clickable || refs.length === 0) return message;
  return splitRefs(message, refs).map(({ text, ref }, index) =>
    ref === undefined ? text : (
      <button key={index} type="button" tabIndex={-1} className="ref" data-command={ref.command} data-kind={ref.type} title={ref.command}>{text}</button>
    ));
});
