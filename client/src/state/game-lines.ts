import type { ReplyLine, RoomMessage } from "../../sdk/index.ts";
import type { NewLine } from "./log-buffer.ts";
import type { Settings } from "./settings.ts";
import { asksForText, briefOf } from "./spoken.ts";
import { triggerTest } from "./triggers.ts";
import type { Verdict } from "./triggers.ts";

/** A line as the log takes it, and what the triggers say to it. */
export interface Taken {
  line: NewLine;
  verdict: Verdict;
}

/** Turns lines of the world into entries of the log, as the settings want them. */
export class LineReader {
  #triggers: Settings["triggers"] = [];
  #test = triggerTest([]);

  read(line: ReplyLine | RoomMessage, settings: Settings, nowMs: number, command?: string): Taken {
    if (settings.triggers !== this.#triggers) {
      this.#triggers = settings.triggers;
      this.#test = triggerTest(settings.triggers);
    }
    const { message, message_type: type } = line;
    const refs = line.refs ?? [];
    const own = command !== undefined;
    const verdict = this.#test(message);
    const brief = settings.speech === "short" ? briefOf(message, type, own && asksForText(command)) : undefined;
    const channel = ("channel" in line ? line.channel : undefined) ?? (type === "channel" ? refs.find((ref) => ref.type === "channel")?.id : undefined);
    const partner = type !== "tell" ? undefined : ("sender" in line ? line.sender : undefined) ?? refs.find((ref) => ref.type === "character")?.text;
    return {
      verdict,
      line: {
        kind: "line", atMs: nowMs, message, type, refs,
        ...(own ? { own } : {}),
        ...(channel === undefined ? {} : { channel }),
        ...(partner === undefined ? {} : { partner }),
        ...(verdict.highlight ? { highlight: true } : {}),
        ...(brief === undefined ? {} : { brief }),
      },
    };
  }
}
