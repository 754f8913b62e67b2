/** Somebody who plays in a real browser: types into the page and reads from its log. */
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";

/** Pictures for the README when they are asked for (SCREENSHOTS=docs), otherwise for whoever looks into a failed test. */
export const SHOTS = fileURLToPath(new URL(process.env["SCREENSHOTS"] === "docs" ? "../../docs/screenshots/" : "../../test-results/", import.meta.url));

/** How long a page may take to show something; a slow machine is given its time. */
const PATIENCE_MS = 60_000;

/** What a cut makes a browser complain of (ERR_SOCKET_NOT_CONNECTED: a connection that was reset as soon as it had been made); nothing else may go wrong. */
const OF_A_CUT = /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_SOCKET_NOT_CONNECTED|WebSocket connection|status of 503/;

export class PagePlayer {
  readonly page: Page;
  readonly log: Locator;
  readonly #problems: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    this.log = page.getByRole("log");
    page.setDefaultTimeout(PATIENCE_MS);
    page.on("pageerror", (error) => this.#problems.push(error.message));
    page.on("console", (message) => { if (message.type() === "error") this.#problems.push(message.text()); });
  }

  static async open(browser: Browser, endpoint: string, options: BrowserContextOptions = {}): Promise<PagePlayer> {
    const context = await browser.newContext({ viewport: { width: 1360, height: 860 }, ...options });
    const player = new PagePlayer(await context.newPage());
    await player.page.goto(endpoint);
    return player;
  }

  async register(name: string): Promise<void> {
    await this.page.getByRole("button", { name: "New here" }).click();
    await this.page.getByLabel("Name").fill(name);
    await this.page.getByLabel("Password").fill(`a long walk of ${name}`);
    await this.page.getByRole("button", { name: "Create and enter" }).click();
    await this.reads("The Town Square");
  }

  get line(): Locator {
    return this.page.getByLabel("What do you do?");
  }

  async types(command: string): Promise<void> {
    await this.line.fill(command);
    await this.line.press("Enter");
  }

  /** Waits until the log has words. */
  async reads(words: string | RegExp): Promise<void> {
    await this.log.getByText(words).last().waitFor();
  }

  /** Types until the log has words: for what depends on the clock of somebody else. */
  async typesUntil(command: string, words: string | RegExp): Promise<void> {
    await expect.poll(async () => {
      await this.types(command);
      await this.page.locator(".echo-sent").first().waitFor({ state: "detached" });
      return await this.log.getByText(words).count();
    }, { timeout: PATIENCE_MS, interval: 500 }).toBeGreaterThan(0);
  }

  panel(title: string): Locator {
    return this.page.locator("section.panel").filter({ has: this.page.getByRole("heading", { name: title, level: 2 }) });
  }

  async shoots(file: string): Promise<void> {
    await this.page.screenshot({ path: `${SHOTS}${file}` });
  }

  /** Nothing may have gone wrong on the page but what a cut of the line explains. */
  isWell(): void {
    expect(this.#problems.filter((text) => !OF_A_CUT.test(text))).toEqual([]);
  }

  async closes(): Promise<void> {
    await this.page.context().close();
  }
}
