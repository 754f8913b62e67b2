/** The page of /admin: three files that ask nothing of a build. Whoever has no token sees a form and nothing else. */
import { readFile } from "node:fs/promises";
import express, { type RequestHandler, type Router } from "express";

const FILES = { "/": ["index.html", "text/html; charset=utf-8"], "/admin.css": ["admin.css", "text/css; charset=utf-8"], "/admin.js": ["admin.js", "text/javascript; charset=utf-8"] } as const;
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export function adminPage(): Router {
  const router = express.Router();
  for (const [path, [name, type]] of Object.entries(FILES)) {
    const file = new URL(`./page/${name}`, import.meta.url);
    let text: Promise<string> | undefined;
    const send: RequestHandler = async (request, response) => {
      // Links in the page are relative to /admin/.
      if (path === "/" && !request.originalUrl.split("?", 1)[0]!.endsWith("/")) return response.redirect(308, `${request.baseUrl}/`);
      text ??= readFile(file, "utf8");
      response.set({ "Content-Type": type, "Content-Security-Policy": POLICY, "Cache-Control": "no-cache" }).send(await text);
    };
    router.get(path, send);
  }
  return router;
}
