/** A page of a few files that ask nothing of a build: `index.html`, and a style sheet and a script by the page's name. */
import { readFile } from "node:fs/promises";
import express, { type RequestHandler, type Router } from "express";

const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** `folder`: a URL that ends with a slash. To be mounted where the page shall be; lets pass what is not its own. */
export function smallPage(folder: URL, name: string): Router {
  const router = express.Router();
  const files = { "/": ["index.html", "text/html"], [`/${name}.css`]: [`${name}.css`, "text/css"], [`/${name}.js`]: [`${name}.js`, "text/javascript"] } as const;
  for (const [path, [file, type]] of Object.entries(files)) {
    let text: Promise<string> | undefined;
    const send: RequestHandler = async (request, response) => {
      // Its links are relative to the folder.
      if (path === "/" && !request.originalUrl.split("?", 1)[0]!.endsWith("/")) return response.redirect(308, `${request.baseUrl}/`);
      text ??= readFile(new URL(file, folder), "utf8");
      response.set({ "Content-Type": `${type}; charset=utf-8`, "Content-Security-Policy": POLICY, "Cache-Control": "no-cache" }).send(await text);
    };
    router.get(path, send);
  }
  return router;
}
