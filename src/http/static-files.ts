/** Serves the built browser client: `/` is its page, everything else a file or nothing. */
import type { Request, RequestHandler, Response } from "express";
import { StaticCache, type StaticFile } from "./static-cache.ts";
import { pagePolicy } from "./security-headers.ts";

/** Vite puts a hash of the content into these names, so what was loaded once is right for ever. */
const HASHED = /^\/assets\/[^/]+-[\w-]{8,}\.\w+$/;
const PAGE = "/index.html";
const NOT_BUILT = "The browser client has not been built yet: npm run build\n";

/** Answers GET and HEAD for files under `directory`; lets all else pass. */
export function staticFiles({ directory, assetBaseUrl }: { directory: string; assetBaseUrl: string | null }): RequestHandler {
  const cache = new StaticCache(directory);
  const policy = pagePolicy(assetBaseUrl);
  return async (request, response, next) => {
    if (request.method !== "GET" && request.method !== "HEAD") return next();
    const path = request.path === "/" ? PAGE : request.path;
    const file = await cache.find(path);
    if (file === undefined) {
      if (path !== PAGE) return next();
      response.status(404).set("Cache-Control", "no-store").type("text/plain").send(NOT_BUILT);
      return;
    }
    const hashed = HASHED.test(path);
    response.set("Cache-Control", hashed ? "public, max-age=31536000, immutable" : "no-cache");
    // A CDN that fetches them from here passes this on; without it a page of ours may not run a script from there.
    if (hashed) response.set("Access-Control-Allow-Origin", "*");
    response.set("Content-Security-Policy", policy);
    send(request, response, file);
  };
}

/** Sends it in the best encoding that the browser takes, or says that it has it already. */
function send(request: Request, response: Response, file: StaticFile): void {
  const [encoding, body] = pick(request, file);
  if (file.br !== null) response.vary("Accept-Encoding");
  response.set({ "Content-Type": file.contentType, ETag: `"${file.tag}-${encoding}"` });
  if (encoding !== "identity") response.set("Content-Encoding", encoding);
  if (request.fresh) {
    response.removeHeader("Content-Encoding");
    response.status(304).end();
    return;
  }
  response.set("Content-Length", String(body.length));
  if (request.method === "HEAD") response.end();
  else response.end(body);
}

/** The smallest form that the browser takes; asked one by one, since browsers list gzip first out of habit. */
function pick(request: Request, file: StaticFile): ["br" | "gzip" | "identity", Buffer] {
  if (file.br !== null && request.acceptsEncodings("br") !== false) return ["br", file.br];
  if (file.gzip !== null && request.acceptsEncodings("gzip") !== false) return ["gzip", file.gzip];
  return ["identity", file.identity];
}
