/**
 * Takes secrets out of text: the ones this process knows (passwords of its URLs, the token secret), and whatever looks like
 * one (tokens in queries, user and password in URLs, `Bearer …`, JSON Web Tokens). For log lines and error reports: what a
 * library puts into its messages is not ours to choose.
 */
import { MAX_LOG_LINE_CHARS, MAX_LOG_STRING_CHARS, MIN_SCRUBBED_SECRET_CHARS } from "../limits.ts";

const HIDDEN = "[redacted]";

/** What looks like a secret, with the part that stays in group 1. */
const LOOKS_SECRET: readonly RegExp[] = [
  // scheme://user:password@
  /([a-z][a-z0-9+.-]*:\/\/)[^\s"'@/?#]*:[^\s"'@]*(?=@)/gi,
  // ?_authToken=…, &password=…
  /([?&;](?:[\w-]*token|[\w-]*password|passwd|secret|api[_-]?key|signature|sentry_key)=)[^&\s"'#;]+/gi,
  // Words of prose have no digits or capitals inside.
  /(\b(?:[Bb]earer|[Bb]asic)\s+)(?=[\w+/=.~-]*[A-Z0-9])[\w+/=.~-]{8,}/g,
  // Three parts in base64url, the first of which begins as `{"` does. The link in a mail is for reading: where mails are printed (in development) it stays.
  /(?<!#(?:reset|email)=)()\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*/g,
];
/** One pass that tells whether it is worth looking closer. */
const WORTH_A_LOOK = /@|token|password|passwd|secret|key=|signature|bearer|basic|eyJ/i;

export class Scrubber {
  #secrets: readonly string[] = [];

  /** `secrets`: values that must not be shown, wherever they turn up; very short ones are left out. */
  constructor(secrets: readonly string[] = []) {
    this.hide(...secrets);
  }

  /** These must not be shown either. */
  hide(...secrets: readonly string[]): void {
    const known = new Set([...this.#secrets, ...secrets.flatMap((secret) => [secret, encodeURIComponent(secret)]).filter((secret) => secret.length >= MIN_SCRUBBED_SECRET_CHARS)]);
    // The longer first: one may be part of another.
    this.#secrets = [...known].sort((a, b) => b.length - a.length);
  }

  text(text: string): string {
    let clean = text;
    for (const secret of this.#secrets) if (clean.includes(secret)) clean = clean.replaceAll(secret, HIDDEN);
    if (WORTH_A_LOOK.test(clean)) for (const pattern of LOOKS_SECRET) clean = clean.replace(pattern, `$1${HIDDEN}`);
    return clean;
  }

  /** Every string in a value that JSON can hold; names of fields stay. */
  value(value: unknown): unknown {
    if (typeof value === "string") return this.text(value);
    if (Array.isArray(value)) return value.map((inner) => this.value(inner));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, this.value(inner)]));
  }

  /** A log line (one JSON object and a line break) without secrets, and of bounded length. Hardly ever is there anything to do. */
  line(line: string): string {
    const suspicious = WORTH_A_LOOK.test(line) || this.#secrets.some((secret) => line.includes(JSON.stringify(secret).slice(1, -1)));
    if (!suspicious && line.length <= MAX_LOG_LINE_CHARS) return line;
    const clean = this.value(JSON.parse(line));
    const text = JSON.stringify(clean);
    return `${text.length <= MAX_LOG_LINE_CHARS ? text : shortened(clean as Record<string, unknown>)}\n`;
  }
}

function shortened(line: Record<string, unknown>): string {
  const text = JSON.stringify({ ...(cut(line) as object), shortened: true });
  const { level, time, message } = line;
  return text.length <= MAX_LOG_LINE_CHARS ? text : JSON.stringify({ level, time, message: cut(message), shortened: true });
}

function cut(value: unknown): unknown {
  if (typeof value === "string") return value.length <= MAX_LOG_STRING_CHARS ? value : `${value.slice(0, MAX_LOG_STRING_CHARS)}…`;
  if (Array.isArray(value)) return value.slice(0, 100).map(cut);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, cut(inner)]));
}
