/** Point-in-time recovery from PostgreSQL's own log, as docs/backup.md describes it, works (issue 6). */
import { expect, test } from "vitest";
import { drill } from "../../scripts/pitr-drill.ts";

test("a world is brought back to the moment before a mistake, after the disk is lost as well", async () => {
  const said: string[] = [];
  await drill((line) => said.push(line));
  expect(said.join("\n")).toMatch(/archive recovery complete/);
  expect(said.at(-1)).toMatch(/every check by SQL holds/);
}, 400_000);
