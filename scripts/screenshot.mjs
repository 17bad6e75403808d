// node scripts/screenshot.mjs [FILE] [ADDRESS] [WIDTH] [HEIGHT] [light|dark]
// A picture of a page of the demo, by default docs/triage.png: the list with a gap between two executions open beside it.

import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";

import { App } from "../end2end/app.mjs";
import { withPalette } from "./palette_png.mjs";

const { chromium } = createRequire(new URL("../end2end/package.json", import.meta.url))("playwright-core");

const MAX_BYTES = 200_000;
const [file = "docs/triage.png", address = "/triage", width = 1440, height = 820, scheme = "light"] =
  process.argv.slice(2);

const app = await App.start();
let browser;
try {
  await app.demo({ weeks: 13, seed: 1, now: "2026-03-16T08:30:00Z" });
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
  const page = await browser.newPage({
    baseURL: app.url,
    viewport: { width: Number(width), height: Number(height) },
    colorScheme: scheme,
  });
  await page.goto(address);
  // The stream of news stays open, so the page is never idle: it has come to rest when it has all findings.
  await page.waitForLoadState("load");
  if (address.startsWith("/triage")) await page.locator(".columns-button").waitFor();
  if (address.startsWith("/triage") && !address.includes("finding=")) {
    await page.locator("table.findings tbody tr:not(.spacer)").nth(3).getByRole("link").first().click();
    await page.locator(".plot svg").waitFor();
  }
  await page.mouse.move(1, 1);
  const picture = withPalette(await page.screenshot());
  await writeFile(file, picture);
  const size = picture.length;
  console.log(`${file}: ${(size / 1000).toFixed(0)} kB`);
  if (size > MAX_BYTES && file === "docs/triage.png") throw new Error(`more than ${MAX_BYTES / 1000} kB: too large for the README`);
} finally {
  await browser?.close();
  await app.stop();
}
