/** The migrations in their order, listed by hand: nothing is looked for on disk at run time. */
import { M0001Tables } from "./m0001-tables.ts";
import { M0002CommitFunction } from "./m0002-commit-function.ts";

export const MIGRATIONS = [
  { name: "m0001-tables", class: M0001Tables },
  { name: "m0002-commit-function", class: M0002CommitFunction },
];
