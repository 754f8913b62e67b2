/** Two people in two real browsers, on a server that is killed under them. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { openBrowser } from "../support/browser.ts";
import { PagePlayer } from "../support/page-player.ts";
import { ServerProcess } from "../support/server-process.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 180_000 });

let server: ServerProcess;
let browser: Browser;
let ada: PagePlayer;
let ben: PagePlayer;

beforeAll(async () => {
  [server, browser] = await Promise.all([ServerProcess.start(), openBrowser()]);
  [ada, ben] = await Promise.all([PagePlayer.open(browser, server.endpoint), PagePlayer.open(browser, server.endpoint)]);
});
afterAll(async () => {
  await browser?.close();
  await server?.remove();
});

beforeEach(({ onTestFailed }) => onTestFailed(async () => {
  await Promise.all([ada.shoots("failed-ada.png"), ben.shoots("failed-ben.png")]);
}));

test("two people meet, see each other in the panels, and talk near and far", async () => {
  await ada.register("Adalind");
  await ben.register("Benedikt");
  await ada.panel("Here").getByRole("button", { name: "Benedikt", exact: true }).waitFor();
  await ben.types("say Is that the newcomer?");
  await ada.reads('Benedikt says, "Is that the newcomer?"');

  await ada.panel("Here").getByRole("button", { name: "north Market Row" }).click();
  await ada.reads("Market Row");
  await ben.reads("Adalind leaves north");
  await ben.types("chat anybody in?");
  await ada.reads("[chat] Benedikt: anybody in?");
  // Read in the log, unread in its tab until that is opened.
  const talk = ada.panel("Talk");
  await talk.getByRole("tab", { name: /^chat.*1 unread$/ }).click();
  await talk.getByRole("tab", { name: "chat", exact: true }).waitFor();
  await talk.getByRole("textbox").fill("only me");
  await talk.getByRole("textbox").press("Enter");
  await ben.reads("[chat] Adalind: only me");

  // A click on the map walks back.
  await ada.panel("Map").getByRole("button", { name: "List" }).click();
  await ada.panel("Map").getByRole("button", { name: "The Town Square, 1 step" }).click();
  await ben.reads("Adalind arrives from the north");
});

test("a trade outlives a reload in its middle: nothing is lost, nothing doubled, nobody logs in", async () => {
  const vital = (who: PagePlayer, words: string) => who.page.locator(".vitals").getByText(words, { exact: true }).waitFor();
  await vital(ada, "20");
  await ada.types("trade Benedikt");
  await ben.reads("Adalind would like to trade with you");
  await ben.types("trade Adalind");
  await ada.reads("You begin to trade with Benedikt");
  await ada.types("offer 5 coins");
  await ben.reads("Adalind offers five coins");

  await ada.page.getByRole("button", { name: "Panel Clock and weather" }).click();
  await ada.page.getByRole("menuitem", { name: "Move to the other side" }).click();
  await ada.page.reload();
  await ada.log.waitFor();
  // Panels stay where somebody has put them.
  await ada.page.locator(".side-right").getByRole("button", { name: "Clock and weather", exact: true }).waitFor();
  // The log of before is there, and the line goes on where it was.
  await ada.page.getByRole("group", { name: "Earlier lines" }).getByText("You begin to trade with Benedikt").waitFor();
  await ben.reads(/does not trade with you any more/);
  await vital(ada, "20");

  await ada.types("trade Benedikt");
  await ben.typesUntil("trade Adalind", /Type offer and what you offer/);
  await ada.types("offer 5 coins");
  await ben.types("offer leaflet");
  await ada.reads(/Benedikt offers .*leaflet/);
  // Nobody may accept what they cannot have read yet.
  await ada.typesUntil("accept", /You accept\. Now it is up to Benedikt|You trade with Benedikt/);
  await ben.typesUntil("accept", "You trade with Adalind");
  await ada.reads("You trade with Benedikt");
  await Promise.all([vital(ada, "15"), vital(ben, "25")]);
  await ada.panel("Things").getByText("two folded leaflets").or(ada.panel("Things").getByText("a folded leaflet").nth(1)).waitFor();
});

test("the server is killed; both pages come back by themselves, and what was typed meanwhile is answered once", async () => {
  await server.kill();
  await ada.types("say still with you");
  await ada.page.getByText("The line is cut.").waitFor();
  await server.run();
  await ada.reads('You say, "still with you"');
  await ben.typesUntil("say so am I", 'You say, "so am I"');
  await ada.types("inventory");
  await ada.reads("You carry:");
  expect(await ada.log.getByText('You say, "still with you"').count()).toBe(1);
  await ada.page.locator(".vitals").getByText("15", { exact: true }).waitFor();
  ada.isWell();
  ben.isWell();
});
