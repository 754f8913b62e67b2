/** What each migration does, listed by hand: nothing is looked for on disk at run time. The order is in `names.ts`. */
import type { Migration } from "@mikro-orm/migrations";
import { M0001Tables } from "./m0001-tables.ts";
import { M0002CommitFunction } from "./m0002-commit-function.ts";
import { M0003JournalByMonth } from "./m0003-journal-by-month.ts";
import { M0004CommitFunctionV2 } from "./m0004-commit-function-v2.ts";
import { M0005Post } from "./m0005-post.ts";
import { M0006Intents } from "./m0006-intents.ts";
import { M0007Cluster } from "./m0007-cluster.ts";
import { M0008Staff } from "./m0008-staff.ts";
import { M0009CommitFunctionV3 } from "./m0009-commit-function-v3.ts";
import { M0010Jobs } from "./m0010-jobs.ts";
import { M0011LoadFunction } from "./m0011-load-function.ts";
import { MIGRATION_NAMES, type MigrationName } from "./names.ts";

const CLASSES = {
  "m0001-tables": M0001Tables,
  "m0002-commit-function": M0002CommitFunction,
  "m0003-journal-by-month": M0003JournalByMonth,
  "m0004-commit-function-v2": M0004CommitFunctionV2,
  "m0005-post": M0005Post,
  "m0006-intents": M0006Intents,
  "m0007-cluster": M0007Cluster,
  "m0008-staff": M0008Staff,
  "m0009-commit-function-v3": M0009CommitFunctionV3,
  "m0010-jobs": M0010Jobs,
  "m0011-load-function": M0011LoadFunction,
} satisfies Record<MigrationName, new (...args: never) => Migration>;

export const MIGRATIONS = MIGRATION_NAMES.map((name) => ({ name, class: CLASSES[name] }));
