/** The browser client's files in memory, each with its compressed forms, up to a number of bytes. */
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { MAX_STATIC_CACHE_BYTES, MAX_STATIC_FILE_BYTES, MIN_COMPRESSED_BYTES } from "../limits.ts";

export interface StaticFile {
  readonly contentType: string;
  /** A hash of the content. */
  readonly tag: string;
  readonly identity: Buffer;
  /** Null where compression gains nothing. */
  readonly br: Buffer | null;
  readonly gzip: Buffer | null;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8", ".json": "application/json", ".map": "application/json", ".webmanifest": "application/manifest+json",
  ".svg": "image/svg+xml", ".txt": "text/plain; charset=utf-8", ".wasm": "application/wasm", ".ico": "image/x-icon",
  ".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp", ".avif": "image/avif", ".gif": "image/gif",
  ".woff2": "font/woff2", ".mp3": "audio/mpeg", ".ogg": "audio/ogg", ".opus": "audio/ogg", ".m4a": "audio/mp4",
};
const COMPRESSIBLE = new Set([".html", ".js", ".mjs", ".css", ".json", ".map", ".webmanifest", ".svg", ".txt", ".wasm", ".ico"]);
/** Quality 9 costs some 0.1 s for a bundle, once; 11 costs ten times that for two percent. */
const BROTLI_QUALITY = 9;

/** Names of letters, digits and `. _ -`, none of which begins with a dot: nothing hidden, nothing above the directory. */
const SAFE_PATH = /^(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/;

interface Entry {
  /** Size and time of the file that was read; another file under the name is read anew. */
  readonly stamp: string;
  readonly file: Promise<StaticFile>;
  bytes: number;
}

export class StaticCache {
  readonly #directory: string;
  readonly #maxBytes: number;
  /** By path, least lately asked for first. */
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  constructor(directory: string, options: { maxBytes?: number } = {}) {
    this.#directory = directory;
    this.#maxBytes = options.maxBytes ?? MAX_STATIC_CACHE_BYTES;
  }

  /** Bytes kept at the moment. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The file at a URL's path; undefined when there is none, or none that may be served. */
  async find(path: string): Promise<StaticFile | undefined> {
    const extension = extname(path).toLowerCase();
    if (!SAFE_PATH.test(path) || TYPES[extension] === undefined) return undefined;
    const name = join(this.#directory, path);
    const stamp = await stampOf(name);
    if (stamp === undefined) return undefined;
    const entry = this.#entries.get(path);
    if (entry?.stamp === stamp) {
      this.#entries.delete(path);
      this.#entries.set(path, entry);
      return entry.file;
    }
    return this.#load(path, stamp, load(name, extension));
  }

  /** Keeps it from the first request on, so that many at once read and compress it once. */
  async #load(path: string, stamp: string, file: Promise<StaticFile>): Promise<StaticFile> {
    this.#drop(path);
    const entry: Entry = { stamp, file, bytes: 0 };
    this.#entries.set(path, entry);
    try {
      const { identity, br, gzip: zipped } = await file;
      if (this.#entries.get(path) === entry) {
        entry.bytes = identity.length + (br?.length ?? 0) + (zipped?.length ?? 0);
        this.#bytes += entry.bytes;
        this.#makeRoom();
      }
    } catch (error) {
      if (this.#entries.get(path) === entry) this.#drop(path);
      throw error;
    }
    return file;
  }

  #makeRoom(): void {
    for (const path of this.#entries.keys()) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#drop(path);
    }
  }

  #drop(path: string): void {
    this.#bytes -= this.#entries.get(path)?.bytes ?? 0;
    this.#entries.delete(path);
  }
}

async function stampOf(name: string): Promise<string | undefined> {
  try {
    const found = await stat(name);
    return found.isFile() && found.size <= MAX_STATIC_FILE_BYTES ? `${found.size} ${found.mtimeMs}` : undefined;
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR" || error.code === "ENAMETOOLONG")) return undefined;
    throw error;
  }
}

const toBrotli = promisify(brotliCompress);
const toGzip = promisify(gzip);

async function load(name: string, extension: string): Promise<StaticFile> {
  const identity = await readFile(name);
  const worth = COMPRESSIBLE.has(extension) && identity.length >= MIN_COMPRESSED_BYTES;
  const [br, zipped] = worth
    ? await Promise.all([
        toBrotli(identity, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: identity.length } }),
        toGzip(identity, { level: 9 }),
      ])
    : [null, null];
  const tag = createHash("sha256").update(identity).digest("base64url").slice(0, 22);
  return { contentType: TYPES[extension]!, tag, identity, br, gzip: zipped };
}
