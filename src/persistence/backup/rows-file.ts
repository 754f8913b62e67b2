/**
 * A world as a file: gzipped lines of JSON. An object says what the arrays after it are; the last line says that it is whole
 * and how many rows there are.
 */
import { once } from "node:events";
import { createReadStream, createWriteStream } from "node:fs";
import { finished, pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { COPY_ROWS } from "../../limits.ts";
import { AppError } from "../../protocol/codes.ts";
import type { Part } from "./copy.ts";
import { OWNER_ONLY_FILE } from "./durable-files.ts";

/** `write` hands `take` to whoever has the parts. Rejects as that does, or with what the file system says. */
export async function writeRowsFile(path: string, write: (take: (part: Part) => Promise<void>) => Promise<void>): Promise<void> {
  const gzip = createGzip();
  const file = createWriteStream(path, { flags: "wx", mode: OWNER_ONLY_FILE, flush: true });
  const failed = Promise.all([finished(gzip), finished(file)]);
  // Whoever writes hears of it below.
  failed.catch(() => undefined);
  gzip.pipe(file);
  // Whoever waits for the stream must hear when it breaks.
  const put = async (text: string): Promise<void> => {
    if (!gzip.write(text)) await Promise.race([once(gzip, "drain"), failed]);
  };
  let rows = 0;
  try {
    await write(async (part) => {
      if (part.type !== "rows") return await put(`${JSON.stringify(part)}\n`);
      rows += part.lines.length;
      await put(part.lines.map((line) => `${line}\n`).join(""));
    });
    await put(`${JSON.stringify({ type: "end", rows })}\n`);
    gzip.end();
    await failed;
  } catch (error) {
    gzip.destroy();
    file.destroy();
    throw error;
  }
}

/** Rejects with a sentence when the file is damaged or ends too early. */
export async function* readRowsFile(path: string): AsyncGenerator<Part> {
  let lines: string[] = [];
  let rows = 0;
  let whole = false;
  for await (const line of linesOf(path)) {
    if (line.startsWith("[")) {
      rows += 1;
      lines.push(line);
      if (lines.length < COPY_ROWS) continue;
    }
    if (lines.length > 0) yield { type: "rows", lines };
    lines = [];
    if (line.startsWith("[")) continue;
    const part = parsed(path, line);
    if (part.type === "end") whole = part.rows === rows;
    else yield part;
  }
  if (!whole) throw new AppError("E_STORAGE", `${path} ends before its end.`);
}

function parsed(path: string, line: string): Exclude<Part, { type: "rows" }> | { readonly type: "end"; readonly rows: number } {
  try {
    return JSON.parse(line) as ReturnType<typeof parsed>;
  } catch (error) {
    throw new AppError("E_STORAGE", `${path} cannot be read: it has a line that is none of ours.`, { cause: error });
  }
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const text = createGunzip();
  text.setEncoding("utf8");
  // What breaks on the way breaks the reading below, too.
  const piped = pipeline(createReadStream(path), text).catch((error: unknown) => void text.destroy(error as Error));
  let rest = "";
  try {
    for await (const chunk of text as AsyncIterable<string>) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
    await piped;
  } catch (error) {
    throw new AppError("E_STORAGE", `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`, { cause: error });
  }
  if (rest !== "") yield rest;
}
