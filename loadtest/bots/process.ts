/** A process of bots, started by fork: takes an order, says how it goes, and answers what its bots have seen. */
import { Crowd, type CrowdOrder, type CrowdReport, type WindowOrder, type WindowReport } from "./crowd.ts";
import type { PackedHistogram } from "../lib/log-histogram.ts";
import type { Second } from "./tally.ts";

export type ToBots = { readonly do: "assemble"; readonly order: CrowdOrder } | { readonly do: "window"; readonly order: WindowOrder } | { readonly do: "measure" } | { readonly do: "report" } | { readonly do: "leave" };
export type FromBots =
  | { readonly says: "assembling"; readonly entered: number; readonly placed: number; readonly troubles: string }
  | { readonly says: "assembled"; readonly joins: PackedHistogram }
  | { readonly says: "opened" } | { readonly says: "closed" }
  | { readonly says: "window"; readonly window: WindowReport }
  | { readonly says: "second"; readonly second: Second }
  | { readonly says: "report"; readonly report: CrowdReport }
  | { readonly says: "failed"; readonly why: string };

const PROGRESS_MS = 500;
const SECOND_MS = 1_000;

const say = (message: FromBots): void => void process.send?.(message);
let crowd: Crowd | undefined;
let ticking: NodeJS.Timeout | undefined;

process.on("message", (message: ToBots) => {
  obey(message).catch((error: unknown) => say({ says: "failed", why: error instanceof Error ? error.stack ?? error.message : String(error) }));
});
// Whoever ordered the bots is gone: nobody will ask what they saw.
process.on("disconnect", () => process.exit(1));

async function obey(message: ToBots): Promise<void> {
  switch (message.do) {
    case "assemble": {
      const made = new Crowd(message.order);
      crowd = made;
      const progress = setInterval(() => say({ says: "assembling", entered: made.entered, placed: made.placed, troubles: made.tally.troubles }), PROGRESS_MS);
      await made.assemble().finally(() => clearInterval(progress));
      say({ says: "assembled", joins: made.joins.pack() });
      return;
    }
    case "window":
      if (crowd !== undefined) say({ says: "window", window: await crowd.window(message.order, () => say({ says: "opened" }), () => say({ says: "closed" })) });
      return;
    case "measure":
      crowd?.measure();
      ticking = setInterval(() => say({ says: "second", second: crowd!.second() }), SECOND_MS);
      return;
    case "report":
      clearInterval(ticking);
      if (crowd !== undefined) say({ says: "report", report: await crowd.report() });
      return;
    case "leave":
      await crowd?.leave();
      process.exit(0);
  }
}
