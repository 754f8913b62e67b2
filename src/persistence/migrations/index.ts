/** The migrations in their order, listed by hand: nothing is looked for on disk at run time. */
import { M0001Tables } from "./m0001-tables.ts";
import { M0002CommitFunction } from "./m0002-commit-function.ts";
import { M0003JournalByMonth } from "./m0003-journal-by-month.ts";
import { M0004CommitFunctionV2 } from "./m0004-commit-function-v2.ts";
import { M0005Post } from "./m0005-post.ts";
import { M0006Intents } from "./m0006-intents.ts";
import { M0007Cluster } from "./m0007-cluster.ts";
import { M0008Staff } from "./m0008-staff.ts";

export const MIGRATIONS = [
  { name: "m0001-tables", class: M0001Tables },
  { name: "m0002-commit-function", class: M0002CommitFunction },
  { name: "m0003-journal-by-month", class: M0003JournalByMonth },
  { name: "m0004-commit-function-v2", class: M0004CommitFunctionV2 },
  { name: "m0005-post", class: M0005Post },
  { name: "m0006-intents", class: M0006Intents },
  { name: "m0007-cluster", class: M0007Cluster },
  { name: "m0008-staff", class: M0008Staff },
];
