import { Migration } from "@mikro-orm/migrations";
import { LOAD_FUNCTION_V1 } from "./load-function-v1.ts";

/** A function by which characters are read. Servers of the version before this one read the same rows by a statement of their own. */
export class M0011LoadFunction extends Migration {
  override name = "m0011-load-function";

  override up(): void {
    this.addSql(LOAD_FUNCTION_V1);
  }

  override down(): void {
    this.addSql("drop function waystone_load_v1");
  }
}
