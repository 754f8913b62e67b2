/** Headers that tell a browser what our pages may do. */
import type { RequestHandler } from "express";

/** On every answer. */
export const baseHeaders: RequestHandler = (_request, response, next) => {
  response.set({
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
  });
  next();
};

/**
 * For what no page of another origin has any business with: Colyseus lets every origin read everything, with cookies, which
 * is right for playing from a page that is served elsewhere, and for nothing else.
 */
export const ownOriginOnly: RequestHandler = (_request, response, next) => {
  for (const name of ["Access-Control-Allow-Origin", "Access-Control-Allow-Credentials"]) response.removeHeader(name);
  response.vary("Origin");
  next();
};

/** For answers that are data: a browser that is made to show one as a page runs and frames nothing. */
export const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";

/**
 * For the page of the browser client: scripts and styles from its own files only, sockets to any game process (each
 * may have a host name of its own), and, where `ASSET_BASE_URL` names another origin, files from there.
 */
export function pagePolicy(assetBaseUrl: string | null): string {
  const assets = assetBaseUrl !== null && URL.canParse(assetBaseUrl) ? ` ${new URL(assetBaseUrl).origin}` : "";
  return [
    "default-src 'none'",
    `script-src 'self'${assets}`,
    `style-src 'self'${assets}`,
    `font-src 'self'${assets}`,
    `img-src 'self' data:${assets}`,
    `media-src 'self'${assets}`,
    `connect-src 'self' ws: wss:${assets}`,
    `manifest-src 'self'${assets}`,
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}
