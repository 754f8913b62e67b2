/** A PostgreSQL of the drill's own that archives its log, base backups of it, and its successor that is brought back to a moment. */
import { spawn, type ChildProcess } from "node:child_process";
import { cpSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { find, freePort, run, serviceFolder, Trouble, unprivilegedUser } from "../cluster/programs.ts";

/** Tries to reach it, 100 ms apart. */
const START_TRIES = 600;

export class ArchivingPostgres {
  readonly folder: string;
  readonly port: number;
  readonly #bin: string;
  readonly #as: { user: ReturnType<typeof unprivilegedUser>; cwd: string; env: NodeJS.ProcessEnv };
  #server: ChildProcess | undefined;
  #said = "";

  private constructor(folder: string, port: number, bin: string) {
    this.folder = folder;
    this.port = port;
    this.#bin = bin;
    this.#as = { user: unprivilegedUser(), cwd: folder, env: { ...process.env, LC_ALL: "C", TZ: "UTC" } };
  }

  static async make(folder: string): Promise<ArchivingPostgres> {
    const initdb = find("initdb");
    if (initdb === undefined) throw new Trouble("PostgreSQL 15 or newer is needed for this: install it (Debian and Ubuntu: apt-get install postgresql; macOS: brew install postgresql@15).");
    serviceFolder(folder, unprivilegedUser());
    const postgres = new ArchivingPostgres(folder, await freePort(), dirname(initdb));
    serviceFolder(postgres.archive, unprivilegedUser());
    await postgres.#run("initdb", "-D", postgres.#data, "-U", "waystone", "-A", "trust", "-E", "UTF8", "--locale=C");
    // As docs/backup.md says; the short timeout is for the drill alone.
    postgres.#configure([
      "wal_level = replica", "archive_mode = on", "archive_timeout = 2s",
      `archive_command = 'test ! -f ${postgres.archive}/%f && cp %p ${postgres.archive}/%f.part && sync ${postgres.archive}/%f.part && mv ${postgres.archive}/%f.part ${postgres.archive}/%f'`,
    ]);
    await postgres.start();
    return postgres;
  }

  get url(): string {
    return `postgres://waystone@127.0.0.1:${this.port}/postgres`;
  }

  get archive(): string {
    return join(this.folder, "archive");
  }

  get #data(): string {
    return join(this.folder, "data");
  }

  get #base(): string {
    return join(this.folder, "base");
  }

  /** Resolves when it takes connections that may write. */
  async start(): Promise<void> {
    const { user, cwd, env } = this.#as;
    const server = spawn(join(this.#bin, "postgres"), ["-D", this.#data], { cwd, env, stdio: ["ignore", "ignore", "pipe"], ...(user && { uid: user.uid, gid: user.gid }) });
    this.#server = server;
    server.stderr.on("data", (chunk: Buffer) => (this.#said = (this.#said + chunk.toString()).slice(-8_000)));
    process.once("exit", () => void server.kill("SIGQUIT"));
    for (let tries = 0; ; tries += 1) {
      if (server.exitCode !== null || tries > START_TRIES) throw new Error(`PostgreSQL did not start: ${this.#said}`);
      const recovering = await this.psql("select pg_is_in_recovery()").catch(() => "t");
      if (recovering === "f") return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** `pg_basebackup`, while it is in use; answers its size in bytes. */
  async baseBackup(): Promise<number> {
    await this.#run("pg_basebackup", "-h", "127.0.0.1", "-p", String(this.port), "-U", "waystone", "-D", this.#base, "--checkpoint=fast", "--wal-method=none", "--no-password");
    return sizeOf(this.#base);
  }

  /** The database's clock, as a recovery target. */
  async now(): Promise<string> {
    return await this.psql("select clock_timestamp()");
  }

  /** Waits until everything that was written until now lies in the archive. */
  async archived(): Promise<void> {
    const wanted = await this.psql("select pg_walfile_name(pg_current_wal_lsn())");
    for (let tries = 0; tries < START_TRIES; tries += 1) {
      const last = await this.psql("select coalesce(last_archived_wal, '') from pg_stat_archiver");
      if (last >= wanted) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`the log was not archived: ${this.#said}`);
  }

  /** Files of the log in the archive. */
  get segments(): number {
    return readdirSync(this.archive).filter((name) => /^[0-9A-F]{24}$/.test(name)).length;
  }

  /** The machine is gone with its disk: killed, and its folder removed. */
  async lose(): Promise<void> {
    await this.#end("SIGKILL");
    rmSync(this.#data, { recursive: true });
  }

  /** Base backup and archive make it what it was at a moment, in the same place. */
  async recoverTo(moment: string): Promise<void> {
    cpSync(this.#base, this.#data, { recursive: true, preserveTimestamps: true });
    await run("chown", ["-R", `${this.#as.user?.name ?? process.getuid?.() ?? ""}`, this.#data]);
    await run("chmod", ["700", this.#data]);
    this.#configure([`restore_command = 'cp ${this.archive}/%f %p'`, `recovery_target_time = '${moment}'`, "recovery_target_action = promote", "archive_mode = off"]);
    writeFileSync(join(this.#data, "recovery.signal"), "");
    await run("chown", [`${this.#as.user?.name ?? process.getuid?.() ?? ""}`, join(this.#data, "recovery.signal")]);
    await this.start();
  }

  /** Lines of its log about the recovery. */
  get recoveryLog(): readonly string[] {
    return this.#said.split("\n").filter((line) => /recovery|restored log file|redo done|last completed transaction/.test(line));
  }

  async stop(): Promise<void> {
    await this.#end("SIGINT");
  }

  async psql(statement: string): Promise<string> {
    return (await this.#run("psql", "-h", "127.0.0.1", "-p", String(this.port), "-U", "waystone", "-d", "postgres", "-v", "ON_ERROR_STOP=1", "-AtXqc", statement)).trim();
  }

  #configure(lines: readonly string[]): void {
    writeFileSync(join(this.#data, "postgresql.auto.conf"), [
      `port = ${this.port}`, "listen_addresses = '127.0.0.1'", "unix_socket_directories = ''", "shared_buffers = 32MB", "max_wal_senders = 4", ...lines, "",
    ].join("\n"));
  }

  #run(program: string, ...args: string[]): Promise<string> {
    return run(join(this.#bin, program), args, this.#as);
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const server = this.#server;
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill(signal);
    await ended;
  }
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).reduce((sum, entry) => (entry.isFile() ? sum + statSync(join(entry.parentPath, entry.name)).size : sum), 0);
}
