/**
 * Mail to players. It is handed to a program that takes a message as `sendmail -i -t` does (every mail server brings one,
 * msmtp is one that only passes on); without such a program it goes into the log, which is what one wants while developing.
 */
import { spawn } from "node:child_process";
import { MAIL_TIMEOUT_MS, MAX_MAILS_WAITING } from "../limits.ts";
import type { Log } from "../log.ts";
import { AppError } from "../protocol/codes.ts";

export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

export interface Mailer {
  /** Resolves when the program has taken it. Rejects with `E_BUSY` when too many wait, `E_INTERNAL` when it was not taken. */
  send(mail: Mail): Promise<void>;
}

/** Into the log. In production the text stays out of it: it has a link that opens an account. */
export function loggingMailer(log: Pick<Log, "info" | "warn">, production: boolean): Mailer {
  return {
    send: async ({ to, subject, text }) => {
      if (production) log.warn({ subject }, "a mail could not be sent: WAYSTONE_MAIL_COMMAND is not set");
      else log.info({ to, subject, text }, "a mail, as it would be sent");
    },
  };
}

export class CommandMailer implements Mailer {
  readonly #command: string;
  readonly #from: string;
  #waiting = 0;
  #last: Promise<void> = Promise.resolve();

  /** `command`: the path of the program; `from`: whom the mails are from. */
  constructor(command: string, from: string) {
    this.#command = command;
    this.#from = from;
  }

  send(mail: Mail): Promise<void> {
    if (this.#waiting >= MAX_MAILS_WAITING) return Promise.reject(new AppError("E_BUSY"));
    this.#waiting += 1;
    // One after another: a mail server on the same machine must not be flooded by us.
    const sent = this.#last.then(() => this.#send(mail)).finally(() => { this.#waiting -= 1; });
    // The next one is sent whatever becomes of this one, of which its sender hears.
    this.#last = sent.catch(() => undefined);
    return sent;
  }

  #send(mail: Mail): Promise<void> {
    return new Promise((resolve, reject) => {
      const program = spawn(this.#command, ["-i", "-t"], { stdio: ["pipe", "ignore", "pipe"], timeout: MAIL_TIMEOUT_MS });
      let said = "";
      program.stderr.on("data", (chunk: Buffer) => { said = (said + chunk.toString()).slice(-500); });
      const failed = (why: string, cause?: unknown): void => reject(new AppError("E_INTERNAL", "The mail could not be sent.", { cause: cause ?? new Error(why) }));
      program.on("error", (error) => failed("the mail program cannot be run", error));
      // It may end before it has read all; what it ended with tells why.
      program.stdin.on("error", () => undefined);
      program.on("close", (code, signal) => (code === 0 ? resolve() : failed(`the mail program ended with ${signal ?? code}: ${said}`)));
      program.stdin.end(message(this.#from, mail));
    });
  }
}

/** One header per line, whatever was handed in: nothing in it may begin another. */
function message(from: string, { to, subject, text }: Mail): string {
  const oneLine = (value: string): string => value.replace(/[\r\n]+/g, " ");
  return [
    `From: ${oneLine(from)}`, `To: ${oneLine(to)}`, `Subject: ${oneLine(subject)}`, `Date: ${new Date(Date.now()).toUTCString()}`, "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", "Auto-Submitted: auto-generated", "", text,
  ].join("\n");
}
