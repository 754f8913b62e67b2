import type { CommandModule } from "../command.ts";
import { AWAKE } from "../command.ts";
import { splitTargets } from "../parse/target.ts";
import { findClosable, hasKey } from "./closable.ts";
import { carryOut } from "./open.ts";
import { isRefusal } from "./things.ts";

/** `unlock chest with small key`: which key is plain from the lock. */
const withoutKey = (text: string): string => splitTargets(text, new Set(["with", "using"])).first;

export const lock: CommandModule = {
  name: "lock",
  aliases: [],
  rank: 61,
  group: "things",
  usage: ["lock <direction>", "lock <door>", "lock <container>"],
  help: "Locks a closed door or container. You must carry its key.",
  positions: AWAKE,
  needsLight: true,

  decide(turn, args) {
    const it = findClosable(turn, withoutKey(args.text), "lock");
    if (isRefusal(it)) return it;
    if (it.key === null) return turn.refuse("no_lock", "lock.no_lock", { item: it.noun });
    if (it.open) return turn.refuse("open", "lock.open", { item: it.noun });
    if (it.locked) return turn.refuse("already_locked", "lock.already", { item: it.noun });
    if (!hasKey(turn, it.key)) return turn.refuse("no_key", "lock.no_key", { item: it.noun });
    carryOut(turn, it, "lock", { open: false, locked: true });
  },
};

export const unlock: CommandModule = {
  name: "unlock",
  aliases: [],
  rank: 31,
  group: "things",
  usage: ["unlock <direction>", "unlock <door>", "unlock <container>"],
  help: "Unlocks a door or container. You must carry its key. It stays closed until you open it.",
  positions: AWAKE,
  needsLight: true,

  decide(turn, args) {
    const it = findClosable(turn, withoutKey(args.text), "unlock");
    if (isRefusal(it)) return it;
    if (it.key === null) return turn.refuse("no_lock", "lock.no_lock", { item: it.noun });
    if (!it.locked) return turn.refuse("not_locked", "unlock.not_locked", { item: it.noun });
    if (!hasKey(turn, it.key)) return turn.refuse("no_key", "lock.no_key", { item: it.noun });
    carryOut(turn, it, "unlock", { open: false, locked: false });
  },
};
