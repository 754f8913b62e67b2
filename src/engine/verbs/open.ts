import type { CommandModule } from "../command.ts";
import { AWAKE } from "../command.ts";
import type { Turn } from "../turn.ts";
import { findClosable, type Closable } from "./closable.ts";
import { isRefusal } from "./things.ts";

export const open: CommandModule = {
  name: "open",
  aliases: [],
  rank: 28,
  group: "things",
  usage: ["open <direction>", "open <door>", "open <container>"],
  help: "Opens a door, by its direction or its name, or a container. What is locked must be unlocked first.",
  positions: AWAKE,
  needsLight: true,

  decide(turn, args) {
    const it = findClosable(turn, args.text, "open");
    if (isRefusal(it)) return it;
    if (it.open) return turn.refuse("already_open", "open.already", { item: it.noun });
    if (it.locked) return turn.refuse("locked", "open.locked", { item: it.noun });
    carryOut(turn, it, "open", { open: true, locked: false });
  },
};

export const close: CommandModule = {
  name: "close",
  aliases: ["shut"],
  rank: 29,
  group: "things",
  usage: ["close <direction>", "close <door>", "close <container>"],
  help: "Closes a door, by its direction or its name, or a container that has a lid.",
  positions: AWAKE,
  needsLight: true,

  decide(turn, args) {
    const it = findClosable(turn, args.text, "close");
    if (isRefusal(it)) return it;
    if (!it.closes) return turn.refuse("not_closable", "closable.no_lid", { item: it.noun });
    if (!it.open) return turn.refuse("already_closed", "close.already", { item: it.noun });
    carryOut(turn, it, "close", { open: false, locked: false });
  },
};

/** Writes the change and tells both sides. */
export function carryOut(turn: Turn, it: Closable, verb: "open" | "close" | "lock" | "unlock", to: { open: boolean; locked: boolean }): void {
  it.set(to);
  turn.toActor(`${verb}.actor`, { item: it.noun });
  turn.toOthers(`${verb}.others`, { actor: turn.me, item: it.noun });
  it.tellBeyond(`${verb}.beyond`);
}
