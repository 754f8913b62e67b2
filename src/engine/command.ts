/** The shape of a command: one module each, with its name, rank, help and rule. */
import type { Refused } from "./decision.ts";
import type { Turn } from "./turn.ts";
import type { Position, Role } from "./world.ts";

export const COMMAND_GROUPS = ["moving", "looking", "things", "talking", "people", "trading", "yourself", "world", "staff"] as const;
export type CommandGroup = (typeof COMMAND_GROUPS)[number];

export interface Args {
  /** The verb as typed (`g`, `take`). */
  readonly verb: string;
  /** The rest of the line, as typed. */
  readonly text: string;
}

export interface CommandModule {
  readonly name: string;
  /** Other full names, tried as exactly as `name`. */
  readonly aliases: readonly string[];
  /** Among commands that begin with what was typed the lowest rank wins. Directions have 0. */
  readonly rank: number;
  readonly group: CommandGroup;
  /** Forms of use, for help: "get <thing>", "get <thing> from <container>". */
  readonly usage: readonly string[];
  /** One to three sentences for help. */
  readonly help: string;
  /** Must be typed in full (`quit`). */
  readonly exact?: boolean;
  /** Needs at least this role. */
  readonly role?: Role;
  /** Positions in which it works; absent: any but sleeping. */
  readonly positions?: readonly Position[];
  /** Puts words of the player's own before others; whoever is muted cannot use it. */
  readonly speaks?: boolean;
  /** Not carried out in the dark. */
  readonly needsLight?: boolean;
  /** Writes on the turn's slate, or answers why not. Reads only. */
  decide(turn: Turn, args: Args): Refused | void;
}

export const AWAKE: readonly Position[] = ["standing", "sitting", "resting"];
export const ON_FEET: readonly Position[] = ["standing"];
export const ANY_POSITION: readonly Position[] = ["standing", "sitting", "resting", "sleeping"];
