/** Names what failed after everything else: of a long run often only the end is shown. */
import { relative } from "node:path";
import type { Reporter, TestModule } from "vitest/node";

const MAX_CHARS = 300;
const MAX_NAMED = 20;

export default class FailedLast implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const failed = modules.flatMap((module) => failuresOf(module));
    for (const line of failed.slice(0, MAX_NAMED)) console.log(line);
    if (failed.length > MAX_NAMED) console.log(`… and ${failed.length - MAX_NAMED} more`);
  }
}

function failuresOf(module: TestModule): string[] {
  const file = relative(process.cwd(), module.moduleId);
  const why = (errors: readonly { readonly message: string }[]): string => (errors[0]?.message ?? "").slice(0, MAX_CHARS);
  return [
    ...module.errors().map((error) => `FAILED ${file}: ${why([error])}`),
    ...[...module.children.allTests("failed")].map((each) => `FAILED ${file} > ${each.fullName}: ${why(each.result().errors ?? [])}`),
  ];
}
