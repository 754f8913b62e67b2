import { Migration } from "@mikro-orm/migrations";
import { COMMIT_FUNCTION_V3, REFUSE_CHARACTERS_V3 } from "./commit-function-v3.ts";

/**
 * A cheaper commit function beside the one before it, which servers of the version before this one, in a rolling deploy, go
 * on with; the two may take turns on the same rows. Replies become `json`: nobody searches in them, and taking them apart
 * for `jsonb` cost more than storing them. What inserts `jsonb` or reads JSON meets no difference.
 */
export class M0009CommitFunctionV3 extends Migration {
  override name = "m0009-commit-function-v3";

  override up(): void {
    this.addSql("alter table request_reply alter column reply type json using reply::json");
    this.addSql(REFUSE_CHARACTERS_V3);
    this.addSql(COMMIT_FUNCTION_V3);
  }

  override down(): void {
    this.addSql("drop function waystone_commit_v3");
    this.addSql("drop function waystone_refuse_characters_v3");
    this.addSql("alter table request_reply alter column reply type jsonb using reply::jsonb");
  }
}
