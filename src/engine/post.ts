/** Letters: things, coins and a note on their way to somebody who may be anywhere, or not in the world at all. */
import type { CharacterId, Holder, LetterId } from "./ids.ts";
import type { HeardLine, Somebody } from "./staff.ts";
import type { Item } from "./world.ts";

export interface Letter {
  readonly id: LetterId;
  readonly from: CharacterId;
  /** As the sender was called then. */
  readonly fromName: string;
  readonly to: CharacterId;
  /** "" where nothing was written. */
  readonly note: string;
}

/** A letter with what is in it, nested; coins are a pile of the kind `coins`. */
export interface WaitingLetter extends Letter {
  readonly items: readonly Item[];
}

/** Where what a letter brings waits until it is collected. */
export const inLetter = (id: LetterId): Holder => `escrow:${id}`;

/** Somebody who can be written to. */
export interface Addressee {
  readonly id: CharacterId;
  readonly name: string;
  /** Letters that wait for them. */
  readonly waiting: number;
}

/** What a decision has to know that is not in the area. Whoever carries out the command looks it up, and decides again. */
export type Need =
  | { readonly type: "addressee"; readonly name: string }
  | { readonly type: "letters" }
  /** Whoever is so called (any case), in the world or not. */
  | { readonly type: "somebody"; readonly name: string }
  /** What the actor heard last, and how many of its reports are still open. */
  | { readonly type: "heard" };

/**
 * What has been looked up. The letters are the actor's own: only its own commands, one after another, take them away,
 * so a list that is a little old can lack a letter but not name one that is gone.
 */
export interface Facts {
  readonly addressee?: { readonly asked: string; readonly found: Addressee | null };
  readonly letters?: readonly WaitingLetter[];
  readonly somebody?: { readonly asked: string; readonly found: Somebody | null };
  readonly heard?: { readonly lines: readonly HeardLine[]; readonly openReports: number };
}
