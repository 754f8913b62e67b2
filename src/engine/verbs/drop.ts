import type { CommandModule } from "../command.ts";
import { AWAKE } from "../command.ts";
import type { Refused } from "../decision.ts";
import { coinsFromPurse, coinsNoun, pileCoins, pileIsNew } from "./coins.ts";
import { chooseCarried, isRefusal, moveParts, nounsOf, parseThing, spaceOnGround, tellWhyNot } from "./things.ts";

export const drop: CommandModule = {
  name: "drop",
  aliases: [],
  rank: 21,
  group: "things",
  usage: ["drop <thing>", "drop 3 <things>", "drop all", "drop all.<things>", "drop 10 coins"],
  help: "Lays down what you carry. What you wear or wield must be taken off first.",
  positions: AWAKE,

  decide(turn, args) {
    const target = parseThing(args.text);
    if (target === null) return turn.refuse("no_target", "drop.what");
    const space = spaceOnGround(turn);
    const full = (): Refused => turn.refuse("room_full", "drop.room_full");

    const coins = coinsFromPurse(turn, target, "drop");
    if (typeof coins === "number") {
      if (space.count >= space.maxCount && pileIsNew(turn, space.at)) return full();
      pileCoins(turn, coins, space.at);
      turn.toActor("drop.actor", { items: coinsNoun(turn, coins) });
      turn.toOthers("drop.others", { actor: turn.me, items: coinsNoun(turn, coins) });
      return;
    }
    if (coins !== null) return coins;

    const parts = chooseCarried(turn, target);
    if (isRefusal(parts)) return parts;
    const { moved, stayed } = moveParts(turn, parts, space, { addedG: () => 0, check: () => null, no: full });
    if (moved.length === 0) return stayed ?? full();
    const items = nounsOf(turn, moved);
    turn.toActor("drop.actor", { items });
    turn.toOthers("drop.others", { actor: turn.me, items });
    tellWhyNot(turn, stayed);
  },
};
