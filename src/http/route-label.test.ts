import { expect, test } from "vitest";
import { ROUTE_LABELS, routeLabel } from "./route-label.ts";

test("requests are named after what they ask for, in whatever way it is written", () => {
  const named = ["/", "/auth/login", "/Auth/Login/", "/admin", "/admin/", "/admin/api/players", "/admin/api/login", "/assets/index-abc.js", "/api/who", "/account/account.js"].map(routeLabel);
  expect(named).toEqual(["/", "/auth/login", "/auth/login", "/admin", "/admin", "/admin/api", "/admin/api/login", "/assets", "/api/who", "/account"]);
});

test("whatever else clients ask for is one name", () => {
  for (const path of ["/wp-login.php", "/administrator", "/auth/login/x", "/__proto__", "/assetsx", `/${"a".repeat(5000)}`]) expect(routeLabel(path)).toBe("other");
  expect(new Set(ROUTE_LABELS).size).toBe(ROUTE_LABELS.length);
});
