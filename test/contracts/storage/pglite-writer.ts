/** A server that writes to the embedded database, says each number once it is written, and waits to be killed. */
import { openDatabase } from "../../../src/persistence/orm.ts";
import { quietLog, testClock } from "./sql-bench.ts";

const [dataDir = ""] = process.argv.slice(2);
const db = await openDatabase({ dataDir, log: quietLog, clock: testClock });
process.stdout.write("open\n");
for (let n = 1; ; n += 1) {
  await db.sql.query("insert into world_meta (key, value) values ($1, '1'::jsonb)", [`n${n}`]);
  process.stdout.write(`${n}\n`);
}
