/** From which pages a browser may use this server: the same site, and what `WAYSTONE_ALLOWED_ORIGINS` names. */
import type { IncomingHttpHeaders } from "node:http";

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

export interface OriginOptions {
  /** Origins (`https://game.example.com`), or `*` for all. */
  readonly allowed: readonly string[];
  /** Host names under which this server is also known: of its public URL and address. */
  readonly ownNames: readonly string[];
  /** Whether `X-Forwarded-Host` is a proxy's word. */
  readonly behindProxy: boolean;
}

export class Origins {
  readonly #all: boolean;
  readonly #allowed: ReadonlySet<string>;
  readonly #ownNames: ReadonlySet<string>;
  readonly #behindProxy: boolean;

  constructor({ allowed, ownNames, behindProxy }: OriginOptions) {
    this.#all = allowed.includes("*");
    this.#allowed = new Set(allowed.map((origin) => origin.toLowerCase()));
    this.#ownNames = new Set(ownNames.map((name) => name.toLowerCase()));
    this.#behindProxy = behindProxy;
  }

  /**
   * True where there is no page (only browsers send `Origin`, and no page can leave it out), where the page is of the same
   * host by name whatever its port (processes of one host differ in it) or of the domain above, and where it is allowed.
   */
  allows(headers: IncomingHttpHeaders): boolean {
    const { origin } = headers;
    if (origin === undefined || this.#all || this.#allowed.has(origin.toLowerCase())) return true;
    if (headers["sec-fetch-site"] === "same-origin") return true;
    const page = hostNameOf(origin);
    if (page === undefined) return false;
    if (this.#ownNames.has(page)) return true;
    const forwarded = this.#behindProxy ? headers["x-forwarded-host"] : undefined;
    return [headers.host, ...(typeof forwarded === "string" ? [forwarded.split(",", 1)[0]!.trim()] : [])].some((host) => {
      const name = host === undefined ? undefined : hostNameOf(`http://${host}`);
      return name !== undefined && (name === page || name.endsWith(`.${page}`) || (LOOPBACK.has(name) && LOOPBACK.has(page)));
    });
  }
}

/** Of an origin as browsers write it; undefined for `null` and all that is none. */
function hostNameOf(origin: string): string | undefined {
  return /^[a-z][a-z0-9+.-]*:\/\/[^/?#@]+$/i.test(origin) && URL.canParse(origin) ? new URL(origin).hostname.toLowerCase() || undefined : undefined;
}
