/** A page of a few files that ask nothing of a build: `index.html`, a script by the page's name, and the style sheet that such pages share. */
import { readFile } from "node:fs/promises";
import express, { type RequestHandler, type Router } from "express";

const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const STYLE = new URL("./small-page.css", import.meta.url);

/** `folder`: a URL that ends with a slash. To be mounted where the page shall be; lets pass what is not its own. */
export function smallPage(folder: URL, name: string): Router {
  const router = express.Router();
  const files = { "/": [new URL("index.html", folder), "text/html"], "/small-page.css": [STYLE, "text/css"], [`/${name}.js`]: [new URL(`${name}.js`, folder), "text/javascript"] } as const;
  for (const [path, [file, type]] of Object.entries(files)) {
    let text: Promise<string> | undefined;
    const send: RequestHandler = async (request, response) => {
      // Its links are relative to the folder.
      if (path === "/" && !request.originalUrl.split("?", 1)[0]!.endsWith("/")) return response.redirect(308, `${request.baseUrl}/`);
      text ??= readFile(file, "utf8");
      response.set({ "Content-Type": `${type}; charset=utf-8`, "Content-Security-Policy": POLICY, "Cache-Control": "no-cache" }).send(await text);
    };
    router.get(path, send);
  }
  return router;
}
