/**
 * CPU profiles and heap snapshots of this process, taken while it runs, as files for the tools of Chromium (DevTools). One at a
 * time; files are bounded in number and size. A snapshot has everything in it that is in memory, secrets too: the files
 * are readable by their owner only.
 */
import { mkdir, open, readdir, rename, rm, stat, statfs, writeFile } from "node:fs/promises";
import { Session } from "node:inspector/promises";
import { join } from "node:path";
import { getHeapStatistics, writeHeapSnapshot } from "node:v8";
import {
  MAX_PROFILE_BYTES, MAX_PROFILE_FILES, MAX_SNAPSHOT_HEAP_BYTES, PART_ABANDONED_MS, PROFILE_CHUNK_BYTES, PROFILE_SPARE_BYTES, SNAPSHOT_BYTES_PER_HEAP_BYTE,
} from "../limits.ts";
import type { Log } from "../log.ts";
import { AppError } from "../protocol/codes.ts";
import { sleep } from "../timers.ts";

export interface ProfilesOptions {
  /** Where they are kept; made when it is first needed. */
  readonly dir: string;
  readonly processId: () => string;
  readonly nowMs: () => number;
  readonly log: Pick<Log, "info" | "warn" | "error">;
  /** Done right before everything stops for a snapshot, so that it may stop for as long as possible. */
  readonly beforeStandstill: () => Promise<void>;
}

export interface ProfileFile {
  readonly name: string;
  readonly bytes: number;
  readonly madeMs: number;
}

/** What one of ours is called; nothing else in the folder is listed, read or removed. */
const NAME = /^(?:cpu|heap)-[\w.-]{1,120}\.(?:cpuprofile|heapsnapshot)$/;

/** All methods reject with AppError, or what the file system rejects with. */
export class Profiles {
  readonly #options: ProfilesOptions;
  #taking: string | null = null;

  constructor(options: ProfilesOptions) {
    this.#options = options;
  }

  /** The file that is being made; null: none. */
  get taking(): string | null {
    return this.#taking;
  }

  /** Begins a CPU profile and answers the file that will have it in so many seconds. Rejects with E_BUSY while something is being taken. */
  async cpu(seconds: number): Promise<{ file: string }> {
    const file = await this.#begin("cpu", "cpuprofile");
    const session = new Session();
    session.connect();
    try {
      await session.post("Profiler.enable");
      await session.post("Profiler.start");
    } catch (error) {
      session.disconnect();
      this.#taking = null;
      throw error;
    }
    this.#finish(file, async (path) => {
      try {
        await sleep(seconds * 1000);
        const { profile } = await session.post("Profiler.stop");
        await writeFile(path, JSON.stringify(profile), { mode: 0o600 });
      } finally {
        session.disconnect();
      }
    });
    return { file };
  }

  /**
   * Begins a heap snapshot, for which the whole process stands still. Rejects with E_BUSY while something is being taken, with
   * E_REFUSED when it would take too long (unless `force`) or the disk has no room for it.
   */
  async heap(force: boolean): Promise<{ file: string }> {
    const used = getHeapStatistics().used_heap_size;
    if (used > MAX_SNAPSHOT_HEAP_BYTES && !force) throw new AppError("E_REFUSED", `The heap has ${megabytes(used)} MB: the process would stand still so long that others take it for dead. Drain it first, or insist (force).`);
    const file = await this.#begin("heap", "heapsnapshot");
    try {
      const { bavail, bsize } = await statfs(this.#options.dir);
      if (bavail * bsize < used * SNAPSHOT_BYTES_PER_HEAP_BYTE + PROFILE_SPARE_BYTES) throw new AppError("E_REFUSED", `The disk has too little room for a snapshot of ${megabytes(used)} MB.`);
    } catch (error) {
      this.#taking = null;
      throw error;
    }
    this.#finish(file, async (path) => {
      await this.#options.beforeStandstill();
      const startedMs = performance.now();
      writeHeapSnapshot(path);
      this.#options.log.warn({ file, heapBytes: used, stoodStillMs: Math.round(performance.now() - startedMs) }, "the process stood still for a heap snapshot");
    });
    return { file };
  }

  /** The newest first. */
  async list(): Promise<ProfileFile[]> {
    const found: ProfileFile[] = [];
    for (const name of await this.#names()) {
      const { size, mtimeMs } = await stat(join(this.#options.dir, name));
      found.push({ name, bytes: size, madeMs: Math.round(mtimeMs) });
    }
    return found.sort((a, b) => b.madeMs - a.madeMs);
  }

  /** A piece of a file; undefined when there is no such file. */
  async chunk(name: string, offset: number): Promise<{ bytes: Buffer; total: number } | undefined> {
    if (!NAME.test(name) || !(await this.#names()).includes(name)) return undefined;
    const file = await open(join(this.#options.dir, name), "r");
    try {
      const { size } = await file.stat();
      const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.max(0, Math.min(PROFILE_CHUNK_BYTES, size - offset))), { position: offset });
      return { bytes: buffer.subarray(0, bytesRead), total: size };
    } finally {
      await file.close();
    }
  }

  async #names(): Promise<string[]> {
    try {
      return (await readdir(this.#options.dir)).filter((name) => NAME.test(name));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw error;
    }
  }

  async #begin(kind: "cpu" | "heap", extension: string): Promise<string> {
    if (this.#taking !== null) throw new AppError("E_BUSY", `This process is making ${this.#taking} just now.`, { retryAfterMs: 10_000 });
    const { dir, processId, nowMs } = this.#options;
    const at = new Date(nowMs()).toISOString().replace(/[-:]|\.\d+/g, "");
    const file = `${kind}-${at}-${processId()}.${extension}`;
    this.#taking = file;
    try {
      await mkdir(dir, { recursive: true, mode: 0o700 });
      await this.#sweepBroken();
    } catch (error) {
      this.#taking = null;
      throw error;
    }
    return file;
  }

  /** What a process left that ended while it was making one; another process of this folder may be making one now. */
  async #sweepBroken(): Promise<void> {
    const { dir, nowMs } = this.#options;
    for (const name of (await readdir(dir)).filter((part) => part.endsWith(".part") && NAME.test(part.slice(0, -".part".length)))) {
      if (nowMs() - (await stat(join(dir, name))).mtimeMs > PART_ABANDONED_MS) await rm(join(dir, name), { force: true });
    }
  }

  /** In the background, under another name until it is whole. */
  #finish(file: string, make: (path: string) => Promise<void>): void {
    const { dir, log } = this.#options;
    const path = join(dir, `${file}.part`);
    const whole = async (): Promise<void> => {
      try {
        await make(path);
        await rename(path, join(dir, file));
        log.info({ file }, "a profile has been taken");
        await this.#makeRoom();
      } catch (error) {
        await rm(path, { force: true });
        throw error;
      } finally {
        this.#taking = null;
      }
    };
    whole().catch((error: unknown) => log.error({ err: error, file }, "a profile could not be taken"));
  }

  async #makeRoom(): Promise<void> {
    let bytes = 0;
    for (const [index, file] of (await this.list()).entries()) {
      bytes += file.bytes;
      // The newest stays, however large.
      if (index > 0 && (index >= MAX_PROFILE_FILES || bytes > MAX_PROFILE_BYTES)) await rm(join(this.#options.dir, file.name), { force: true });
    }
  }
}

const megabytes = (bytes: number): number => Math.round(bytes / 1024 ** 2);
