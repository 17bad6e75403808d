// An edit by one key over 100,000 findings: until it is seen in the list, and until the server has answered that it is kept.

import { App } from "../end2end/app.mjs";
import { FINDINGS, NOW, many } from "./bench-triage.mjs";
import { WINDOW, both, inChromium, knowsWhenPainted, ms, quantile } from "./figures.mjs";

const EDITS = 60;

export async function editsOf100000(figure) {
  const app = await App.start();
  try {
    await app.openDemo({ weeks: 104, seed: 1, now: NOW });
    await many(app, FINDINGS);
    await inChromium((browser) => inTheBrowser(app, browser, figure));
  } finally {
    await app.stop();
  }
}

async function inTheBrowser(app, browser, figure) {
  const page = await browser.newPage({ baseURL: app.url, viewport: WINDOW });
  await page.addInitScript(knowsWhenPainted);
  const answer = await page.request.get("/api/v1/findings?q=state:open&limit=1");
  const [{ id }] = (await answer.json()).findings;
  const address = `/triage?q=state%3Aopen&finding=${id}`;
  await page.goto(`/sign-in?next=${encodeURIComponent(address)}`);
  await page.getByRole("button", { name: "Sign in as astronomer" }).click();
  await page.locator('.rows a[aria-current="true"]').waitFor();
  await page.locator(".detail-body .verdict form").first().waitFor();
  await page.waitForFunction(() => Number(document.querySelector('[role="grid"]')?.getAttribute("aria-rowcount")) > 1);
  const { seen, kept } = await page.evaluate(edits, EDITS);
  figure("An edit by one key over 100,000 findings, seen in the list", "≤ 16 ms", ms(quantile(seen, 0.5)), both(seen));
  figure("The same, until the server has answered that it is kept, p95", "≤ 200 ms", ms(quantile(kept, 0.95)), both(kept));
}

// Runs in the page: gives the open finding one priority and another in turn.
async function edits(n) {
  const priority = () => document.querySelector('.rows a[aria-current="true"]').closest("tr").querySelector(".c-priority").textContent;
  const answers = () => performance.getEntriesByType("resource").filter(({ name }) => name.endsWith("/_fn/decide"));
  performance.setResourceTimingBufferSize(10_000);
  const [seen, kept] = [[], []];
  for (let i = 0; i < n; i += 1) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    await painted();
    const [before, n_answers] = [priority(), answers().length];
    const began = performance.now();
    const key = before.includes("Blocker") ? "2" : "1";
    document.querySelector(".detail-body").dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    let end = await painted();
    for (let more = 0; priority() === before && more < 300; more += 1) end = await painted();
    if (priority() === before) throw new Error(`${key} did not change ${before}`);
    seen.push(end - began);
    for (let more = 0; answers().length === n_answers && more < 300; more += 1) await painted();
    kept.push(answers().at(-1).responseEnd - began);
  }
  return { seen, kept };
}
