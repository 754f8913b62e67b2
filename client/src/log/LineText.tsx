import { memo } from "react";
import type { Ref } from "../../sdk/index.ts";
import { splitRefs } from "./split-refs.ts";

interface LineTextProps {
  message: string;
  refs: readonly Ref[];
  onCommand: (command: string) => void;
}

/** The words of a line, as text and nothing else; what it names can be clicked. */
export const LineText = memo(function LineText({ message, refs, onCommand }: LineTextProps) {
  return splitRefs(message, refs).map(({ text, command }, index) =>
    command === undefined ? text : (
      <button key={index} type="button" className="ref" title={command} onClick={() => onCommand(command)}>{text}</button>
    ));
});
