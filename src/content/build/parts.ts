/** What several builders share. */
import type { ConditionalLine } from "../../engine/content.ts";
import type { KindId } from "../../engine/ids.ts";
import { asId } from "../../engine/ids.ts";
import type { Conditional, Stack } from "../schema/common.ts";

/** A condition that was not written is absent, not undefined. */
export function buildLines(lines: readonly (Conditional | { text: string })[]): readonly ConditionalLine[] {
  return lines.map((line) => {
    const { text, phases, weathers, seasons } = line as Conditional;
    return { text, ...(phases && { phases }), ...(weathers && { weathers }), ...(seasons && { seasons }) };
  });
}

/** Kinds and quantities that are given. */
export function buildStacks(stacks: readonly Stack[]): readonly { readonly kind: KindId; readonly quantity: number }[] {
  return stacks.map(({ kind, quantity }) => ({ kind: asId<KindId>(kind), quantity }));
}

/** An id that may be absent. */
export function optionalId<Id extends string>(id: string | undefined): Id | null {
  return id === undefined ? null : asId<Id>(id);
}
