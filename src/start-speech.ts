/** What players may say and how fast they may walk, by configuration. */
import { readFile, stat } from "node:fs/promises";
import type { Config } from "./config.ts";
import { MAX_WORD_FILE_BYTES } from "./limits.ts";
import { BlockedWords } from "./runtime/blocked-words.ts";
import type { Clock } from "./runtime/ports.ts";
import { StepGuard } from "./runtime/step-guard.ts";

/** Rejects with an Error that says in one sentence what is wrong with the list of words. */
export async function startSpeech({ speech }: Config, clock: Clock): Promise<StepGuard> {
  const { wordList, ...rules } = speech;
  return new StepGuard(clock, { ...rules, blocked: wordList === null ? null : await readWords(wordList) });
}

async function readWords(file: string): Promise<BlockedWords> {
  try {
    if ((await stat(file)).size > MAX_WORD_FILE_BYTES) throw new Error(`it has more than ${MAX_WORD_FILE_BYTES} bytes`);
    return new BlockedWords(await readFile(file, "utf8"));
  } catch (error) {
    throw new Error(`WAYSTONE_WORD_LIST (${file}) cannot be used: ${error instanceof Error ? error.message : String(error)}.`, { cause: error });
  }
}
