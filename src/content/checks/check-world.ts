/** All checks that look beyond one entry. */
import type { Report } from "../mistake.ts";
import type { Placed } from "../placed.ts";
import type { RawWorld } from "../raw-world.ts";

/** Runs every check; what is wrong goes to the report. */
export function checkWorld(_raw: RawWorld, _placed: Placed, _report: Report): void {
}
