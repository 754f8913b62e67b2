/** What makes two errors the same: their type, their code, and where in our own code they come from. */
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

export interface ErrorKind {
  /** The three together: errors with the same one are the same. */
  readonly fingerprint: string;
  readonly type: string;
  readonly code: string | null;
  /** `function (src/file.ts:12)`, the topmost of our own; of a library where there is none. */
  readonly frame: string | null;
}

export function kindOfError(error: unknown): ErrorKind {
  if (!(error instanceof Error)) {
    const type = `thrown ${error === null ? "null" : typeof error}`;
    return { fingerprint: type, type, code: null, frame: null };
  }
  const type = error.name || error.constructor.name;
  const code = "code" in error && (typeof error.code === "string" || typeof error.code === "number") ? String(error.code) : null;
  const frame = topFrame(error.stack ?? "");
  return { fingerprint: `${type} ${code ?? "-"} ${frame ?? "-"}`, type, code, frame };
}

/** `    at async Class.method (file:///…/src/file.ts:12:34)`, or without a name and brackets. */
const FRAME = /^\s+at (?:async )?(?:(.+?) \()?(?:file:\/\/)?([^()]+?):(\d+):\d+\)?$/;

function topFrame(stack: string): string | null {
  let first: string | null = null;
  for (const line of stack.split("\n")) {
    const [, name, file = "", row] = FRAME.exec(line) ?? [];
    if (file === "" || file.startsWith("node:")) continue;
    const own = file.startsWith(ROOT) && !file.includes("/node_modules/");
    const frame = `${name ?? "(anonymous)"} (${own ? file.slice(ROOT.length) : file.slice(file.lastIndexOf("/node_modules/") + 1)}:${row})`;
    if (own) return frame;
    first ??= frame;
  }
  return first;
}
