/** What the commands for a terminal (`…-cli.ts`) share: how they are called with the server's configuration, and what they answer. */
import process from "node:process";
import { loadConfig, type Config } from "./config.ts";

export interface CliResult {
  readonly lines: readonly string[];
  readonly exitCode: 0 | 1 | 2;
}

/** Says what goes wrong, and nothing else. */
export const quietLog = {
  debug: () => undefined, info: () => undefined,
  warn: (_fields: object, message: string) => console.error(message), error: (_fields: object, message: string) => console.error(message),
};

/** Carries out one call and sets the exit code; a rejection's message says in one sentence what is wrong. */
export async function runCommand(command: (args: readonly string[], config: Config) => Promise<CliResult>): Promise<void> {
  const loaded = loadConfig(process.env);
  if ("problems" in loaded) {
    for (const problem of loaded.problems) console.error(problem);
    process.exitCode = 2;
    return;
  }
  try {
    const { lines, exitCode } = await command(process.argv.slice(2), loaded.config);
    for (const line of lines) console.log(line);
    process.exitCode = exitCode;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
