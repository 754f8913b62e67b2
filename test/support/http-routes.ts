/** Every route that the server has, read from the routers themselves: one that is added is found without being told. */
import { createHmac } from "node:crypto";
import type { RequestHandler } from "express";
import { createHttpApp, type HttpDeps } from "../../src/http/app.ts";
import { staffPages, type PagesOptions } from "../../src/staff-pages.ts";

export interface Route {
  readonly method: string;
  /** With parameters as Express writes them: `/admin/api/characters/:name`. */
  readonly path: string;
}

interface Layer {
  readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> };
  readonly handle: { readonly stack?: readonly Layer[] };
  readonly slash: boolean;
  match(path: string): boolean;
}

/** Where routers are mounted in one another. Express 5 does not tell, but says whether a path fits. */
const MOUNTS = ["/auth", "/api", "/admin", "/account"];

/** What Colyseus and the calls between processes have, and what is passed on whole to pages of others. */
const OTHERS: readonly Route[] = [
  { method: "POST", path: "/matchmake/:method/:room" }, { method: "GET", path: "/__healthcheck" }, { method: "POST", path: "/peer/:call" }, { method: "GET", path: "/" }, { method: "GET", path: "/assets/:file" },
  ...["/monitor", "/monitor/", "/monitor/api", "/monitor/api/room", "/monitor/api/room/call", "/playground", "/playground/"].map((path) => ({ method: "GET", path })),
];

export function everyRoute(): Route[] {
  const app = createHttpApp({ trustProxyHops: 0, clientDir: null, assetBaseUrl: null } as HttpDeps);
  const secret = createHmac("sha256", "a secret").update("for tests only").digest("base64");
  const pages = staffPages({ config: { adminPassword: null, mail: null, publicUrl: null, port: 0, playground: true, environment: "test" }, secret, db: {}, log: { info: () => undefined } } as unknown as PagesOptions);
  return [...routesIn((app as unknown as { router: { stack: readonly Layer[] } }).router.stack, ""), ...[...pages].flatMap(([path, handler]) => routesIn(stackOf(handler), path)), ...OTHERS];
}

const stackOf = (handler: RequestHandler): readonly Layer[] => (handler as unknown as { stack?: readonly Layer[] }).stack ?? [];

function routesIn(stack: readonly Layer[], base: string): Route[] {
  return stack.flatMap((layer): Route[] => {
    if (layer.route !== undefined) return Object.keys(layer.route.methods).map((method) => ({ method: method.toUpperCase(), path: `${base}${layer.route!.path}` }));
    if (layer.handle.stack === undefined) return [];
    if (layer.slash) return routesIn(layer.handle.stack, base);
    const mount = MOUNTS.find((path) => layer.match(path));
    if (mount === undefined) throw new Error(`a router is mounted below "${base}" at a path that is not listed here`);
    return routesIn(layer.handle.stack, `${base}${mount}`);
  });
}
