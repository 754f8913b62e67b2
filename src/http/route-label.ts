/** What the metrics call a request: a name from a fixed set, since clients must not be able to make metrics. */

const EXACT = new Set([
  "/", "/healthz", "/readyz", "/metrics", "/api/world", "/api/who", "/api/leaderboard", "/api/commands",
  "/auth/register", "/auth/login", "/auth/guest", "/auth/refresh", "/auth/upgrade",
  "/auth/password", "/auth/forgot", "/auth/reset", "/auth/email", "/auth/email/confirm", "/auth/delete", "/auth/export",
  "/admin/api/login",
]);
/** All that is below one of these is that; the first that fits. */
const BELOW = ["/assets", "/admin/api", "/admin", "/account", "/monitor", "/playground", "/matchmake"];

/** Every answer of `routeLabel`. */
export const ROUTE_LABELS: readonly string[] = [...EXACT, ...BELOW, "other"];

/** Express takes any case, and a slash at the end. */
export function routeLabel(path: string): string {
  const plain = path.length > 1 && path.endsWith("/") ? path.slice(0, -1).toLowerCase() : path.toLowerCase();
  if (EXACT.has(plain)) return plain;
  return BELOW.find((prefix) => plain === prefix || plain.startsWith(`${prefix}/`)) ?? "other";
}
