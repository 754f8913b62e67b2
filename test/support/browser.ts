/** A real browser without a screen: Chromium from the system, driven by playwright-core. */
import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";

const CANDIDATES = [process.env["CHROMIUM_PATH"] ?? "", "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Rejects with what to install when there is no Chromium. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = CANDIDATES.find((path) => path !== "" && existsSync(path));
  if (executablePath === undefined) throw new Error("Chromium is needed for this test. Install it (Debian and Ubuntu: apt-get install chromium), or set CHROMIUM_PATH to where it is.");
  return await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}
