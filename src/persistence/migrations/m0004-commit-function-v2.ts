import { Migration } from "@mikro-orm/migrations";
import { COMMIT_FUNCTION_V2, COMMIT_MORE_V2, REFUSE_CHARACTERS_V2 } from "./commit-function-v2.ts";

/** The statement for commands that knows the journal by months. The one before it relied on an index that is gone. */
export class M0004CommitFunctionV2 extends Migration {
  override name = "m0004-commit-function-v2";

  override up(): void {
    this.addSql("drop function waystone_commit_v1(jsonb)");
    this.addSql(REFUSE_CHARACTERS_V2);
    this.addSql(COMMIT_MORE_V2);
    this.addSql(COMMIT_FUNCTION_V2);
  }

  override down(): void {
    throw new Error("there is no way back behind the journal by months");
  }
}
