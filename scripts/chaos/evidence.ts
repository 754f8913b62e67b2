/** What players have been told, and what is found to be wrong. */
import type { Response } from "../../client/sdk/index.ts";

/** A final answer that somebody received. */
export interface Acknowledged {
  readonly character: string;
  readonly seq: number;
  readonly line: string;
  /** Steps that are in the database when the answer is ok. */
  readonly durableSteps: number;
  readonly status: Response["status"];
  readonly code: string | null;
  readonly reply: Response;
}

/** What a player sees of its own things. */
export interface Believed {
  readonly character: string;
  readonly name: string;
  readonly room: string;
  readonly coins: number;
  readonly items: readonly { readonly id: string; readonly kind: string; readonly quantity: number; readonly in: string }[];
}

/** `lost`: what was there or was promised is not; `doubled`: there is more than there should be. */
export interface Violation {
  readonly check: string;
  readonly harm: "lost" | "doubled" | "wrong";
  readonly detail: string;
}
