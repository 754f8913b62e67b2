import { Migration } from "@mikro-orm/migrations";
import { COMMIT_FUNCTION_V1, EXPECT_FUNCTION_V1 } from "./commit-function-v1.ts";

/**
 * The one statement that commands are written with. Its name carries a version: a rolling deploy runs the old and the
 * new server on one database, each calling its own.
 */
export class M0002CommitFunction extends Migration {
  override name = "m0002-commit-function";

  override up(): void {
    this.addSql(EXPECT_FUNCTION_V1);
    this.addSql(COMMIT_FUNCTION_V1);
  }

  override down(): void {
    this.addSql("drop function waystone_commit_v1(jsonb)");
    this.addSql("drop function waystone_expect_v1(text, jsonb, text[])");
  }
}
